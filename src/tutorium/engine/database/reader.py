"""`ctx.db`: what application code reads and writes with."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

import msgspec

from tutorium.engine.database.pagination import Journal
from tutorium.engine.database.query import Query
from tutorium.engine.database.row import Row
from tutorium.engine.database.table import Table
from tutorium.engine.database.transaction import Transaction
from tutorium.engine.errors import InvalidIdError, InvalidQueryError, InvalidValueError
from tutorium.engine.values import Id, decode_id
from tutorium.errors import NotFoundError

R = TypeVar("R", bound=Row)


class DatabaseReader:
    """Reads on one snapshot. Everything read is noted, so that a change of it runs the function again."""

    __slots__ = ("_journal", "_transaction")

    def __init__(self, transaction: Transaction, journal: Journal | None = None) -> None:
        """Read through `transaction`; `journal` keeps the end of the function's page."""
        self._transaction = transaction
        self._journal = journal or Journal()

    async def get(self, row_id: Id[R]) -> R | None:
        """Return a row, None when it is not there. Raises InvalidIdError for a string that is no id."""
        key = decode_id(row_id)
        table = cast("Table[R]", self._transaction.schema.table_of(key))
        return await self._transaction.get(table, key)

    async def get_or_raise(self, row_id: Id[R]) -> R:
        """Return a row. Raises NotFoundError when it is not there."""
        row = await self.get(row_id)
        if row is None:
            raise NotFoundError(id=str(row_id))
        return row

    def normalize_id(self, row_class: type[R], text: str) -> Id[R] | None:
        """Return `text` as an id of the row class's table, None when it is no such id. The row itself need not exist."""
        try:
            key = decode_id(text)
        except InvalidIdError:
            return None
        table = self._transaction.schema.table(row_class)
        return cast("Id[R]", text) if key.startswith(table.prefix) else None

    def query(self, row_class: type[R]) -> Query[R]:
        """Begin a query over a table."""
        return Query(self._transaction, self._transaction.schema.table(row_class), self._journal)

    def search(self, row_class: type[R], index: str, text: str, **filters: object) -> "Search[R]":
        """Begin a full-text search through a search index, among rows with these filter values."""
        return Search(self._transaction, self._transaction.schema.table(row_class), index, text, filters)


class Search(Generic[R]):
    """A full-text search; its end is `take`."""

    __slots__ = ("_filters", "_index", "_table", "_text", "_transaction")

    def __init__(self, transaction: Transaction, table: Table[R], index: str, text: str, filters: dict[str, object]) -> None:
        found = table.by_name.get(index)
        if found is None or found.search_field is None:
            raise InvalidQueryError(f"{table.name} has no search index {index!r}.")
        if unknown := [name for name in filters if name not in found.fields]:
            raise InvalidQueryError(f"Search index {index} has no filter {unknown[0]!r}.")
        self._transaction = transaction
        self._table = table
        self._index = found
        self._text = text
        self._filters = filters

    async def take(self, count: int) -> list[R]:
        """Return up to `count` rows that hold a word of the text, best match first (BM25)."""
        return await self._transaction.search(self._table, self._index, self._text, self._filters, count)


class DatabaseWriter(DatabaseReader):
    """Reads and writes of one mutation. Writes are seen by its own reads at once, by others after the commit."""

    __slots__ = ()

    async def insert(self, row: R) -> Id[R]:
        """Add a row and return its id. Raises InvalidValueError when it breaks a limit or a field's constraint."""
        table = self._transaction.schema.table(type(row))
        return self._transaction.insert(table, row).id

    async def patch(self, row_id: Id[R], **changes: Any) -> None:
        """Change some fields (Python names) of a row. Raises NotFoundError when it is not there."""
        key, table, row = await self._existing(row_id)
        unknown = [name for name in changes if name not in table.row_class.__struct_fields__ or name.startswith("_")]
        if unknown:
            raise InvalidValueError(f"{table.name} has no field {unknown[0]!r}.")
        self._transaction.replace(table, key, row, msgspec.structs.replace(row, **changes))

    async def replace(self, row_id: Id[R], new: R) -> None:
        """Put `new` in the place of a row; id and creation time stay. Raises NotFoundError when it is not there."""
        key, table, row = await self._existing(row_id)
        if type(new) is not table.row_class:
            raise InvalidValueError(f"A row of {table.name} cannot become a {type(new).__name__}.")
        self._transaction.replace(table, key, row, table.stamped(new, key, row.creation_time))

    async def delete(self, row_id: Id[R]) -> None:
        """Take a row away. Raises NotFoundError when it is not there."""
        key, table, row = await self._existing(row_id)
        self._transaction.delete(table, key, row)

    @contextmanager
    def savepoint(self) -> Generator[None, None, None]:
        """Take back what is written inside the `with` block when it raises; what was read stays read."""
        mark = self._transaction.savepoint()
        try:
            yield
        except BaseException:
            self._transaction.roll_back_to(mark)
            raise

    async def _existing(self, row_id: Id[R]) -> tuple[bytes, Table[R], R]:
        key = decode_id(row_id)
        table = cast("Table[R]", self._transaction.schema.table_of(key))
        row = await self._transaction.get(table, key)
        if row is None:
            raise NotFoundError(id=str(row_id))
        return key, table, row
