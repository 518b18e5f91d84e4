"""One process owns a database file (E8): a lock file beside it says so, and who."""

import fcntl
import os
from pathlib import Path
from typing import IO

from tutorium.engine.errors import StoreInUseError


class LockFile:
    """Held from `acquire` until `release` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        """Name the lock file; nothing is touched yet."""
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock. Raises StoreInUseError with the owner's process id."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            file.close()
            raise StoreInUseError(
                f"{self._path} is held by process {owner}. Stop it first, or use another data directory.", owner=owner
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes hold two files of one name."""
        if self._file is not None:
            self._file.close()
            self._file = None
