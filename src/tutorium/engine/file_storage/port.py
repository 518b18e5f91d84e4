"""Where the bytes of files are kept. The rows that describe them are the database's."""

from collections.abc import AsyncIterator
from typing import Final, Protocol

import msgspec

CHUNK_BYTES: Final = 256 * 1024
"""Size of the pieces in which files are read: large enough to be rare, small enough to hold many of them."""


class StoredBlob(msgspec.Struct, frozen=True):
    """What `put` found out while it wrote: size in bytes and the SHA-256 digest (32 bytes)."""

    size: int
    sha256: bytes


class FileStorage(Protocol):
    """Blobs by key. Keys are chosen by the engine (UUIDs); a blob never changes."""

    async def put(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredBlob:
        """Keep a blob durably. Raises TooLargeError beyond `max_bytes`; then, and when `chunks` raises, nothing is kept."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end` (None: the blob's end). Raises NotFoundError."""
        ...

    async def delete(self, key: str) -> None:
        """Remove a blob; one that is not there is fine."""
        ...

    def keys_before(self, age_seconds: float) -> AsyncIterator[str]:
        """Yield the keys of blobs, finished or not, written more than `age_seconds` ago."""
        ...
