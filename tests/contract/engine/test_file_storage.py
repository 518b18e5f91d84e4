"""One suite for every file storage."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tutorium.engine.file_storage import FileStorage, LocalDiskFileStorage, MemoryFileStorage
from tutorium.engine.testing import VirtualRuntime
from tutorium.errors import NotFoundError, TooLargeError

pytestmark = pytest.mark.anyio

KEY = "01234567-89ab-cdef-0123-456789abcdef"


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def whole(storage: FileStorage, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in storage.read(KEY, start, end)])


@pytest.fixture(params=["memory", "disk"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FileStorage:
    return MemoryFileStorage(VirtualRuntime()) if request.param == "memory" else LocalDiskFileStorage(tmp_path / "files")


@pytest.mark.rule("FI1")
async def test_a_blob_comes_back_whole_and_in_parts(storage: FileStorage) -> None:
    """What was put is read whole and by range, and size and digest are told."""
    data = os.urandom(700_000)
    stored = await storage.put(KEY, chunks(data[:300_000], b"", data[300_000:]), 1_000_000)
    assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).digest())
    assert await whole(storage) == data
    assert await whole(storage, 10, 600_010) == data[10:600_010]
    assert await whole(storage, 699_999) == data[-1:]


@pytest.mark.rule("FI1")
async def test_nothing_is_kept_of_a_blob_that_is_too_large(storage: FileStorage) -> None:
    """Over the limit the upload is refused and leaves nothing behind."""
    with pytest.raises(TooLargeError):
        await storage.put(KEY, chunks(b"12345", b"67890"), 9)
    with pytest.raises(NotFoundError):
        await whole(storage)
    assert [key async for key in storage.keys_before(-1)] == []


@pytest.mark.rule("FI1")
async def test_nothing_is_kept_when_the_sender_breaks_off(storage: FileStorage) -> None:
    """An upload that breaks off leaves nothing behind, and its key can be used again."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await storage.put(KEY, broken(), 100)
    with pytest.raises(NotFoundError):
        await whole(storage)
    await storage.put(KEY, chunks(b"whole"), 100)
    assert await whole(storage) == b"whole"


async def test_a_deleted_blob_is_gone(storage: FileStorage) -> None:
    """Deleting is final, and deleting again is fine."""
    await storage.put(KEY, chunks(b"x"), 100)
    await storage.delete(KEY)
    await storage.delete(KEY)
    with pytest.raises(NotFoundError):
        await whole(storage)


async def test_blobs_are_listed_by_age(storage: FileStorage) -> None:
    """Only blobs older than asked for are listed."""
    await storage.put(KEY, chunks(b"x"), 100)
    assert [key async for key in storage.keys_before(3_600)] == []
    assert [key async for key in storage.keys_before(-1)] == [KEY]


async def test_a_disk_takes_no_other_keys(tmp_path: Path) -> None:
    """A key that is no UUID cannot name a file outside of the directory."""
    storage = LocalDiskFileStorage(tmp_path)
    with pytest.raises(NotFoundError):
        await storage.put("../../etc/passwd", chunks(b"x"), 100)
