"""Pages of a query, and the cursors between them (protocol reference §11.3)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

import msgspec

from tutorium.engine.database.query_plan import KeyRange
from tutorium.engine.errors import InvalidCursorError
from tutorium.engine.values import camel_case

T = TypeVar("T")
V = TypeVar("V")

MAX_PAGE_ROWS: Final = 16_384
SPLIT_RECOMMENDED_ROWS: Final = 6_144
"""Where a page without a fixed end stops on its own: half of the rows that a transaction may read, so a page always fits."""


class PaginationOptions(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The Convex argument `paginationOpts`. `id` only tells a client's requests apart; unknown keys are accepted."""

    num_items: float
    cursor: str | None = None
    end_cursor: str | None = None
    id: float | None = None
    maximum_rows_read: float | None = None
    maximum_bytes_read: float | None = None


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True, rename=camel_case):
    """One page: its rows, whether the query ends with it, and the cursor of the next."""

    page: list[T]
    is_done: bool
    continue_cursor: str
    split_cursor: str | None = None
    page_status: Literal["SplitRecommended", "SplitRequired"] | None = None

    def map(self, change: Callable[[T], V]) -> "Page[V]":
        """Return the same page with every row changed into something else."""
        return self.with_rows([change(row) for row in self.page])

    def with_rows(self, rows: list[V]) -> "Page[V]":
        """Return the same page around other rows; for changes that must be awaited."""
        return Page(
            page=rows,
            is_done=self.is_done,
            continue_cursor=self.continue_cursor,
            split_cursor=self.split_cursor,
            page_status=self.page_status,
        )


@dataclass(slots=True)
class Journal:
    """What a query remembers from its first run: where its page ended. One page to a function."""

    given: str | None = None
    kept: str | None = None
    pages: int = 0


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    fingerprint: bytes
    key: bytes | None


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Cursor).decode


def encode_cursor(span: KeyRange, key: bytes | None) -> str:
    """Return the cursor "just after `key`" of a query over `span`; None is the end of the query."""
    return urlsafe_b64encode(_encode(_Cursor(span.fingerprint(), key))).decode()


def decode_cursor(span: KeyRange, cursor: str) -> bytes | None:
    """Return the key of a cursor. Raises InvalidCursorError when it is not one of this query."""
    try:
        read = _decode(urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidCursorError from error
    inside = read.key is None or span.lower <= read.key < span.upper
    if read.fingerprint != span.fingerprint() or not inside:
        raise InvalidCursorError
    return read.key
