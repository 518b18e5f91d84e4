"""What was acknowledged is there: over restarts, kills, and a store that fails."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import engine_tables as app
from tests.support.engine_tables import ALL_TABLES, Note
from tutorium.engine import Caller, EngineSettings, Registry, Row, SearchIndex, Success, open_engine
from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter
from tutorium.engine.errors import EngineClosingError, StoreError
from tutorium.engine.persistence import Commit, MemoryStore, open_sqlite_store
from tutorium.engine.persistence.memory import MemoryTurn
from tutorium.engine.testing import VirtualRuntime

pytestmark = pytest.mark.anyio

REGISTRY = Registry([app.Account, app.Note, app.Member], [app.functions])

WRITER = """
import asyncio, sys
from pathlib import Path
from tests.support import engine_tables as app
from tutorium.engine import Caller, EngineSettings, Registry, Success, open_engine

async def main():
    registry = Registry([app.Account, app.Note, app.Member], [app.functions])
    async with open_engine(registry, EngineSettings(data_dir=Path(sys.argv[1]))) as engine:
        async def write(worker):
            for number in range(100_000):
                name = f"{sys.argv[2]}-{worker}-{number}"
                outcome = await engine.calls.mutation(
                    "notes:add", b'{"folder":"%s"}' % name.encode(), Caller(), request=(name, 1)
                )
                assert isinstance(outcome, Success)
                print(name, outcome.ts, flush=True)
        await asyncio.gather(*(write(worker) for worker in range(8)))

