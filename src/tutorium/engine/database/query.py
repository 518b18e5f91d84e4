"""A query under construction, and its ends: `collect`, `take`, `first`, `unique`, `paginate`, `async for`."""

from collections.abc import AsyncIterator, Callable
from typing import Final, Generic, Literal, TypeVar

from tutorium.engine.database.pagination import (
    MAX_PAGE_ROWS,
    SPLIT_RECOMMENDED_ROWS,
    Journal,
    Page,
    PaginationOptions,
    decode_cursor,
    encode_cursor,
)
from tutorium.engine.database.query_plan import KeyRange, Operator, plan
from tutorium.engine.database.row import Row
from tutorium.engine.database.table import Table
from tutorium.engine.database.transaction import Transaction
from tutorium.engine.errors import InvalidQueryError, NotUniqueError
from tutorium.errors import BadRequestError

R = TypeVar("R", bound=Row)

_FIRST_BATCH: Final = 64
_LARGEST_BATCH: Final = 1_024


class Query(Generic[R]):
    """Rows of one table through one index, at first the one over creation time, ascending. Every step returns the query."""

    __slots__ = ("_bounds", "_equalities", "_index", "_journal", "_predicates", "_reverse", "_table", "_transaction")

    def __init__(self, transaction: Transaction, table: Table[R], journal: Journal) -> None:
        self._transaction = transaction
        self._table = table
        self._journal = journal
        self._index = table.indexes[0]
        self._equalities: dict[str, object] = {}
        self._bounds: dict[Operator, tuple[str, object]] = {}
        self._predicates: list[Callable[[R], bool]] = []
        self._reverse = False

    def index(self, name: str) -> "Query[R]":
        """Read through this index. Raises InvalidQueryError when the table has none of this name."""
        index = self._table.by_name.get(name)
        if index is None or index.search_field is not None:
            raise InvalidQueryError(f"{self._table.name} has no index {name!r}.")
        self._index = index
        return self

    def eq(self, **values: object) -> "Query[R]":
        """Hold the index's first fields to these values."""
        self._equalities.update({name: self._table.comparable(name, value) for name, value in values.items()})
        return self

    def gt(self, **bound: object) -> "Query[R]":
        """Keep rows whose next field is above the value."""
        return self._bound("gt", bound)

    def gte(self, **bound: object) -> "Query[R]":
        """Keep rows whose next field is the value or above."""
        return self._bound("gte", bound)

    def lt(self, **bound: object) -> "Query[R]":
        """Keep rows whose next field is below the value. Null is below every number and text."""
        return self._bound("lt", bound)

    def lte(self, **bound: object) -> "Query[R]":
        """Keep rows whose next field is the value or below."""
        return self._bound("lte", bound)

    def order(self, direction: Literal["asc", "desc"]) -> "Query[R]":
        """Read forwards or backwards."""
        self._reverse = direction == "desc"
        return self

    def filter(self, predicate: Callable[[R], bool]) -> "Query[R]":
        """Keep rows that satisfy `predicate`; the others are read all the same."""
        self._predicates.append(predicate)
        return self

    async def collect(self) -> list[R]:
        """Return all rows. For what may grow without bound use `paginate`."""
        return [row async for row in self]

    async def take(self, count: int) -> list[R]:
        """Return the first `count` rows."""
        if count < 0:
            raise InvalidQueryError(f"take({count}) asks for fewer than no rows.")
        rows: list[R] = []
        if not count:
            return rows
        span, batch = self._span(), count if not self._predicates else max(count, _FIRST_BATCH)
        while True:
            found = await self._transaction.scan(self._table, span, batch)
            for _, row in found:
                if self._keeps(row):
                    rows.append(row)
                    if len(rows) == count:
                        return rows
            if len(found) < batch:
                return rows
            span = span.after(found[-1][0])

    async def first(self) -> R | None:
        """Return the first row, None when there is none."""
        rows = await self.take(1)
        return rows[0] if rows else None

    async def unique(self) -> R | None:
        """Return the only row, None when there is none. Raises NotUniqueError when there are more."""
        rows = await self.take(2)
        if len(rows) > 1:
            raise NotUniqueError(f"More than one row of {self._table.name} fits.")
        return rows[0] if rows else None

    async def __aiter__(self) -> AsyncIterator[R]:
        """Yield the rows, read in growing batches."""
        span, batch = self._span(), _FIRST_BATCH
        while True:
            found = await self._transaction.scan(self._table, span, batch)
            for _, row in found:
                if self._keeps(row):
                    yield row
            if len(found) < batch:
                return
            span, batch = span.after(found[-1][0]), min(batch * 2, _LARGEST_BATCH)

    async def paginate(self, options: PaginationOptions) -> Page[R]:
        """Return one page. A re-run keeps the page's end, so that neighbouring pages neither overlap nor leave a gap.

        Raises InvalidCursorError for a cursor or journal of another query.
        """
        if not 1 <= options.num_items <= MAX_PAGE_ROWS or options.num_items % 1:
            raise BadRequestError(f"numItems must be a whole number from 1 to {MAX_PAGE_ROWS}.")
        self._journal.pages += 1
        if self._journal.pages > 1:
            raise InvalidQueryError("A function can return one page only.")
        whole = self._span()
        span, done = whole, False
        if options.cursor is not None:
            after = decode_cursor(whole, options.cursor)
            done = after is None
            span = whole if after is None else whole.after(after)
        end = options.end_cursor if options.end_cursor is not None else self._journal.given
        if done:
            page: _Reading[R] = _Reading(None, exhausted=True)
        elif end is not None:
            page = await self._read_to(span, decode_cursor(whole, end))
        else:
            page = await self._read_some(span, options)
        cursor = encode_cursor(whole, None if page.exhausted else page.last)
        self._journal.kept = cursor
        middle = page.keys[len(page.keys) // 2 - 1 + len(page.keys) % 2] if len(page.keys) > 2 else None
        return Page(
            page=page.rows,
            is_done=page.exhausted,
            continue_cursor=cursor,
            split_cursor=None if middle is None else encode_cursor(whole, middle),
            page_status=page.status,
        )

    async def _read_to(self, span: KeyRange, end: bytes | None) -> "_Reading[R]":
        """Read everything up to and including `end` (None: to the end of the query), however much it is by now."""
        part = span if end is None else span.up_to(end)
        page: _Reading[R] = _Reading(end, exhausted=end is None)
        while True:
            found = await self._transaction.scan(self._table, part, _LARGEST_BATCH)
            page.add(found, self._keeps)
            if len(found) < _LARGEST_BATCH:
                return page
            part = part.after(found[-1][0])

    async def _read_some(self, span: KeyRange, options: PaginationOptions) -> "_Reading[R]":
        """Read up to `num_items` rows, or until a limit on what may be looked at is reached."""
        wanted = int(options.num_items)
        most = int(min(options.maximum_rows_read or MAX_PAGE_ROWS, MAX_PAGE_ROWS))
        page: _Reading[R] = _Reading(None, exhausted=False)
        while len(page.rows) < wanted:
            left = wanted - len(page.rows)
            batch = min(_LARGEST_BATCH, max(left, _FIRST_BATCH) if self._predicates else left, most - page.looked_at)
            if batch <= 0:
                page.status = "SplitRequired"
                return page
            found = await self._transaction.scan(self._table, span, batch)
            page.add(found, self._keeps, wanted)
            if len(found) < batch and len(page.rows) < wanted:
                page.exhausted = True
                break
            span = span.after(found[-1][0])
        if page.looked_at > min(SPLIT_RECOMMENDED_ROWS, most * 3 // 4):
            page.status = "SplitRecommended"
        return page

    def _span(self) -> KeyRange:
        return plan(self._index, self._equalities, self._bounds, reverse=self._reverse)

    def _keeps(self, row: R) -> bool:
        return all(predicate(row) for predicate in self._predicates)

    def _bound(self, operator: Operator, bound: dict[str, object]) -> "Query[R]":
        sides = ("gt", "gte") if operator.startswith("g") else ("lt", "lte")
        if len(bound) != 1 or any(side in self._bounds for side in sides):
            raise InvalidQueryError("A range has at most one lower and one upper bound, each on one field.")
        name, value = next(iter(bound.items()))
        self._bounds[operator] = (name, self._table.comparable(name, value))
        return self


class _Reading(Generic[R]):
    """What one page has read so far."""

    def __init__(self, last: bytes | None, *, exhausted: bool) -> None:
        self.rows: list[R] = []
        self.keys: list[bytes] = []
        self.last = last
        self.exhausted = exhausted
        self.looked_at = 0
        self.status: Literal["SplitRecommended", "SplitRequired"] | None = None
        self._fixed_end = last is not None

    def add(self, found: list[tuple[bytes, R]], keeps: Callable[[R], bool], wanted: int | None = None) -> None:
        """Take in rows up to and including the one that makes `wanted`."""
        for key, row in found:
            self.looked_at += 1
            if not self._fixed_end:
                self.last = key
            if keeps(row):
                self.rows.append(row)
                self.keys.append(key)
                if len(self.rows) == wanted:
                    return
