"""The committer beside other processes, and the watermark."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.engine_tables import ALL_TABLES, Note
from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Watermark, Written
from tutorium.engine.errors import StoreError
from tutorium.engine.persistence import Commit, LoggedCommit, MemoryStore, Timestamp
from tutorium.engine.persistence.memory import MemoryTurn
from tutorium.engine.testing import VirtualRuntime

pytestmark = pytest.mark.anyio


class SharedTurn(MemoryTurn):
    """A turn in which the commits of others are read from the log."""

    def __init__(self, store: "SharedStore") -> None:
        super().__init__(store)
        self._shared = store

    async def foreign_commits(self, after: Timestamp) -> Sequence[LoggedCommit]:
        return [entry for entry in await self._shared.read_log(after, self.newest_ts) if entry.ts in self._shared.foreign]


class SharedStore(MemoryStore):
    """A store to which another process commits, too."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: set[Timestamp] = set()

    async def begin_commit(self) -> SharedTurn:
        return SharedTurn(self)

    def commit_of_another(self, changes: Any) -> None:
        ts = self.newest_ts + 1
        self.foreign.add(ts)
        self.apply([Commit(ts, changes)])


async def opened() -> tuple[Database, SharedStore, "asyncio.Task[None]"]:
    store = SharedStore()
    database = await Database.open(store, ALL_TABLES, VirtualRuntime())
    return database, store, asyncio.create_task(database.committer.run())


@pytest.mark.rule("TX4")
async def test_commits_of_other_processes_conflict_and_are_published() -> None:
    """A mutation that read what another process changed meanwhile runs again, and listeners hear of that commit first."""
    database, store, committing = await opened()
    heard: list[list[Written]] = []
    database.committer.on_published.append(heard.append)
    note, _ = await database.write(lambda tx: DatabaseWriter(tx).insert(Note(folder="f", rank=1)))
    seen: list[float] = []

    async def body(transaction: Any) -> None:
        db = DatabaseWriter(transaction)
        row = await db.get_or_raise(note)
        seen.append(row.rank)
        if len(seen) == 1:
            snapshot = await database.snapshot()
            other = database.begin(snapshot)
            await DatabaseWriter(other).patch(note, rank=5.0)
            await snapshot.close()
            store.commit_of_another(other.changes())
        await db.patch(note, rank=row.rank + 1)

    _, ts = await database.write(body)
    assert seen == [1.0, 5.0]
    assert (await database.read(lambda tx: DatabaseReader(tx).get_or_raise(note))).rank == 6.0
    stamps = [written.ts for group in heard for written in group]
    assert stamps == sorted(stamps)
    assert stamps[-1] == ts
    assert len(stamps) == 3
    database.committer.close()
    await committing


async def test_a_body_that_breaks_the_committer_ends_it() -> None:
    """Whatever goes wrong in the middle of a group, nobody is left waiting and nothing more is taken."""
    database, store, committing = await opened()

    def broken(commits: Sequence[Commit]) -> None:
        raise ArithmeticError(len(commits))

    store.apply = broken  # type: ignore[method-assign]
    with pytest.raises(StoreError, match="broke"):
        await database.write(lambda tx: DatabaseWriter(tx).insert(Note(folder="f")))
    with pytest.raises(StoreError):
        await committing
    with pytest.raises(StoreError):
        await database.write(lambda tx: DatabaseWriter(tx).insert(Note(folder="f")))


@pytest.mark.rule("TX2")
async def test_a_mutation_that_raises_in_the_committer_tells_its_caller_only() -> None:
    """After two conflicts a body runs in the committer; what it raises there goes to its caller, the group goes on."""
    database, _, committing = await opened()
    note, _ = await database.write(lambda tx: DatabaseWriter(tx).insert(Note(folder="f", rank=1)))
    runs = 0

    async def body(transaction: Any) -> None:
        nonlocal runs
        runs += 1
        db = DatabaseWriter(transaction)
        row = await db.get_or_raise(note)
        if runs == 3:
            raise ArithmeticError
        await database.write(lambda tx: DatabaseWriter(tx).patch(note, text=str(runs)))
        await db.patch(note, rank=row.rank + 1)

    with pytest.raises(ArithmeticError):
        await database.write(body)
    assert runs == 3
    row = await database.read(lambda tx: DatabaseReader(tx).get_or_raise(note))
    assert (row.rank, row.text) == (1.0, "2")
    database.committer.close()
    await committing


@pytest.mark.rule("TX4")
async def test_a_mutation_without_writes_in_the_committer_is_answered() -> None:
    """A body that in the end has nothing to write is answered with the state it saw."""
    database, _, committing = await opened()
    note, _ = await database.write(lambda tx: DatabaseWriter(tx).insert(Note(folder="f", rank=1)))
    runs = 0

    async def body(transaction: Any) -> float:
        nonlocal runs
        runs += 1
        db = DatabaseWriter(transaction)
        row = await db.get_or_raise(note)
        if runs < 3:
            await database.write(lambda tx: DatabaseWriter(tx).patch(note, rank=float(runs * 10)))
            await db.patch(note, rank=99.0)
        return row.rank

    rank, ts = await database.write(body)
    assert (rank, ts) == (20.0, database.newest_ts)
    database.committer.close()
    await committing


async def test_a_watermark_wakes_those_whose_time_has_come() -> None:
    """Waiting ends when the watermark reaches the timestamp, not before."""
    watermark = Watermark(5)
    await watermark.reached(5)
    waiting = {ts: asyncio.create_task(watermark.reached(ts)) for ts in (6, 8)}
    await asyncio.sleep(0)
    watermark.advance(7)
    await waiting[6]
    assert not waiting[8].done()
    waiting[8].cancel()
    await asyncio.gather(waiting[8], return_exceptions=True)
    watermark.advance(9)
    assert watermark.ts == 9
