"""Transactions, on every store."""

import asyncio
from typing import Any

import pytest

from tests.support.engine_tables import Account, Note
from tutorium.engine import Int64
from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.errors import (
    InvalidIdError,
    InvalidQueryError,
    InvalidValueError,
    NotUniqueError,
    OutOfRetentionError,
    SchemaError,
    TransactionTooLargeError,
)
from tutorium.engine.testing import VirtualRuntime
from tutorium.engine.values import encode_id, row_key
from tutorium.errors import NotFoundError

pytestmark = pytest.mark.anyio


async def insert(database: Database, *rows: Any) -> list[Any]:
    async def body(transaction: Transaction) -> list[Any]:
        return [await DatabaseWriter(transaction).insert(row) for row in rows]

    return (await database.write(body))[0]


async def read(database: Database, body: Any) -> Any:
    return await database.read(lambda transaction: body(DatabaseReader(transaction)))


async def write(database: Database, body: Any) -> Any:
    return (await database.write(lambda transaction: body(DatabaseWriter(transaction))))[0]


@pytest.mark.rule("TX9")
async def test_a_row_comes_back_with_its_system_fields(database: Database, runtime: VirtualRuntime) -> None:
    """An inserted row is read back equal, with id and creation time; rows of one mutation have rising times."""
    first, second = await insert(database, Account(owner="a", balance=3, size=Int64(2**60)), Account(owner="b"))
    row = await read(database, lambda db: db.get(first))
    assert (row.id, row.owner, row.balance, row.size) == (first, "a", 3, Int64(2**60))
    assert type(row.size) is Int64
    later = await read(database, lambda db: db.get(second))
    assert runtime.now_ns() / 1e6 <= row.creation_time < later.creation_time


@pytest.mark.rule("TX9")
async def test_patching_and_replacing_keep_id_and_creation_time(database: Database) -> None:
    """A patch changes the named fields, a replacement all of them; neither changes the system fields."""
    (note,) = await insert(database, Note(folder="f", text="one", rank=1))
    before = await read(database, lambda db: db.get(note))

    async def change(db: DatabaseWriter) -> None:
        await db.patch(note, text="two", done=True)
        seen = await db.get(note)
        assert seen is not None
        assert (seen.text, seen.rank, seen.done) == ("two", 1.0, True)
        await db.replace(note, Note(folder="g"))

    await write(database, change)
    after = await read(database, lambda db: db.get(note))
    assert (after.folder, after.text, after.rank, after.done) == ("g", "", 0.0, False)
    assert (after.id, after.creation_time) == (before.id, before.creation_time)


@pytest.mark.rule("TX1")
async def test_own_writes_are_seen_in_every_index(database: Database) -> None:
    """Within a mutation added, moved and removed rows are seen in the place where they will be."""
    kept, moved, gone = await insert(
        database, Note(folder="f", rank=1, text="kept"), Note(folder="f", rank=2, text="moved"), Note(folder="f", rank=3)
    )

    async def body(db: DatabaseWriter) -> None:
        await db.patch(moved, rank=9.0)
        await db.delete(gone)
        new = await db.insert(Note(folder="f", rank=5, text="new light"))
        rows = await db.query(Note).index("by_folder").eq(folder="f").collect()
        assert [row.id for row in rows] == [kept, new, moved]
        down = await db.query(Note).index("by_folder").eq(folder="f").order("desc").take(2)
        assert [row.id for row in down] == [moved, new]
        ranked = await db.query(Note).index("by_rank").gt(rank=1).lt(rank=9).collect()
        assert [row.id for row in ranked] == [new]
        assert [row.id for row in await db.search(Note, "by_text", "LIGHT", folder="f").take(9)] == [new]
        assert [row.id for row in await db.search(Note, "by_text", "moved", folder="f").take(9)] == [moved]
        assert await db.get(gone) is None
        await db.delete(new)

    await write(database, body)
    rows = await read(database, lambda db: db.query(Note).collect())
    assert [row.id for row in rows] == [kept, moved]


