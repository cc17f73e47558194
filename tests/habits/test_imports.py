"""The import direction: ``wsgi -> district -> tenants -> channel_plugins``, and the levels inside each package.

Imports inside functions count too: a cycle hidden in a function is still a cycle.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = ["channel_plugins", "tenants", "district", "wsgi"]
"""Left to right: a package imports only what stands left of it."""

LEVELS: dict[str, list[set[str]]] = {
    "channel_plugins": [
        {"errors", "text", "values", "addresses", "recorder"},
        {"types", "reach"},
        {"checks", "settings"},
        {"base"},
        {"hookspecs"},
        {"manager", "http"},
        {"website", "radio", "facebook", "zalo", "wordpress", "email", "manual", "webhook"},
        {"testing"},
        {"contract_basis"},
        {"contract_limits", "contract_abilities"},
        {"conformance"},
        {"remote_conformance"},
        {"simulators", "suites"},
    ],
    "tenants": [
        {"clock", "errors", "text", "secrets"},
        {"db_sqlite"},
        {"db"},
        {"scope", "scope_check"},
        {"held"},
        {"units"},
        {"audit", "settings", "files"},
        {"accounts"},
        {"jobs"},
        {"notices"},
        {"plans"},
        {"content"},
        {"approval"},
        {"audience"},
        {"publishing"},
        {"bulletins", "orders", "offers"},
        {"statistics"},
        {"web", "api"},
    ],
    "district": [
        {"config", "logs"},
        {"issuing"},
        {"oversight"},
        {"reports"},
        {"tables", "migrate", "gunicorn_conf", "cli_paths"},
        {"web", "api", "health", "jobs"},
        {"app"},
        {"demo"},
        {"bench", "plugins_kit"},
        {"cli"},
    ],
}
"""Names of one set may import each other; a set imports only sets before it."""

FORBIDDEN_IN_CHANNELS = {"flask", "sqlalchemy", "flask_sqlalchemy", "flask_login", "tenants", "district"}


def sources(package: str) -> Iterator[Path]:
    if package == "wsgi":
        yield ROOT / "wsgi.py"
    else:
        yield from sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the full dotted names a module imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(ROOT).parent.parts
            above = here[: len(here) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_downwards(package: str) -> None:
    allowed = PACKAGES[: PACKAGES.index(package) + 1]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(package)
        for name in imported(path)
        if (top := name.split(".")[0]) in PACKAGES and top not in allowed
    ]
    assert wrong == []


def test_channels_know_nobody() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("channel_plugins")
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN_IN_CHANNELS
    ]
    assert wrong == []


@pytest.mark.parametrize("package", LEVELS)
def test_levels_inside_a_package(package: str) -> None:
    rank = {name: number for number, names in enumerate(LEVELS[package]) for name in names}
    wrong = []
    for path in sources(package):
        parts = path.relative_to(ROOT / package).with_suffix("").parts
        if parts == ("__init__",):
            continue
        assert parts[0] in rank, f"{path.relative_to(ROOT)} stands on no level: add it to LEVELS"
        for name in imported(path):
            names = name.split(".")
            if names[0] == package and len(names) > 1 and names[1] in rank and rank[names[1]] > rank[parts[0]]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []
