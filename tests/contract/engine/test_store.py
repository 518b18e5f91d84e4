"""One suite for every store."""

import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import apsw
import pytest

from tutorium.engine.errors import EngineClosingError, StoreError, StoreInUseError
from tutorium.engine.persistence import (
    Commit,
    KeyChange,
    MemoryStore,
    RowChange,
    SearchEntry,
    Store,
    open_sqlite_store,
)

pytestmark = pytest.mark.anyio

INDEX = b"\x00\x00\x27\x11"


def row_key(number: int) -> bytes:
    return INDEX + number.to_bytes(16)


def full_key(place: int, number: int) -> bytes:
    return INDEX + place.to_bytes(4) + row_key(number)


def added(number: int, body: bytes, place: int | None = None, search: tuple[SearchEntry, ...] = ()) -> RowChange:
    key = full_key(number if place is None else place, number)
    return RowChange(key=row_key(number), old=None, new=body, keys=(KeyChange(None, key),), search=search)


def moved(number: int, old: bytes, new: bytes, before: int, after: int) -> RowChange:
    keys = (KeyChange(full_key(before, number), full_key(after, number)),)
    return RowChange(key=row_key(number), old=old, new=new, keys=keys)


def removed(number: int, old: bytes, place: int, search: tuple[SearchEntry, ...] = ()) -> RowChange:
    keys = (KeyChange(full_key(place, number), None),)
    return RowChange(key=row_key(number), old=old, new=None, keys=keys, search=search)


async def append(store: Store, *commits: tuple[int, Sequence[RowChange]]) -> None:
    turn = await store.begin_commit()
    await turn.append([Commit(ts, changes) for ts, changes in commits])


async def bodies(store: Store, *, reverse: bool = False, limit: int = 100) -> list[bytes]:
    snapshot = await store.snapshot()
    found = await snapshot.scan(INDEX, INDEX + b"\xff", reverse=reverse, limit=limit)
    await snapshot.close()
    return [body for _, body in found]


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Store, None]:
    opened: Store = MemoryStore() if request.param == "memory" else await open_sqlite_store(tmp_path)
    yield opened
    await opened.close()


async def test_an_empty_store_is_at_zero(store: Store) -> None:
    """A snapshot of an empty store has timestamp 0 and finds nothing."""
    snapshot = await store.snapshot()
    assert snapshot.ts == 0
    assert await snapshot.get(row_key(1)) is None
    assert list(await snapshot.scan(b"", b"\xff", reverse=False, limit=10)) == []
    await snapshot.close()


async def test_rows_are_found_by_key_and_in_order(store: Store) -> None:
    """Rows come in the order of their full keys, forwards and backwards, up to the limit."""
    await append(store, (5, [added(number, str(number).encode()) for number in (3, 1, 2)]))
    assert await bodies(store) == [b"1", b"2", b"3"]
    assert await bodies(store, reverse=True, limit=2) == [b"3", b"2"]
    snapshot = await store.snapshot()
    assert snapshot.ts == 5
    assert await snapshot.get(row_key(2)) == b"2"
    half_open = await snapshot.scan(full_key(1, 1), full_key(3, 3), reverse=False, limit=10)
    assert [body for _, body in half_open] == [b"1", b"2"]
    await snapshot.close()


@pytest.mark.rule("TX1")
async def test_a_snapshot_stays_as_it_was(store: Store) -> None:
    """Commits after a snapshot was opened are not seen in it."""
    await append(store, (1, [added(1, b"old")]))
    snapshot = await store.snapshot()
    await append(store, (2, [moved(1, b"old", b"new", 1, 9)]), (3, [added(2, b"more")]))
    assert await snapshot.get(row_key(1)) == b"old"
    assert [body for _, body in await snapshot.scan(INDEX, INDEX + b"\xff", reverse=False, limit=9)] == [b"old"]
    assert snapshot.ts == 1
    await snapshot.close()
    await snapshot.close()
    assert await bodies(store) == [b"more", b"new"]


async def test_commits_of_one_group_may_follow_each_other(store: Store) -> None:
    """Within one group a row may be added, moved, removed and added again; the last word counts."""
    await append(
        store,
        (1, [added(1, b"a")]),
        (2, [moved(1, b"a", b"b", 1, 7)]),
        (3, [moved(1, b"b", b"c", 7, 1)]),
        (4, [added(2, b"x"), added(3, b"y")]),
        (5, [removed(2, b"x", 2)]),
        (6, [removed(3, b"y", 3)]),
        (7, [added(3, b"z")]),
    )
    assert await bodies(store) == [b"c", b"z"]
    await append(store, (8, [removed(3, b"z", 3)]), (9, [added(3, b"again", 4)]))
    assert await bodies(store) == [b"c", b"again"]


