"""One function's view of the database: reads from a snapshot, its own writes on top, and a note of everything read."""

import math
from collections.abc import Sequence
from typing import Final, TypeVar

from tutorium.engine.database.overlay import LayeredSnapshot, Overlay
from tutorium.engine.database.query_plan import KeyRange
from tutorium.engine.database.read_set import ReadSet
from tutorium.engine.database.row import Row
from tutorium.engine.database.schema import Schema
from tutorium.engine.database.table import Index, Table, search_filters, search_words
from tutorium.engine.database.write_set import WriteSet
from tutorium.engine.errors import TransactionTooLargeError
from tutorium.engine.persistence import RowChange, Snapshot, Timestamp
from tutorium.engine.persistence.text_search import filter_token, query_words
from tutorium.engine.values.ids import new_row_key
from tutorium.engine.values.key_encoding import encode_key, prefix_end
from tutorium.runtime import Runtime

R = TypeVar("R", bound=Row)

MAX_ROWS_READ: Final = 32_000
MAX_BYTES_READ: Final = 16 << 20
MAX_ROWS_WRITTEN: Final = 16_000
MAX_BYTES_WRITTEN: Final = 16 << 20
"""The reference's published limits for one transaction; they also bound what one function can hold in memory."""


class CreationClock:
    """Gives creation times that strictly rise over all mutations of this process, also where the wall clock is coarse."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        """Begin before every time."""
        self._last = 0.0

    def next(self, now_ms: float) -> float:
        """Return `now_ms`, or the next representable time after the last one when that is later."""
        self._last = max(now_ms, math.nextafter(self._last, math.inf))
        return self._last


class Transaction:
    """Reads are repeatable and see own writes; nothing is visible to others before the commit."""

    def __init__(self, snapshot: Snapshot, schema: Schema, runtime: Runtime, now_ms: float, clock: "CreationClock") -> None:
        """Begin on `snapshot`, which the transaction's owner closes. `now_ms` is the frozen time of the function."""
        self.schema = schema
        self.now_ms = now_ms
        self.ts: Timestamp = snapshot.ts
        self.read_set = ReadSet()
        self._overlay = Overlay()
        self._snapshot = LayeredSnapshot(snapshot, self._overlay)
        self._base = snapshot
        self._runtime = runtime
        self._writes = WriteSet(self._overlay)
        self._clock = clock
        self._found: dict[bytes, bytes] = {}
        self._rows_read = 0
        self._bytes_read = 0

    @property
    def has_writes(self) -> bool:
        """Whether there is something to commit."""
        return bool(self._writes)

    async def get(self, table: Table[R], key: bytes) -> R | None:
        """Return a row by its key."""
        self.read_set.add_row(key)
        written = self._writes.find(key)
        if written is not None:
            return written.new  # type: ignore[return-value]
        body = await self._base.get(key)
        if body is None:
            return None
        self._count(1, len(body))
        self._found[key] = body
        return table.decode(body)

    async def scan(self, table: Table[R], span: KeyRange, limit: int) -> list[tuple[bytes, R]]:
        """Return up to `limit` rows of an interval with their full keys. Only what was looked at joins the read set."""
        if span.lower >= span.upper:
            return []
        source = self._snapshot if self._overlay.rows else self._base
        found = await source.scan(span.lower, span.upper, reverse=span.reverse, limit=limit)
        if len(found) < limit:
            self.read_set.add_interval(span.lower, span.upper)
        else:
            seen = span.up_to(found[-1][0])
            self.read_set.add_interval(seen.lower, seen.upper)
        self._count(len(found), sum([len(body) for _, body in found]))
        decode = table.decode
        return [(key, decode(body)) for key, body in found]

    async def search(self, table: Table[R], index: Index, text: str, filters: dict[str, object], limit: int) -> list[R]:
        """Return the rows that best match `text` among those with the given filter values.

        The read set is the part of the index under the filters, in their declared order, that are given.
        """
        prefix = index.prefix
        for name in index.fields:
            if name not in filters:
                break
            prefix += encode_key(filters[name])
        self.read_set.add_interval(prefix, prefix_end(prefix))
        words = query_words(text)
        tokens = [filter_token(name, value) for name, value in filters.items()]
        hits = await self._snapshot.search(index.number, words, tokens, limit)
        self._count(len(hits), sum(len(hit.body) for hit in hits))
        scored = [(hit.score, hit.row_key, table.decode(hit.body)) for hit in hits]
        for key, row in self._overlaid_rows(table):
            if set(tokens) <= set(search_filters(index, row)) and (score := _plain_score(words, search_words(index, row))):
                scored.append((score, key, row))
        scored.sort(key=lambda hit: (-hit[0], hit[1]))
        return [row for _, _, row in scored[:limit]]

    def insert(self, table: Table[R], row: R) -> R:
        """Add a row under a fresh id; return it with its system fields."""
        key = new_row_key(table.number, self._runtime)
        return self.put_new(table, table.stamped(row, key, self._clock.next(self.now_ms)), key)

    def put_new(self, table: Table[R], stamped: R, key: bytes) -> R:
        """Add a row that carries its system fields already, as an import or a derived key gives them."""
        normal, body = table.encode(stamped)
        self._writes.put(table, key, None, None, normal, body)
        self._check_writes()
        return normal

    def replace(self, table: Table[R], key: bytes, old: R, new: R) -> R:
        """Put `new` in the place of `old`, which `get` returned; id and creation time stay."""
        normal, body = table.encode(new)
        self._writes.put(table, key, old, self._found.get(key), normal, body)
        self._check_writes()
        return normal

    def delete(self, table: Table[R], key: bytes, old: R) -> None:
        """Take away `old`, which `get` returned."""
        self._writes.put(table, key, old, self._found.get(key), None, None)
        self._check_writes()

    def savepoint(self) -> object:
        """Return a mark to which `roll_back_to` can take the writes back."""
        return self._writes.savepoint()

    def roll_back_to(self, mark: object) -> None:
        """Undo every write since `savepoint` returned `mark`. What was read stays read."""
        self._writes.roll_back_to(mark)

    def changes(self) -> list[RowChange]:
        """Return what is to be committed."""
        return self._writes.changes()

    def _overlaid_rows(self, table: Table[R]) -> list[tuple[bytes, R]]:
        overlay = dict(self._overlay.rows)
        if isinstance(self._base, LayeredSnapshot):
            overlay = self._base.overlay.rows | overlay
        return [(key, table.decode(body)) for key, body in overlay.items() if body is not None and key.startswith(table.prefix)]

    def _count(self, rows: int, size: int) -> None:
        self._rows_read += rows
        self._bytes_read += size
        if self._rows_read > MAX_ROWS_READ or self._bytes_read > MAX_BYTES_READ:
            raise TransactionTooLargeError(
                f"One function may read {MAX_ROWS_READ} rows and {MAX_BYTES_READ} bytes; read through an index, with `take`."
            )

    def _check_writes(self) -> None:
        if len(self._writes) > MAX_ROWS_WRITTEN or self._writes.size > MAX_BYTES_WRITTEN:
            raise TransactionTooLargeError(
                f"One mutation may write {MAX_ROWS_WRITTEN} rows and {MAX_BYTES_WRITTEN} bytes; split the work over several."
            )


def _plain_score(words: Sequence[str], text: Sequence[str]) -> float:
    """Score a row that the full-text index has not seen yet: the share of its words that were asked for."""
    wanted = set(words)
    return sum(1.0 for word in text if word in wanted) / max(1, len(text))
