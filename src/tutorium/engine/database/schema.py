"""The declared tables brought together with what the store knows of them: numbers, indexes, backfill."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, TypeVar

from tutorium.engine.database.row import Row
from tutorium.engine.database.table import CREATION_INDEX, Index, Table, check_name
from tutorium.engine.errors import InvalidIdError, SchemaError
from tutorium.engine.persistence import Commit, KeyChange, RowChange, SearchEntry, Snapshot, Store
from tutorium.engine.values.ids import FIRST_USER_TABLE, decode_id, new_row_key, table_of_key
from tutorium.engine.values.key_encoding import prefix_end, successor
from tutorium.runtime import Runtime

R = TypeVar("R", bound=Row)

FIRST_INDEX: Final = 1 << 31
"""Numbers of declared indexes begin here; below, an index over creation time has its table's number."""

_BATCH: Final = 1_000
_TABLES_NUMBER: Final = 1
_INDEXES_NUMBER: Final = 2


class TableRecord(Row, table="_tables", number=_TABLES_NUMBER):
    """A table that the store knows."""

    name: str
    number: int


class IndexRecord(Row, table="_indexes", number=_INDEXES_NUMBER):
    """A declared index that the store keeps up to date."""

    table: int
    name: str
    number: int
    kind: Literal["key", "search"]
    fields: list[str]


class Schema:
    """All tables of a running engine, by class, name and number."""

    def __init__(self, tables: Iterable[Table[Any]]) -> None:
        """Collect bound tables."""
        self.tables = tuple(tables)
        self._by_class: dict[type[Row], Table[Any]] = {table.row_class: table for table in self.tables}
        self._by_number: dict[int, Table[Any]] = {table.number: table for table in self.tables}
        self._by_prefix: dict[bytes, Table[Any]] = {table.prefix: table for table in self.tables}
        self._by_name: dict[str, Table[Any]] = {table.name: table for table in self.tables}
        self._by_class_name: dict[str, Table[Any]] = {table.row_class.__name__: table for table in self.tables}

    def table(self, row_class: type[R]) -> Table[R]:
        """Return the table of a row class. Raises SchemaError when it is not registered."""
        try:
            return self._by_class[row_class]
        except KeyError as error:
            raise SchemaError(f"{row_class.__name__} is not among the registry's tables.") from error

    def named(self, name: str) -> Table[Any] | None:
        """Return a table by its name."""
        return self._by_name.get(name)

    def numbered(self, number: int) -> Table[Any] | None:
        """Return a table by its number."""
        return self._by_number.get(number)

    def number_for(self, target: Any) -> int:
        """Return the table number for what stands in `Id[...]`: a row class or its name. Raises SchemaError."""
        table = self._by_class_name.get(target) if isinstance(target, str) else self._by_class.get(target)
        if table is None:
            raise SchemaError(f"Id[{getattr(target, '__name__', target)}] names no table of the registry.")
        return table.number

    def key_of(self, row_id: str) -> bytes:
        """Return the row key of an id. Raises InvalidIdError."""
        return decode_id(row_id)

    def table_of(self, key: bytes) -> Table[Any]:
        """Return the table of a row key. Raises InvalidIdError when there is none."""
        try:
            return self._by_prefix[key[:4]]
        except KeyError as error:
            raise InvalidIdError(f"No table has the number {table_of_key(key)} of this id.") from error


class _Catalogue:
    """What the store knows, and the changes that bring it up to the declarations."""

    def __init__(self, tables: Sequence[TableRecord], indexes: Sequence[IndexRecord], runtime: Runtime) -> None:
        self.tables = {record.name: record.number for record in tables}
        self.indexes = {(record.table, record.name): record for record in indexes}
        self.changes: list[RowChange] = []
        self.added: list[tuple[type[Row], Index]] = []
        self.dropped: list[IndexRecord] = []
        self._next_table = max([FIRST_USER_TABLE - 1, *self.tables.values()]) + 1
        self._next_index = max([FIRST_INDEX - 1, *(record.number for record in indexes)]) + 1
        self._runtime = runtime
        self._now_ms = runtime.now_ns() / 1e6

    def table_number(self, row_class: type[Row]) -> int:
        if row_class.__number__ is not None:
            return row_class.__number__
        number = self.tables.get(row_class.__table__)
        if number is None:
            number = self.tables[row_class.__table__] = self._next_table
            self._next_table += 1
            self._record(TABLES, TableRecord(name=row_class.__table__, number=number))
        return number

    def index(self, row_class: type[Row], table: int, wanted: Index, kind: Literal["key", "search"]) -> Index:
        fields = [*wanted.fields, *([wanted.search_field] if wanted.search_field else [])]
        record = self.indexes.pop((table, wanted.name), None)
        if record is not None and record.kind == kind and record.fields == fields:
            return Index(name=wanted.name, number=record.number, fields=wanted.fields, search_field=wanted.search_field)
        if record is not None:
            self._drop(record)
        index = Index(name=wanted.name, number=self._next_index, fields=wanted.fields, search_field=wanted.search_field)
        self._next_index += 1
        self._record(INDEXES, IndexRecord(table=table, name=wanted.name, number=index.number, kind=kind, fields=fields))
        self.added.append((row_class, index))
        return index

    def drop_undeclared(self, declared: frozenset[int]) -> None:
        """Let go of indexes of declared tables that are declared no more; other tables stay as they are."""
        for record in self.indexes.values():
            if record.table in declared:
                self._drop(record)

    def _drop(self, record: IndexRecord) -> None:
        key = decode_id(record.id)
        body = INDEXES.encode(record)[1]
        keys = tuple(KeyChange(old, None) for old in INDEXES.keys(record, key))
        self.changes.append(RowChange(key=key, old=body, new=None, keys=keys))
        self.dropped.append(record)

    def _record(self, table: Table[Any], row: Row) -> None:
        key = new_row_key(table.number, self._runtime)
        self._now_ms = math.nextafter(self._now_ms, math.inf)
        normal, body = table.encode(table.stamped(row, key, self._now_ms))
        keys = tuple(KeyChange(None, new) for new in table.keys(normal, key))
        self.changes.append(RowChange(key=key, old=None, new=body, keys=keys))


def _creation_index(number: int) -> Index:
    return Index(name=CREATION_INDEX, number=number, fields=())


TABLES: Final = Table(TableRecord, _TABLES_NUMBER, (_creation_index(_TABLES_NUMBER),))
INDEXES: Final = Table(IndexRecord, _INDEXES_NUMBER, (_creation_index(_INDEXES_NUMBER),))


async def open_schema(store: Store, row_classes: Sequence[type[Row]], runtime: Runtime) -> Schema:
    """Give every declared table its number and indexes, fill new indexes and empty those that are gone. Through the log (E3).

    Called before anything else uses the store. Raises SchemaError for declarations that cannot be.
    """
    _check(row_classes)
    snapshot = await store.snapshot()
    try:
        catalogue = _Catalogue(await _read_all(snapshot, TABLES), await _read_all(snapshot, INDEXES), runtime)
    finally:
        await snapshot.close()
    tables = [_bind(row_class, catalogue) for row_class in row_classes]
    catalogue.drop_undeclared(frozenset(table.number for table in tables))
    for _, index in catalogue.added:
        if index.search_field is not None:
            await store.define_search_index(index.number)
    schema = Schema([TABLES, INDEXES, *tables])
    by_table: dict[type[Row], list[Index]] = {}
    for row_class, index in catalogue.added:
        by_table.setdefault(row_class, []).append(index)
    for row_class, indexes in by_table.items():
        await _fill(store, schema.table(row_class), indexes, runtime)
    for record in catalogue.dropped:
        await _empty(store, record, runtime)
    # Last, so that a start that was cut short begins again with the same indexes missing and fills them whole.
    if catalogue.changes:
        await _commit(store, catalogue.changes, runtime)
    return schema


