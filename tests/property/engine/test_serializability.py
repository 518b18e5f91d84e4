"""Random mutations that run at once come out as if they had run one after another, in the order of their timestamps."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.engine_tables import ALL_TABLES, Note
from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.persistence import MemoryStore, Store, open_sqlite_store
from tutorium.engine.testing import VirtualRuntime

FOLDERS = ("a", "b")


@dataclass(frozen=True)
class Step:
    """One operation of a mutation. What it writes depends on what the mutation has read so far."""

    kind: str
    slot: int
    folder: str
    pause: bool


@dataclass
class Model:
    """The table as a dictionary, run one mutation at a time."""

    rows: dict[int, tuple[str, float]] = field(default_factory=dict)

    def run(self, steps: list[Step]) -> list[Any]:
        seen: list[Any] = []
        for step in steps:
            row = self.rows.get(step.slot)
            match step.kind:
                case "get":
                    seen.append(row[1] if row else None)
                case "list":
                    seen.append(sorted(rank for folder, rank in self.rows.values() if folder == step.folder))
                case "first":
                    ranks = sorted(rank for folder, rank in self.rows.values() if folder == step.folder)
                    seen.append(ranks[0] if ranks else None)
                case "put":
                    self.rows[step.slot] = (step.folder, weigh(seen))
                case "delete":
                    self.rows.pop(step.slot, None)
                case _:
                    raise AssertionError(step)
        return seen


def weigh(seen: list[Any]) -> float:
    """Return a number that tells what was read."""
    return float(sum(hash(str(item)) % 1_000 for item in seen) % 1_000 + len(seen))


async def perform(db: DatabaseWriter, ids: list[Any], steps: list[Step]) -> list[Any]:
    """Run the steps on the engine. A row that stands for an empty slot is in folder "none"."""
    seen: list[Any] = []
    for step in steps:
        if step.pause:
            await asyncio.sleep(0)
        note = ids[step.slot]
        match step.kind:
            case "get":
                row = await db.get_or_raise(note)
                seen.append(row.rank if row.folder != "none" else None)
            case "list":
                seen.append([row.rank for row in await db.query(Note).index("by_folder").eq(folder=step.folder).collect()])
            case "first":
                first = await db.query(Note).index("by_folder").eq(folder=step.folder).first()
                seen.append(first.rank if first else None)
            case "put":
                await db.patch(note, folder=step.folder, rank=weigh(seen))
            case "delete":
                await db.patch(note, folder="none")
            case _:
                raise AssertionError(step)
    return seen


steps = st.builds(
    Step,
    kind=st.sampled_from(["get", "list", "first", "put", "put", "delete"]),
    slot=st.integers(0, 3),
    folder=st.sampled_from(FOLDERS),
    pause=st.booleans(),
)


@pytest.mark.rule("TX3")
@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(steps, min_size=1, max_size=5), min_size=2, max_size=6))
def test_concurrent_mutations_are_serialisable(mutations: list[list[Step]]) -> None:
    """What every mutation read, and the rows in the end, are those of the order of timestamps."""
    asyncio.run(check(mutations, MemoryStore()))


@pytest.mark.rule("TX3")
@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(steps, min_size=1, max_size=5), min_size=4, max_size=8))
def test_concurrent_mutations_are_serialisable_on_disk(mutations: list[list[Step]]) -> None:
    """The same on SQLite, where groups become durable in a thread while the next mutations run."""

    async def on_disk() -> None:
        with TemporaryDirectory() as directory:
            await check(mutations, await open_sqlite_store(Path(directory)))

    asyncio.run(on_disk())


async def check(mutations: list[list[Step]], store: Store) -> None:
    database = await Database.open(store, ALL_TABLES, VirtualRuntime())
    committing = asyncio.create_task(database.committer.run())

    async def fill(transaction: Transaction) -> list[Any]:
        db = DatabaseWriter(transaction)
        return [await db.insert(Note(folder="none")) for _ in range(4)]

    ids, _ = await database.write(fill)

    async def run(mutation: list[Step]) -> tuple[int, list[Step], list[Any], bool]:
        wrote = False

        async def body(transaction: Transaction) -> list[Any]:
            nonlocal wrote
            seen = await perform(DatabaseWriter(transaction), ids, mutation)
            wrote = transaction.has_writes
            return seen

        seen, ts = await database.write(body)
        return ts, mutation, seen, wrote

    done = await asyncio.gather(*(run(mutation) for mutation in mutations))
    model = Model()
    # A mutation that wrote nothing answers with its snapshot's timestamp: it comes after the commit of that timestamp.
    for _, mutation, seen, _ in sorted(done, key=lambda one: (one[0], not one[3])):
        assert seen == model.run(mutation)

    async def final(transaction: Transaction) -> dict[int, tuple[str, float]]:
        db = DatabaseReader(transaction)
        rows = [await db.get_or_raise(note) for note in ids]
        return {slot: (row.folder, row.rank) for slot, row in enumerate(rows) if row.folder != "none"}

    assert await database.read(final) == model.rows
    database.committer.close()
    await committing
    await database.close()