@pytest.mark.rule("TX2")
async def test_what_raises_leaves_no_trace(database: Database) -> None:
    """Nothing of a mutation that raised is kept; of a savepoint that raised, only what came before it."""
    (note,) = await insert(database, Note(folder="f", text="as it was"))

    async def fail(db: DatabaseWriter) -> None:
        await db.patch(note, text="changed")
        await db.insert(Note(folder="f"))
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await write(database, fail)
    assert [row.text for row in await read(database, lambda db: db.query(Note).collect())] == ["as it was"]

    async def inside(db: DatabaseWriter) -> None:
        with db.savepoint():
            await db.patch(note, text="inside")
            other = await db.insert(Note(folder="f", text="other"))
            await db.delete(other)
            raise ArithmeticError

    async def half(db: DatabaseWriter) -> None:
        await db.patch(note, text="before")
        with pytest.raises(ArithmeticError):
            await inside(db)
        assert len(await db.query(Note).index("by_folder").eq(folder="f").collect()) == 1

    await write(database, half)
    assert [row.text for row in await read(database, lambda db: db.query(Note).collect())] == ["before"]


@pytest.mark.rule("TX3")
async def test_a_contended_counter_is_exact(database: Database) -> None:
    """Two hundred increments at once of one row make two hundred."""
    (account,) = await insert(database, Account(owner="a"))

    async def increment(db: DatabaseWriter) -> None:
        row = await db.get_or_raise(account)
        await asyncio.sleep(0)
        await db.patch(account, balance=row.balance + 1)

    await asyncio.gather(*(write(database, increment) for _ in range(200)))
    assert (await read(database, lambda db: db.get(account))).balance == 200


@pytest.mark.rule("TX4")
async def test_absence_is_read_too(database: Database) -> None:
    """Of many that insert a row unless there is one, one does."""

    async def claim(db: DatabaseWriter) -> bool:
        found = await db.query(Account).index("by_owner").eq(owner="only").unique()
        if found is None:
            await db.insert(Account(owner="only"))
        return found is None

    assert sum(await asyncio.gather(*(write(database, claim) for _ in range(50)))) == 1


@pytest.mark.rule("TX4")
async def test_unrelated_mutations_do_not_conflict(database: Database) -> None:
    """A mutation runs once when others touch other rows and other parts of the index."""
    runs = 0
    rows = await insert(database, *(Account(owner=str(number)) for number in range(20)))

    async def change(db: DatabaseWriter, number: int) -> None:
        nonlocal runs
        runs += 1
        found = await db.query(Account).index("by_owner").eq(owner=str(number)).unique()
        assert found is not None
        await asyncio.sleep(0)
        await db.patch(rows[number], balance=number)

    await asyncio.gather(*(write(database, lambda db, number=number: change(db, number)) for number in range(20)))
    assert runs == 20


@pytest.mark.rule("TX5")
async def test_timestamps_rise_even_when_the_clock_stands(database: Database) -> None:
    """Each mutation has a timestamp of its own, above the one before."""

    async def body(transaction: Transaction) -> None:
        await DatabaseWriter(transaction).insert(Account(owner="x"))

    stamps = [(await database.write(body))[1] for _ in range(5)]
    together = [ts for _, ts in await asyncio.gather(*(database.write(body) for _ in range(5)))]
    assert stamps + together == sorted(set(stamps + together))
    assert database.newest_ts == together[-1]


