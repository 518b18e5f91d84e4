"""Blobs as files of one directory, spread over 256 folders. A blob appears under its name only when it is whole and durable."""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Final

from tutorium.engine.file_storage.port import CHUNK_BYTES, StoredBlob
from tutorium.errors import NotFoundError, TooLargeError

_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_UNFINISHED: Final = ".part"


class LocalDiskFileStorage:
    """See FileStorage. Disk work is done in threads, so that the event loop never waits for it."""

    def __init__(self, directory: Path) -> None:
        """Keep blobs below `directory`, which is made when missing."""
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    async def put(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredBlob:
        """See FileStorage."""
        path = self._path(key)
        unfinished = path.with_name(path.name + _UNFINISHED)
        digest, size = hashlib.sha256(), 0
        file = await asyncio.to_thread(_create, unfinished)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise TooLargeError(f"A file here may have {max_bytes} bytes.", max_bytes=max_bytes)
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_finish, file, unfinished, path)
        except BaseException:
            file.close()
            unfinished.unlink(missing_ok=True)
            raise
        return StoredBlob(size, digest.digest())

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See FileStorage."""
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as error:
            raise NotFoundError("The file's content is not there.") from error
        try:
            file.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                chunk = await asyncio.to_thread(file.read, CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            file.close()

    async def delete(self, key: str) -> None:
        """See FileStorage."""
        path = self._path(key)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        await asyncio.to_thread(path.with_name(path.name + _UNFINISHED).unlink, missing_ok=True)

    async def keys_before(self, age_seconds: float) -> AsyncIterator[str]:
        """See FileStorage."""
        for key in await asyncio.to_thread(self._old_keys, time.time() - age_seconds):
            yield key

    def _old_keys(self, limit: float) -> list[str]:
        found: set[str] = set()
        for path in self._directory.glob("*/*"):
            key = path.name.removesuffix(_UNFINISHED)
            if _KEY(key) and path.stat().st_mtime < limit:
                found.add(key)
        return sorted(found)

    def _path(self, key: str) -> Path:
        if not _KEY(key):
            raise NotFoundError("That is not the key of a file.")
        return self._directory / key[:2] / key


def _create(path: Path) -> IO[bytes]:
    path.parent.mkdir(exist_ok=True)
    return path.open("xb")


def _finish(file: IO[bytes], unfinished: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    unfinished.rename(path)
    for directory in (path.parent, path.parent.parent):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
