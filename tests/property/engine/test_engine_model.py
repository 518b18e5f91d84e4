"""A long random life of one table beside a dictionary: reads, writes, pages, the past, restarts."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.engine_tables import ALL_TABLES, Note
from tutorium.engine import PaginationOptions
from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Journal
from tutorium.engine.persistence import open_sqlite_store
from tutorium.engine.testing import VirtualRuntime

folders = st.sampled_from(["a", "b"])
ranks = st.integers(0, 5).map(float)


class EngineMachine(RuleBasedStateMachine):
    """Drives the engine on SQLite; `rows` is what it must hold, `past` what it held at earlier timestamps."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.directory = TemporaryDirectory()
        self.runtime = VirtualRuntime()
        self.rows: dict[Any, tuple[str, float, float]] = {}
        self.past: list[tuple[int, dict[Any, tuple[str, float, float]]]] = []
        self.pages: list[tuple[PaginationOptions, str]] = []

    @initialize()
    def open(self) -> None:
        self.loop.run_until_complete(self._open())

    async def _open(self) -> None:
        store = await open_sqlite_store(Path(self.directory.name))
        self.database = await Database.open(store, ALL_TABLES, self.runtime)
        self.committing = asyncio.create_task(self.database.committer.run())

    async def _close(self) -> None:
        self.database.committer.close()
        await self.committing
        await self.database.close()

    def write(self, body: Any) -> Any:
        result, ts = self.loop.run_until_complete(self.database.write(lambda transaction: body(DatabaseWriter(transaction))))
        self.past.append((ts, dict(self.rows)))
        return result

    @rule(folder=folders, rank=ranks)
    def insert(self, folder: str, rank: float) -> None:
        async def body(db: DatabaseWriter) -> Note:
            return await db.get_or_raise(await db.insert(Note(folder=folder, rank=rank)))

        row = self.write(body)
        self.rows[row.id] = (folder, rank, row.creation_time)
        self.past[-1] = (self.past[-1][0], dict(self.rows))

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), folder=folders, rank=ranks)
    def move(self, data: st.DataObject, folder: str, rank: float) -> None:
        note = data.draw(st.sampled_from(sorted(self.rows)))
        self.rows[note] = (folder, rank, self.rows[note][2])
        self.write(lambda db: db.patch(note, folder=folder, rank=rank))

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        note = data.draw(st.sampled_from(sorted(self.rows)))
        del self.rows[note]
        self.write(lambda db: db.delete(note))

    @rule(folder=folders, low=ranks, high=ranks, reverse=st.booleans(), count=st.integers(0, 4))
    def scan(self, folder: str, low: float, high: float, reverse: bool, count: int) -> None:
        async def body(transaction: Any) -> list[Any]:
            query = DatabaseReader(transaction).query(Note).index("by_folder").eq(folder=folder).gte(rank=low).lt(rank=high)
            return [row.id for row in await query.order("desc" if reverse else "asc").take(count)]

        wanted = [note for note in self.ordered(self.rows, folder) if low <= self.rows[note][1] < high]
        assert self.loop.run_until_complete(self.database.read(body)) == (wanted[::-1] if reverse else wanted)[:count]

    @precondition(lambda self: self.past)
    @rule(data=st.data(), folder=folders)
    def look_back(self, data: st.DataObject, folder: str) -> None:
        ts, rows = data.draw(st.sampled_from(self.past))

        async def body() -> list[Any]:
            snapshot = await self.database.snapshot_at(ts)
            try:
                db = DatabaseReader(self.database.begin(snapshot))
                return [row.id for row in await db.query(Note).index("by_folder").eq(folder=folder).collect()]
            finally:
                await snapshot.close()

        assert self.loop.run_until_complete(body()) == self.ordered(rows, folder)

    @rule(size=st.integers(1, 3), reverse=st.booleans())
    def turn_pages(self, size: int, reverse: bool) -> None:
        async def body(transaction: Any) -> list[Any]:
            seen: list[Any] = []
            cursor: str | None = None
            while True:
                db = DatabaseReader(transaction, Journal())
                query = db.query(Note).index("by_folder").eq(folder="a").order("desc" if reverse else "asc")
                page = await query.paginate(PaginationOptions(num_items=size, cursor=cursor))
                seen += [row.id for row in page.page]
                cursor = page.continue_cursor
                if page.is_done:
                    return seen
                assert len(page.page) == size

        wanted = self.ordered(self.rows, "a")
        assert self.loop.run_until_complete(self.database.read(body)) == (wanted[::-1] if reverse else wanted)

    @rule()
    def restart(self) -> None:
        newest = self.database.newest_ts
        self.loop.run_until_complete(self._close())
        self.loop.run_until_complete(self._open())
        assert self.database.newest_ts == newest

    @invariant()
    def every_row_is_there(self) -> None:
        if hasattr(self, "database"):

            async def body(transaction: Any) -> set[Any]:
                return {row.id for row in await DatabaseReader(transaction).query(Note).collect()}

            assert self.loop.run_until_complete(self.database.read(body)) == set(self.rows)

    def ordered(self, rows: dict[Any, tuple[str, float, float]], folder: str) -> list[Any]:
        return sorted((note for note in rows if rows[note][0] == folder), key=lambda note: (*rows[note][1:], note))

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.loop.run_until_complete(self._close())
        self.loop.close()
        self.directory.cleanup()


@pytest.mark.rule("TX1")
@pytest.mark.rule("TX5")
@pytest.mark.rule("QU3")
@pytest.mark.rule("HI1")
class TestEngineModel(EngineMachine.TestCase):  # type: ignore[misc, name-defined]
    """The engine behaves like a dictionary."""

    settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
