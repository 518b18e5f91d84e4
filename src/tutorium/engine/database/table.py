"""A declared table bound to its numbers in the store: how its rows are encoded and keyed."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar, cast

import msgspec
from msgspec import inspect as types

from tutorium.engine.database.row import Row
from tutorium.engine.errors import InvalidValueError, SchemaError
from tutorium.engine.persistence import SearchEntry
from tutorium.engine.persistence.text_search import filter_token, split_words
from tutorium.engine.values.ids import encode_id
from tutorium.engine.values.int64 import Int64
from tutorium.engine.values.key_encoding import encode_float, encode_key
from tutorium.engine.values.size import MAX_ROW_DEPTH, check_int, check_row, check_shape

R = TypeVar("R", bound=Row)

CREATION_INDEX: Final = "by_creation_time"
_SMALL_BODY: Final = 64 << 10
"""A row whose stored form is below this is not over the size limit: the size rule counts at most nine for each byte."""
_NAME: Final = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z_][A-Za-z0-9_]{0,63}").fullmatch


def _store_hook(kind: Any, value: Any) -> Any:
    if kind is Int64:
        return Int64(value)
    raise NotImplementedError(f"{kind} cannot be stored")


def _plain(value: Any) -> int:
    if isinstance(value, Int64):
        return int(value)
    raise InvalidValueError(f"{type(value).__name__} cannot be stored.")


_encode: Final = msgspec.msgpack.Encoder(enc_hook=_plain).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index of a table: full keys begin with `prefix`, then the values of `fields` (Python names) in order."""

    name: str
    number: int
    fields: tuple[str, ...]
    search_field: str | None = None

    @property
    def prefix(self) -> bytes:
        """The index's number, with which each of its full keys begins."""
        return self.number.to_bytes(4)


class Table(Generic[R]):
    """One table. Stored rows are msgpack maps under wire names, so that fields can be added and typed decoding is direct."""

    def __init__(self, row_class: type[R], number: int, indexes: tuple[Index, ...]) -> None:
        """Bind a class to its number and to its indexes; the index over creation time is always the first."""
        self.row_class = row_class
        self.name = row_class.__table__
        self.number = number
        self.prefix = number.to_bytes(4)
        self.indexes = indexes
        self.search_indexes = tuple(index for index in indexes if index.search_field is not None)
        self._decode = msgspec.msgpack.Decoder(row_class, dec_hook=_store_hook).decode
        self._plans = tuple((index.prefix, index.fields) for index in indexes)
        shapes = {field.name: kinds_of(field.type) for field in cast("types.StructType", types.type_info(row_class)).fields}
        self._int64_fields = frozenset(name for name, kinds in shapes.items() if Int64 in kinds)
        self._int_fields = tuple(name for name, kinds in shapes.items() if int in kinds)
        self._deep_fields = tuple(name for name, kinds in shapes.items() if object in kinds)

    @cached_property
    def by_name(self) -> dict[str, Index]:
        """The indexes by name."""
        return {index.name: index for index in self.indexes}

    def decode(self, body: bytes) -> R:
        """Read a stored row. Raises SchemaError when it does not fit the class any more."""
        try:
            return self._decode(body)
        except msgspec.MsgspecError as error:
            raise SchemaError(f"A stored row of {self.name} does not fit its class: {error}. Migrate the table.") from error

    def encode(self, row: R) -> tuple[R, bytes]:
        """Return a row in its normal form, with its stored form. Raises InvalidValueError for a value that is not allowed."""
        try:
            body = _encode(row)
            normal = self._decode(body)
        except (msgspec.ValidationError, UnicodeEncodeError, OverflowError, TypeError, ValueError) as error:
            raise InvalidValueError(f"{self.name}: {error}") from error
        for name in self._int_fields:
            check_int(getattr(normal, name))
        for name in self._deep_fields:
            check_shape(getattr(normal, name), MAX_ROW_DEPTH, 1)
        if len(body) > _SMALL_BODY:
            check_row(normal, len(body))
        return normal, body

    def comparable(self, field: str, value: object) -> object:
        """Return a value as it stands in keys of this field: a plain `int` is an Int64 where the field is one."""
        return Int64(value) if type(value) is int and field in self._int64_fields else value

    def stamped(self, row: R, key: bytes, creation_time: float) -> R:
        """Return a copy of `row` with its system fields set."""
        copy = msgspec.structs.replace(row)
        msgspec.structs.force_setattr(copy, "_id", encode_id(key))
        msgspec.structs.force_setattr(copy, "_creation_time", creation_time)
        return copy

    def keys(self, row: R, key: bytes) -> tuple[bytes, ...]:
        """Return the row's full keys, in the order of `indexes`."""
        end = encode_float(row.creation_time) + key
        return tuple(
            [prefix + b"".join([encode_key(getattr(row, name)) for name in fields]) + end for prefix, fields in self._plans]
        )

    def search_entries(self, old: R | None, new: R | None) -> tuple[SearchEntry, ...]:
        """Return what the full-text indexes must be told when `old` becomes `new`."""
        return tuple([entry for index in self.search_indexes if (entry := _search_entry(index, old, new)) is not None])


def search_filters(index: Index, row: Row) -> list[str]:
    """Return the filter tokens of a row in a search index."""
    return [filter_token(name, getattr(row, name)) for name in index.fields]


def search_words(index: Index, row: Row) -> list[str]:
    """Return the words of a row in a search index; none when the field is None."""
    text = getattr(row, cast("str", index.search_field))
    return split_words(text) if isinstance(text, str) else []


def _search_entry(index: Index, old: Row | None, new: Row | None) -> SearchEntry | None:
    names = (cast("str", index.search_field), *index.fields)
    if old is not None and new is not None and all(getattr(old, name) == getattr(new, name) for name in names):
        return None
    if new is None:
        return SearchEntry(index.number, None)
    return SearchEntry(index.number, " ".join(search_words(index, new)), " ".join(search_filters(index, new)))


def kinds_of(kind: types.Type) -> frozenset[type]:
    """Return the Python types that a field may hold; `object` stands for everything that has parts or needs a closer look."""
    match kind:
        case types.Metadata():
            return kinds_of(kind.type)
        case types.UnionType():
            return frozenset([found for option in kind.types for found in kinds_of(option)])
        case types.NoneType():
            return frozenset({type(None)})
        case types.BoolType():
            return frozenset({bool})
        case types.FloatType():
            return frozenset({float})
        case types.StrType() | types.LiteralType():
            return frozenset({str})
        case types.BytesType():
            return frozenset({bytes})
        case types.CustomType() if kind.cls is Int64:
            return frozenset({Int64})
        case types.IntType():
            return frozenset({int})
        case _:
            return frozenset({object})


def check_name(name: str, what: str) -> None:
    """Raise SchemaError unless a table or index may have this name."""
    if not _NAME(name):
        raise SchemaError(
            f"{name!r} cannot be the name of {what}: letters, digits and _, at most 64, not beginning with a digit."
        )