asyncio.run(main())
"""


@pytest.mark.rule("TX6")
@pytest.mark.rule("TX5")
@pytest.mark.rule("FN5")
async def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """A writer that is killed again and again has every acknowledged note, once, also when the request is sent again."""
    acknowledged: list[str] = []
    newest = 0
    for life in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(life)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(40 + 23 * life)]
        os.kill(writer.pid, signal.SIGKILL)
        lines += [line for line in writer.stdout if line.endswith("\n")]
        writer.wait()
        writer.stdout.close()
        stamps = [int(line.split()[1]) for line in lines]
        assert min(stamps) > newest
        newest = max(stamps)
        acknowledged += [line.split()[0] for line in lines]
    async with open_engine(REGISTRY, EngineSettings(data_dir=tmp_path)) as engine:
        assert engine.calls.newest_ts() >= newest
        rows = await engine.database.read(lambda tx: DatabaseReader(tx).query(Note).collect())
        folders = [row.folder for row in rows]
        assert set(acknowledged) <= set(folders)
        assert len(folders) == len(set(folders))
        for name in acknowledged[-20:]:
            again = await engine.calls.mutation("notes:add", json.dumps({"folder": name}).encode(), Caller(), request=(name, 1))
            assert isinstance(again, Success)
        assert len(await engine.database.read(lambda tx: DatabaseReader(tx).query(Note).collect())) == len(folders)
        by_index = await engine.database.read(lambda tx: DatabaseReader(tx).query(Note).index("by_rank").collect())
        assert {row.id for row in by_index} == {row.id for row in rows}


@pytest.mark.rule("TX5")
async def test_timestamps_rise_over_a_restart_with_the_clock_set_back(tmp_path: Path) -> None:
    """A process whose clock is earlier than the last commit goes on above it."""
    stamps = []
    for start in (2_000_000_000.0, 1_000_000_000.0):
        async with open_engine(REGISTRY, EngineSettings(data_dir=tmp_path), runtime=VirtualRuntime(start)) as engine:
            outcome = await engine.calls.mutation("notes:add", b'{"folder":"f"}', Caller())
            assert isinstance(outcome, Success)
            stamps.append(outcome.ts)
    assert stamps[0] >= 2_000_000_000 * 10**9
    assert stamps[1] > stamps[0]


async def test_a_closing_engine_finishes_what_was_begun(tmp_path: Path) -> None:
    """Mutations handed in before the end are answered; later ones are refused."""
    async with open_engine(REGISTRY, EngineSettings(data_dir=tmp_path)) as engine:
        begun = [asyncio.create_task(engine.run_mutation(app.add, folder="f")) for _ in range(20)]
        await asyncio.sleep(0)
    assert len({await task for task in begun}) == 20
    with pytest.raises(EngineClosingError):
        await engine.run_mutation(app.add, folder="f")
    with pytest.raises(EngineClosingError):
        await engine.calls.mutation("notes:add", b'{"folder":"f"}', Caller())


async def test_an_engine_needs_a_place() -> None:
    """Without a data directory, a store must be given."""
    with pytest.raises(ValueError, match="data_dir"):
        async with open_engine(REGISTRY, EngineSettings()):
            pass


class _FailingTurn(MemoryTurn):
    async def append(self, commits: Sequence[Commit]) -> None:
        raise StoreError("disk full")


class _FailingStore(MemoryStore):
    broken = False

    async def begin_commit(self) -> MemoryTurn:
        return _FailingTurn(self) if self.broken else await super().begin_commit()


@pytest.mark.rule("TX8")
async def test_a_store_that_fails_ends_everything(tmp_path: Path) -> None:
    """Nobody whose commit failed believes in it, nothing more is taken, and the owner is told to end the process."""
    store = _FailingStore()
    async with open_engine(REGISTRY, EngineSettings(data_dir=tmp_path), store=store) as engine:
        await engine.run_mutation(app.add, folder="f")
        store.broken = True
        outcomes = await asyncio.gather(*(engine.run_mutation(app.add, folder="f") for _ in range(5)), return_exceptions=True)
        assert all(isinstance(outcome, StoreError) for outcome in outcomes)
        assert (await engine.failed()).message == "disk full"
        store.broken = False
        with pytest.raises(StoreError):
            await engine.calls.mutation("notes:add", b'{"folder":"f"}', Caller())
        assert len(await engine.database.read(lambda tx: DatabaseReader(tx).query(Note).collect())) == 1


def declare(indexes: dict[str, tuple[str, ...]], search: dict[str, SearchIndex]) -> Any:
    annotations = {"owner": str, "text": str}
    return type(Row)("Thing", (Row,), {"__annotations__": annotations}, table="things", indexes=indexes, search=search)


async def add_twenty(db: DatabaseWriter, thing: Any) -> None:
    for number in range(20):
        await db.insert(thing(owner=f"o{number % 3}", text=f"word{number}"))


@dataclass
class Look:
    """Reads a table through all of its indexes."""

    thing: Any
    indexes: dict[str, tuple[str, ...]]
    search: dict[str, SearchIndex]

    async def run(self, transaction: Any) -> dict[str, Any]:
        db = DatabaseReader(transaction)
        found: dict[str, Any] = {"all": len(await db.query(self.thing).collect())}
        for name, fields in self.indexes.items():
            rows = await db.query(self.thing).index(name).collect()
            found[name] = [tuple(getattr(row, field) for field in fields) for row in rows]
        for name in self.search:
            found[name] = [row.text for row in await db.search(self.thing, name, "word7").take(5)]
        return found


async def opened(
    path: Path | None, store: MemoryStore, row_class: Any, runtime: VirtualRuntime
) -> tuple[Database, "asyncio.Task[None]"]:
    kept = store if path is None else await open_sqlite_store(path)
    database = await Database.open(kept, [*ALL_TABLES[:4], row_class], runtime)
    return database, asyncio.create_task(database.committer.run())


@pytest.mark.rule("TX11")
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_indexes_come_and_go(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new index holds the rows that were there; one that is gone or changed is emptied; the rows stay."""
    monkeypatch.setattr("tutorium.engine.database.schema._BATCH", 7)
    store, runtime = MemoryStore(), VirtualRuntime()
    path = tmp_path if kind == "sqlite" else None
    lives = [
        ({}, {}),
        ({"by_owner": ("owner",)}, {"by_text": SearchIndex("text", filters=("owner",))}),
        ({"by_owner": ("text",)}, {}),
        ({"by_owner": ("owner",), "by_both": ("owner", "text")}, {"by_text": SearchIndex("text")}),
    ]
    for life, (indexes, search) in enumerate(lives):
        thing = declare(indexes, search)
        database, committing = await opened(path, store, thing, runtime)
        if life == 0:
            await database.write(lambda tx, thing=thing: add_twenty(DatabaseWriter(tx), thing))
        look = Look(thing, indexes, search)
        found = await database.read(look.run)
        assert found.pop("all") == 20
        for name in search:
            assert found.pop(name) == ["word7"]
        for keys in found.values():
            assert (len(keys), keys) == (20, sorted(keys))
        database.committer.close()
        await committing
        if kind == "sqlite":
            await database.close()
