"""The size rule and the limits of what one row may hold."""

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values.int64 import MAX_SAFE_INTEGER
from tutorium.engine.values.json_encoding import MAX_ARRAY_LENGTH, check_object
from tutorium.engine.values.key_encoding import struct_items

MAX_ROW_BYTES: Final = 1 << 20
MAX_ROW_DEPTH: Final = 16
MAX_ARGUMENT_BYTES: Final = 16 << 20
MAX_RETURN_BYTES: Final = 16 << 20
"""Published limits of the protocol's reference; a row that fits here can be moved there."""


def convex_size(value: object) -> int:
    """Return a value's size by the rule that clients compute too (`getConvexSize`)."""
    match value:
        case None | bool():
            return 1
        case int() | float():
            return 9
        case str():
            return len(value.encode()) + 2
        case bytes():
            return len(value) + 2
        case list() | tuple():
            return 2 + sum(convex_size(item) for item in cast("list[object]", value))
        case Mapping():
            fields = cast("Mapping[str, object]", value)
            return 2 + sum(len(name) + 1 + convex_size(item) for name, item in fields.items())
        case msgspec.Struct():
            return convex_size(struct_items(value))
        case _:
            raise InvalidValueError(f"{type(value).__name__} is not a value.")


def check_row(value: object, encoded_bytes: int) -> None:
    """Raise InvalidValueError when a row is over a limit. `encoded_bytes` is its stored length: it spares the exact count."""
    check_shape(value, MAX_ROW_DEPTH)
    # The stored form needs at least one byte for what the rule counts as nine.
    if encoded_bytes * 9 > MAX_ROW_BYTES and (size := convex_size(value)) > MAX_ROW_BYTES:
        raise InvalidValueError(f"A row may have {MAX_ROW_BYTES} bytes; this one has {size}.", size=size, limit=MAX_ROW_BYTES)


def check_int(value: object) -> None:
    """Raise InvalidValueError for a plain `int` that a Float64 does not hold exactly; other values are fine."""
    if type(value) is int and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise InvalidValueError(f"{value} is not exact as a Float64; declare the field as Int64.")


def check_shape(value: object, max_depth: int, depth: int = 0) -> None:
    """Raise InvalidValueError when nesting, an array or an object is over its limit."""
    if depth > max_depth:
        raise InvalidValueError(f"A value is nested more than {max_depth} deep.")
    match value:
        case list() | tuple():
            items = cast("list[object]", value)
            if len(items) > MAX_ARRAY_LENGTH:
                raise InvalidValueError(f"An array holds {len(items)} elements; the limit is {MAX_ARRAY_LENGTH}.")
            for item in items:
                check_shape(item, max_depth, depth + 1)
        case Mapping():
            fields = cast("Mapping[str, object]", value)
            check_object(fields)
            for item in fields.values():
                check_shape(item, max_depth, depth + 1)
        case msgspec.Struct():
            for name in type(value).__struct_fields__:
                check_shape(getattr(value, name), max_depth, depth + 1)
        case int():
            check_int(value)
        case _:
            pass
