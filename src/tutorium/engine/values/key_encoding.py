"""Values as byte strings whose order is the order of the values.

Missing < null < Int64 < Float64 < false < true < string < bytes < array < object. The encoding of a tuple of values is the
concatenation of theirs; no encoding is a prefix of another, and none begins with 0x00 or 0xFF, so that 0x00 ends a sequence and
`prefix + b"\\xff"` lies above everything that begins with `prefix`.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final, cast

import msgspec

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values.int64 import MAX_SAFE_INTEGER, Int64

MISSING: Final = b"\x01"
NULL: Final = b"\x02"
_INT64: Final = b"\x03"
_FLOAT64: Final = b"\x04"
_FALSE: Final = b"\x05"
_TRUE: Final = b"\x06"
_STRING: Final = b"\x07"
_BYTES: Final = b"\x08"
_ARRAY: Final = b"\x09"
_OBJECT: Final = b"\x0a"
_END: Final = b"\x00"
_ESCAPED_ZERO: Final = b"\x00\xff"
_U64: Final = struct.Struct(">Q")
_F64: Final = struct.Struct(">d")
_SIGN: Final = 1 << 63
_ALL: Final = (1 << 64) - 1


def encode_float(number: float) -> bytes:
    """Encode a Float64 so that bytes sort in IEEE total order: -NaN, -Inf, ..., -0.0, 0.0, ..., Inf, NaN."""
    bits = _U64.unpack(_F64.pack(number))[0]
    return _FLOAT64 + _U64.pack(bits ^ _ALL if bits & _SIGN else bits | _SIGN)


def encode_key(value: object) -> bytes:
    """Encode any Convex value, Struct or UNSET (missing).

    Raises InvalidValueError for anything else, and for integers that a Float64 does not hold exactly.
    """
    kind = type(value)
    if kind is str:
        return _STRING + _text(value) + _END  # type: ignore[arg-type]
    if value is None:
        return NULL
    if kind is float:
        return encode_float(value)  # type: ignore[arg-type]
    if kind is bool:
        return _TRUE if value else _FALSE
    if kind is int:
        if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:  # type: ignore[operator]
            raise InvalidValueError(f"{value} is not exact as a Float64; declare the field as Int64.")
        return encode_float(float(value))  # type: ignore[arg-type]
    return _encode_rest(value)


def _encode_rest(value: object) -> bytes:
    match value:
        case Int64():
            return _INT64 + _U64.pack(int(value) + _SIGN)
        case bytes():
            return _BYTES + value.replace(b"\x00", _ESCAPED_ZERO) + _END
        case str():
            return _STRING + _text(value) + _END
        case list() | tuple():
            return _ARRAY + encode_keys(cast("list[object]", value)) + _END
        case Mapping():
            return _OBJECT + _entries(cast("Mapping[str, object]", value)) + _END
        case msgspec.Struct():
            return _OBJECT + _entries(struct_items(value)) + _END
        case msgspec.UnsetType():
            return MISSING
        case _:
            raise InvalidValueError(f"{type(value).__name__} is not a value that can be a key.")


def encode_keys(values: Iterable[object]) -> bytes:
    """Encode a tuple of values: the key of an index over several fields."""
    return b"".join([encode_key(value) for value in values])


def successor(key: bytes) -> bytes:
    """Return the smallest byte string above `key`."""
    return key + b"\x00"


def prefix_end(prefix: bytes) -> bytes:
    """Return a bound above every key that begins with `prefix`, and not above any other larger key that an index holds."""
    return prefix + b"\xff"


def struct_items(value: msgspec.Struct) -> dict[str, object]:
    """Return a Struct's fields under their wire names, without those that are missing."""
    cls = type(value)
    pairs = zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True)
    return {wire: item for wire, name in pairs if (item := getattr(value, name)) is not msgspec.UNSET}


def _text(value: str) -> bytes:
    try:
        data = value.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError("A string holds half of a surrogate pair, which is not valid Unicode.") from error
    return data.replace(b"\x00", _ESCAPED_ZERO) if b"\x00" in data else data


def _entries(fields: Mapping[str, object]) -> bytes:
    pairs = sorted((encode_key(name), encode_key(item)) for name, item in fields.items())
    return b"".join([name + item for name, item in pairs])