def _check(row_classes: Sequence[type[Row]]) -> None:
    names: dict[str, type[Row]] = {}
    classes: dict[str, type[Row]] = {}
    for row_class in row_classes:
        name = getattr(row_class, "__table__", None)
        if name is None:
            raise SchemaError(f"{row_class.__name__} says no table: class {row_class.__name__}(Row, table=...).")
        check_name(name, "a table")
        if name.startswith("_") and row_class.__number__ is None:
            raise SchemaError(f"{name}: names that begin with _ belong to the engine.")
        if (
            names.setdefault(name, row_class) is not row_class
            or classes.setdefault(row_class.__name__, row_class) is not row_class
        ):
            raise SchemaError(f"Two tables are called {name!r} ({row_class.__name__}).")
        for index in (*row_class.__indexes__, *row_class.__search__):
            check_name(index, "an index")


def _bind(row_class: type[Row], catalogue: _Catalogue) -> Table[Any]:
    number = catalogue.table_number(row_class)
    indexes = [_creation_index(number)]
    for name, fields in row_class.__indexes__.items():
        indexes.append(catalogue.index(row_class, number, Index(name=name, number=0, fields=fields), "key"))
    for name, search in row_class.__search__.items():
        wanted = Index(name=name, number=0, fields=search.filters, search_field=search.field)
        indexes.append(catalogue.index(row_class, number, wanted, "search"))
    return Table(row_class, number, tuple(indexes))


async def _read_all(snapshot: Snapshot, table: Table[R]) -> list[R]:
    prefix = table.indexes[0].prefix
    found = await snapshot.scan(prefix, prefix_end(prefix), reverse=False, limit=1 << 30)
    return [table.decode(body) for _, body in found]


async def _commit(store: Store, changes: Sequence[RowChange], runtime: Runtime) -> None:
    turn = await store.begin_commit()
    await turn.append([Commit(max(turn.newest_ts + 1, runtime.now_ns()), changes)])


async def _fill(store: Store, table: Table[Any], indexes: Sequence[Index], runtime: Runtime) -> None:
    """Write the entries of new indexes for the rows that are there."""
    places = [table.indexes.index(index) for index in indexes]
    searches = {index.number for index in indexes}
    lower, upper = table.indexes[0].prefix, prefix_end(table.indexes[0].prefix)
    while True:
        snapshot = await store.snapshot()
        try:
            found = await snapshot.scan(lower, upper, reverse=False, limit=_BATCH)
            missing = [await _unfilled(snapshot, table, places, key, body) for key, body in found]
        finally:
            await snapshot.close()
        changes = [
            RowChange(
                key=key[-20:],
                old=body,
                new=body,
                keys=keys,
                search=_only(table.search_entries(None, table.decode(body)), searches),
            )
            for (key, body), keys in zip(found, missing, strict=True)
            if keys
        ]
        if changes:
            await _commit(store, changes, runtime)
        if len(found) < _BATCH:
            return
        lower = found[-1][0] + b"\x00"


async def _unfilled(
    snapshot: Snapshot, table: Table[Any], places: Sequence[int], key: bytes, body: bytes
) -> tuple[KeyChange, ...]:
    """Return the entries that a row lacks; an earlier start may have been cut short after writing some."""
    keys = table.keys(table.decode(body), key[-20:])
    wanted = [keys[place] for place in places]
    return tuple(
        [KeyChange(None, key) for key in wanted if not await snapshot.scan(key, successor(key), reverse=False, limit=1)]
    )


def _only(entries: Sequence[SearchEntry], numbers: set[int]) -> tuple[SearchEntry, ...]:
    return tuple(entry for entry in entries if entry.index in numbers)


async def _empty(store: Store, record: IndexRecord, runtime: Runtime) -> None:
    """Delete the entries of an index that is no more."""
    if record.kind == "search":
        await store.drop_search_index(record.number)
    lower = record.number.to_bytes(4)
    while True:
        snapshot = await store.snapshot()
        try:
            found = await snapshot.scan(lower, prefix_end(lower), reverse=False, limit=_BATCH)
        finally:
            await snapshot.close()
        if not found:
            return
        changes = [RowChange(key=key[-20:], old=body, new=body, keys=(KeyChange(key, None),)) for key, body in found]
        await _commit(store, changes, runtime)
