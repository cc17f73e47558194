"""A folder in memory for what the tests write and nobody keeps: half of their time was waiting for the disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Free bytes below which the folder in memory is left alone; a container's own is often 64 MiB."""


def memory_folder() -> str | None:
    """Return where temporary folders are to be made; None means the system's usual place."""
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK | os.X_OK):
        return None
    return str(SHARED_MEMORY) if shutil.disk_usage(SHARED_MEMORY).free >= ROOM else None