async def test_the_log_tells_old_images_and_keys(store: Store) -> None:
    """An entry holds each row's key, its old image, and its old and new full keys."""
    await append(store, (1, [added(1, b"a")]), (2, [moved(1, b"a", b"b", 1, 2)]), (3, [removed(1, b"b", 2)]))
    entries = await store.read_log(1, 3)
    assert [entry.ts for entry in entries] == [2, 3]
    change = entries[0].changes[0]
    assert (change.key, change.old) == (row_key(1), b"a")
    assert change.keys == (KeyChange(full_key(1, 1), full_key(2, 1)),)
    assert entries[1].changes[0].keys == (KeyChange(full_key(2, 1), None),)


async def test_pruning_keeps_the_newest_entry_and_moves_the_floor(store: Store) -> None:
    """Pruned entries are gone, the floor says up to where, and the newest entry always stays."""
    await append(store, *[(ts, [added(ts, b"x")]) for ts in (1, 2, 3, 4)])
    assert await store.log_floor() == 0
    assert await store.prune_log(3, 2) == 2
    assert await store.log_floor() == 2
    assert [entry.ts for entry in await store.read_log(0, 9)] == [3, 4]
    assert await store.prune_log(99, 10) == 1
    assert [entry.ts for entry in await store.read_log(0, 9)] == [4]
    assert await store.prune_log(99, 10) == 0


async def test_globals_are_kept_and_replaced(store: Store) -> None:
    """A named value is what was stored last."""
    assert await store.load_global("key") is None
    await store.store_global("key", b"1")
    await store.store_global("key", b"2")
    assert await store.load_global("key") == b"2"


def words(text: str, *filters: str) -> tuple[SearchEntry, ...]:
    return (SearchEntry(9, text, " ".join(filters)),)


@pytest.mark.rule("QU6")
async def test_search_finds_ranks_filters_and_forgets(store: Store) -> None:
    """Full-text search ranks by BM25, honours every filter token, and forgets changed and removed rows."""
    await store.define_search_index(9)
    await store.define_search_index(9)
    await append(
        store,
        (1, [added(1, b"1", search=words("light is a wave and light is a particle", "fa"))]),
        (2, [added(2, b"2", search=words("a wave of water in the long summer evening by the sea", "fa"))]),
        (3, [added(3, b"3", search=words("light", "fb"))]),
        (4, [added(4, b"4", search=words("nothing here", "fa")), added(5, b"5", search=words("nor here", "fa"))]),
        (5, [added(6, b"6", search=words("stone", "fa")), added(7, b"7", search=words("sand", "fa"))]),
    )

    async def hits(*query: str, filters: Sequence[str] = (), limit: int = 10) -> list[bytes]:
        snapshot = await store.snapshot()
        found = await snapshot.search(9, query, filters, limit)
        await snapshot.close()
        return [hit.body for hit in found]

    assert sorted(await hits("light")) == [b"1", b"3"]
    assert await hits("light", filters=["fa"]) == [b"1"]
    assert await hits("light", "wave", filters=["fa"]) == [b"1", b"2"]
    assert await hits("light", "wave", filters=["fa"], limit=1) == [b"1"]
    assert await hits("nothing", filters=["fa", "fb"]) == []
    assert await hits() == []
    await append(store, (6, [removed(1, b"1", 1, (SearchEntry(9, None),))]))
    assert await hits("light") == [b"3"]
    await store.drop_search_index(9)


async def test_a_closed_memory_store_refuses(tmp_path: Path) -> None:
    """Nothing can be read from or committed to a store that was closed."""
    store = MemoryStore()
    await store.close()
    with pytest.raises(EngineClosingError):
        await store.snapshot()
    disk = await open_sqlite_store(tmp_path)
    await disk.close()
    with pytest.raises(EngineClosingError):
        await disk.snapshot()


@pytest.mark.rule("TX7")
async def test_a_database_file_has_one_owner(tmp_path: Path) -> None:
    """A second opener is told which process owns the file, and may have it once it is closed."""
    first = await open_sqlite_store(tmp_path)
    with pytest.raises(StoreInUseError, match=str(os.getpid())):
        await open_sqlite_store(tmp_path)
    await append(first, (1, [added(1, b"kept")]))
    await first.close()
    second = await open_sqlite_store(tmp_path)
    assert await bodies(second) == [b"kept"]
    await second.close()


async def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    """A file that a newer release wrote is not touched, and its lock is given back."""
    connection = apsw.Connection(str(tmp_path / "engine.db"))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for _ in range(2):
        with pytest.raises(StoreError, match="format 99"):
            await open_sqlite_store(tmp_path)


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A file that is no database raises StoreError at once."""
    (tmp_path / "engine.db").write_bytes(b"this is no database at all, whatever it may be" * 100)
    with pytest.raises(StoreError):
        await open_sqlite_store(tmp_path)


async def test_what_cannot_be_written_raises_and_leaves_nothing(tmp_path: Path) -> None:
    """A group that breaks the log's order is refused whole."""
    store = await open_sqlite_store(tmp_path)
    await append(store, (1, [added(1, b"a")]))
    with pytest.raises(StoreError):
        await append(store, (1, [added(2, b"b")]))
    assert await bodies(store) == [b"a"]
    await store.close()
