"""The room stores that come with the channels keep the contract."""

from pathlib import Path

import pytest

from tests.contract.realtime.file_room_store import FileRoomStore
from tests.contract.realtime.room_store_contract import RoomStoreContract
from tutorium.realtime.whiteboard import MemoryRoomStore


class TestMemoryRoomStore(RoomStoreContract):
    """In memory."""

    @pytest.fixture
    def store(self) -> MemoryRoomStore:
        """A fresh store."""
        return MemoryRoomStore()


class TestFileRoomStore(RoomStoreContract):
    """On files, as the tests of killed processes use it."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> FileRoomStore:
        """A fresh store."""
        return FileRoomStore(tmp_path)
