"""Files kept by a unit, named by their content, so that the same bytes are stored once and cannot be changed
unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app

from tenants.errors import NotFound
from tenants.scope import current


class FileStore:
    """Files under one directory, one folder a unit.

    Args:
        root: an existing or creatable directory that only the service can read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Store ``data`` for the present unit; return its SHA-256 in hex. Storing the same bytes again is free.

        The file is whole or absent, also after a crash: it is written aside and renamed.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(current().unit_id, digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(path)
        return digest

    def adopt(self, sha256: str, from_unit_id: int) -> None:
        """Let the present unit have a file of another unit too, without a second copy where the disk can link.

        Raises:
            NotFound: that unit has no such file.
        """
        source, path = self.path(sha256, from_unit_id), self._path(current().unit_id, sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, path)
        except FileExistsError:
            return
        except OSError:
            self.put(source.read_bytes())

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a file of the present unit.

        Raises:
            NotFound: the unit has no such file.
        """
        return self.path(sha256).read_bytes()

    def path(self, sha256: str, unit_id: int | None = None) -> Path:
        """Return where a file lies, for sending it; ``unit_id`` None means the present unit.

        Raises:
            NotFound: there is no such file.
        """
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound(sha256)
        path = self._path(current().unit_id if unit_id is None else unit_id, sha256)
        if not path.exists():
            raise NotFound(sha256)
        return path

    def _path(self, unit_id: int, digest: str) -> Path:
        return self.root / str(unit_id) / digest[:2] / digest


def store() -> FileStore:
    """Return the store of the running application."""
    found: FileStore = current_app.extensions["loa.files"]
    return found
