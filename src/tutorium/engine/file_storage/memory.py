"""Blobs in memory, for tests."""

import hashlib
from collections.abc import AsyncIterator

from tutorium.engine.file_storage.port import CHUNK_BYTES, StoredBlob
from tutorium.errors import NotFoundError, TooLargeError
from tutorium.runtime import Runtime


class MemoryFileStorage:
    """See FileStorage. Ages are those of the runtime's clock."""

    def __init__(self, runtime: Runtime) -> None:
        """Begin empty."""
        self._runtime = runtime
        self._blobs: dict[str, tuple[bytes, float]] = {}

    async def put(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredBlob:
        """See FileStorage."""
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > max_bytes:
                raise TooLargeError(f"A file here may have {max_bytes} bytes.", max_bytes=max_bytes)
        self._blobs[key] = (bytes(data), self._runtime.monotonic())
        return StoredBlob(len(data), hashlib.sha256(data).digest())

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See FileStorage."""
        if key not in self._blobs:
            raise NotFoundError("The file's content is not there.")
        data = self._blobs[key][0][start:end]
        for place in range(0, len(data), CHUNK_BYTES):
            yield data[place : place + CHUNK_BYTES]

    async def delete(self, key: str) -> None:
        """See FileStorage."""
        self._blobs.pop(key, None)

    async def keys_before(self, age_seconds: float) -> AsyncIterator[str]:
        """See FileStorage."""
        limit = self._runtime.monotonic() - age_seconds
        for key, (_, written) in list(self._blobs.items()):
            if written < limit:
                yield key