@pytest.mark.rule("QU1")
async def test_the_ends_of_a_query(database: Database) -> None:
    """`first`, `unique`, `take`, `filter` and iteration agree with `collect`."""
    await insert(database, *(Note(folder="f", rank=rank % 7) for rank in range(300)))

    async def body(db: DatabaseReader) -> None:
        def query() -> Any:
            return db.query(Note).index("by_folder").eq(folder="f")

        rows = await query().collect()
        assert [row.rank for row in rows] == sorted(rank % 7 for rank in range(300))
        assert [row async for row in query()] == rows
        assert await query().first() == rows[0]
        assert await query().take(0) == []
        assert await query().order("desc").take(250) == rows[::-1][:250]
        sixes = [row for row in rows if row.rank == 6]
        assert await query().filter(lambda row: row.rank == 6).take(3) == sixes[:3]
        assert await query().filter(lambda row: row.rank == 6).take(99) == sixes
        with pytest.raises(NotUniqueError):
            await query().unique()
        with pytest.raises(InvalidQueryError):
            await query().take(-1)
        assert await db.query(Note).index("by_folder").eq(folder="none").unique() is None
        with pytest.raises(InvalidQueryError):
            query().gt(rank=1).gte(rank=2)
        for wrong in ("none", "by_text"):
            with pytest.raises(InvalidQueryError):
                db.query(Note).index(wrong)

    await read(database, body)


async def test_an_int64_field_is_compared_as_one(database: Database) -> None:
    """A plain `int` finds rows by an Int64 field."""
    (small, _large) = await insert(database, Account(owner="a", size=Int64(1)), Account(owner="b", size=Int64(2**60)))

    async def body(db: DatabaseReader) -> None:
        assert [row.id for row in await db.query(Account).index("by_size").eq(size=1).collect()] == [small]
        assert [row.owner for row in await db.query(Account).index("by_size").gt(size=1).collect()] == ["b"]

    await read(database, body)


@pytest.mark.rule("QU2")
async def test_only_what_was_looked_at_is_read(database: Database) -> None:
    """`take` reads up to the last row it returns; a row beyond is no conflict, one before is."""
    await insert(database, *(Note(folder="f", rank=rank) for rank in range(10)))

    async def reads(transaction: Transaction) -> Any:
        await DatabaseReader(transaction).query(Note).index("by_folder").eq(folder="f").take(3)
        return transaction.read_set

    read_set = await database.read(reads)
    seen = database.newest_ts
    await insert(database, Note(folder="f", rank=2.5), Note(folder="g", rank=0))
    assert not database.committer.recent.overlaps(read_set, seen)
    seen = database.newest_ts
    await insert(database, Note(folder="f", rank=1.5))
    assert database.committer.recent.overlaps(read_set, seen)


@pytest.mark.rule("QU6")
async def test_search_finds_words_in_any_writing(database: Database) -> None:
    """Case and marks do not matter; filters hold; a text that changed or went is not found any more."""
    notes = await insert(
        database,
        Note(folder="f", text="Das Licht, die Wélle & İstanbul"),
        Note(folder="g", text="licht"),
        Note(folder="f", text=None),
        Note(folder="f", text="nichts"),
        Note(folder="f", text="etwas"),
    )

    async def found(text: str, **filters: object) -> list[Any]:
        return [row.id for row in await read(database, lambda db: db.search(Note, "by_text", text, **filters).take(9))]

    assert await found("LÍCHT welle", folder="f") == [notes[0]]
    assert set(await found("licht")) == {notes[0], notes[1]}
    assert await found("istanbul", folder="f", done=False) == [notes[0]]
    assert await found("istanbul", done=True) == []
    assert await found("") == []
    await write(database, lambda db: db.patch(notes[0], text="dunkel"))
    await write(database, lambda db: db.delete(notes[1]))
    assert await found("licht") == []
    assert await found("dunkel") == [notes[0]]

    async def wrong(db: DatabaseReader) -> None:
        with pytest.raises(InvalidQueryError):
            db.search(Note, "by_folder", "x")
        with pytest.raises(InvalidQueryError):
            db.search(Note, "by_text", "x", rank=1)

    await read(database, wrong)


