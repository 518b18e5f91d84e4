"""The room store on the engine's tables keeps the contract of room stores."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.realtime.room_store_contract import ELLIPSE, RoomStoreContract
from tests.unit.realtime.doubles import VirtualClock, open_boards
from tutorium.app import auth, boards, folders, sessions
from tutorium.app.boards import EngineRoomStore, update_log
from tutorium.engine import Engine, EngineSettings, Registry, open_engine
from tutorium.engine.testing import open_test_engine

FEATURES = (auth, folders, sessions, boards)


def registry() -> Registry:
    """Return what boards need of the product."""
    return Registry(
        tables=[table for feature in FEATURES for table in feature.tables],
        functions=[feature.functions for feature in FEATURES],
    )


class TestEngineRoomStore(RoomStoreContract):
    """On an engine in memory."""

    @pytest.fixture
    async def engine(self) -> AsyncIterator[Engine]:
        """A fresh engine."""
        async with open_test_engine(registry()) as engine:
            yield engine

    @pytest.fixture
    async def store(self, engine: Engine) -> EngineRoomStore:
        """A fresh store."""
        return EngineRoomStore(engine)

    async def test_a_half_written_compaction_does_not_count(self, engine: Engine, store: EngineRoomStore) -> None:
        """What a crash left of a new generation is neither read nor in the way of the next compaction."""
        await store.append("half", [b"1", b"2"])
        await engine.run_mutation(update_log.append_beside, room="half", generation=1, updates=(b"lost",))
        assert list((await store.load("half")).updates) == [b"1", b"2"]
        await store.compact("half", [b"a"], 3)
        stored = await store.load("half")
        assert (list(stored.updates), stored.epoch) == ([b"a"], 3)

    async def test_a_log_of_many_pages_is_read_whole(self, store: EngineRoomStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pages follow each other without a gap, also in the middle of an update."""
        monkeypatch.setattr(update_log, "MAX_READ_ROWS", 3)
        monkeypatch.setattr(update_log, "MAX_PIECE_BYTES", 2)
        updates = [b"abcde", b"f", b"ghij", b"", b"klmnopq"]
        await store.append("pages", updates)
        assert list((await store.load("pages")).updates) == updates

    async def test_old_generations_are_removed(self, engine: Engine, store: EngineRoomStore) -> None:
        """After a compaction only its rows are left."""
        await store.append("old", [b"x"] * 50)
        await store.compact("old", [b"a"], 1)
        await store.compact("old", [b"b"], 2)
        page = await engine.run_query(update_log.read_log, room="old", generation=None, after=0)
        assert [row.data for row in page.rows] == [b"b"]
        assert not await engine.run_mutation(update_log.remove_old_generations, room="old")

    async def test_a_reader_notices_a_compaction_in_between(self, engine: Engine, store: EngineRoomStore) -> None:
        """Pages of two generations are never joined."""
        await store.append("between", [b"1"])
        await store.compact("between", [b"a"], 1)
        with pytest.raises(update_log.ReplacedWhileReadError):
            await engine.run_query(update_log.read_log, room="between", generation=0, after=1)


class TestEngineRoomStoreOnSqlite(RoomStoreContract):
    """On an engine with a SQLite file."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[EngineRoomStore]:
        """A fresh store."""
        async with open_engine(registry(), EngineSettings(data_dir=tmp_path)) as engine:
            yield EngineRoomStore(engine)

    async def test_a_board_lives_on_it(self, store: Any) -> None:
        """As in memory, but the disk takes real time: the compacted board is waited for."""
        async with open_boards(VirtualClock(), store) as boards:
            ann = await boards.enter("ann", room="contract-board")
            ann.draw("a")
            for number in range(2_000):
                ann.elements["a"]["x"] = ann.elements["a"]["y"] = number
            await boards.rooms.edit("contract-board", lambda e: e.add("t", ELLIPSE), by="tutor")
            await boards.unload("contract-board")
            async with asyncio.timeout(10):
                while (await store.load("contract-board")).epoch == 0:
                    await asyncio.sleep(0.01)
        async with open_boards(VirtualClock(), store) as boards:
            elements = await boards.rooms.snapshot("contract-board")
            assert [element["id"] for element in elements] == ["a", "t"]