@pytest.mark.rule("VA4")
async def test_rows_that_break_a_limit_are_refused(database: Database) -> None:
    """Wrong types, constraints and sizes are refused before anything is kept."""
    (account,) = await insert(database, Account(owner="a"))

    async def body(db: DatabaseWriter) -> None:
        for row in (
            Note(folder="x" * (1 << 20)),
            Note(folder=5),  # type: ignore[arg-type]
            Note(folder="\ud800"),
            Note(folder="f", tags=("a",) * 8_193),
            Account(owner="a", balance=2**53 + 1),
            Account(owner="a", balance=1.5),  # type: ignore[arg-type]
            Account(owner=object()),  # type: ignore[arg-type]
        ):
            with pytest.raises(InvalidValueError):
                await db.insert(row)
        for changes in ({"nothing": 1}, {"_id": "x"}, {"balance": "x"}):
            with pytest.raises(InvalidValueError):
                await db.patch(account, **changes)
        with pytest.raises(InvalidValueError):
            await db.replace(account, Note(folder="f"))  # type: ignore[type-var]

    await write(database, body)
    assert len(await read(database, lambda db: db.query(Note).collect())) == 0


async def test_missing_rows_and_wrong_ids(database: Database) -> None:
    """A row that is not there is None or NotFoundError; text that is no id, or of no table, is refused."""
    (note,) = await insert(database, Note(folder="f"))
    await write(database, lambda db: db.delete(note))

    async def body(db: DatabaseWriter) -> None:
        assert await db.get(note) is None
        for call in (db.get_or_raise(note), db.patch(note, text="x"), db.delete(note), db.replace(note, Note(folder="f"))):
            with pytest.raises(NotFoundError):
                await call
        nowhere: Any = encode_id(row_key(77, b"x" * 16))
        for wrong in (nowhere, "x"):
            with pytest.raises(InvalidIdError):
                await db.get(wrong)
        assert db.normalize_id(Note, note) == note
        assert db.normalize_id(Account, note) is None
        assert db.normalize_id(Note, "x") is None

        class Stray(Note, table="strays"):
            pass

        with pytest.raises(SchemaError):
            db.query(Stray)

    await write(database, body)


@pytest.mark.rule("TX10")
async def test_a_transaction_has_limits(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading or writing too much is refused, and nothing of it is kept."""
    monkeypatch.setattr("tutorium.engine.database.transaction.MAX_ROWS_WRITTEN", 10)
    monkeypatch.setattr("tutorium.engine.database.transaction.MAX_ROWS_READ", 15)
    with pytest.raises(TransactionTooLargeError):
        await insert(database, *(Note(folder="f") for _ in range(11)))
    assert await read(database, lambda db: db.query(Note).collect()) == []
    for _ in range(2):
        await insert(database, *(Note(folder="f") for _ in range(10)))
    with pytest.raises(TransactionTooLargeError):
        await read(database, lambda db: db.query(Note).collect())


@pytest.mark.rule("HI1")
async def test_the_past_can_be_read(database: Database) -> None:
    """A snapshot at an earlier timestamp shows rows and indexes as they were then."""
    first, second = await insert(database, Note(folder="f", rank=1), Note(folder="f", rank=2))
    then = database.newest_ts

    async def change(db: DatabaseWriter) -> None:
        await db.patch(first, rank=9.0, text="later")
        await db.delete(second)
        await db.insert(Note(folder="f", rank=0))

    await write(database, change)
    between = database.newest_ts
    await write(database, lambda db: db.delete(first))

    async def ranks(ts: int) -> list[float]:
        snapshot = await database.snapshot_at(ts)
        try:
            assert snapshot.ts == ts
            db = DatabaseReader(database.begin(snapshot))
            return [row.rank for row in await db.query(Note).index("by_folder").eq(folder="f").collect()]
        finally:
            await snapshot.close()

    assert await ranks(then) == [1.0, 2.0]
    assert await ranks(between) == [0.0, 9.0]
    assert await ranks(database.newest_ts) == [0.0]


@pytest.mark.rule("HI2")
async def test_the_far_past_and_the_future_cannot(database: Database) -> None:
    """Beyond what is kept, and beyond the newest commit, reading is refused."""
    await insert(database, Note(folder="f"))
    then = database.newest_ts
    await insert(database, Note(folder="f"))
    await database.store.prune_log(database.newest_ts, 100)
    for ts in (then - 1, database.newest_ts + 1):
        with pytest.raises(OutOfRetentionError):
            await database.snapshot_at(ts)
