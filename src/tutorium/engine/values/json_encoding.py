"""Values as JSON, the way Convex clients write and read it, and the two lossy or export forms of it.

Wire form: `$integer`, `$bytes`, `$float` objects for what JSON lacks; Float64 always with a point or exponent.
A value here is what `decode` gives: None, bool, int (integral Float64), float, Int64, str, bytes, list, dict.
"""

import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values.int64 import MAX_SAFE_INTEGER, Int64
from tutorium.engine.values.key_encoding import struct_items

JsonFormat: TypeAlias = Literal["convex_encoded_json", "json", "export_json"]

MAX_VALUE_DEPTH: Final = 64
MAX_ARRAY_LENGTH: Final = 8_192
MAX_OBJECT_ENTRIES: Final = 1_024
MAX_KEY_LENGTH: Final = 1_024
"""Limits that the official clients' servers publish; data within them can be moved both ways."""

_F64: Final = struct.Struct("<d")
_I64: Final = struct.Struct("<q")
_dumps = msgspec.json.Encoder().encode
_loads = msgspec.json.Decoder().decode


def encode_float_json(number: float) -> float | dict[str, str]:
    """Return what stands for a Float64 in JSON: itself, or a `$float` object for NaN, infinities and -0.0."""
    if number - number == 0.0 and (number != 0.0 or math.copysign(1.0, number) > 0):
        return number
    return {"$float": b64encode(_F64.pack(number)).decode()}


def encode_int_json(number: int) -> float:
    """Return an integral Float64. Raises InvalidValueError where a Float64 is not exact."""
    if not -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER:
        raise InvalidValueError(f"{number} is not exact as a Float64; declare it as Int64.")
    return float(number)


def encode_int64_json(number: int) -> dict[str, str]:
    """Return the `$integer` object of an Int64."""
    return {"$integer": b64encode(_I64.pack(number)).decode()}


def encode_bytes_json(data: bytes) -> dict[str, str]:
    """Return the `$bytes` object."""
    return {"$bytes": b64encode(data).decode()}


def to_jsonable(value: object, depth: int = 0) -> Any:
    """Return the tree that, dumped as JSON, is the wire form of any value or Struct, chosen by its type at run time."""
    if depth > MAX_VALUE_DEPTH:
        raise InvalidValueError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")
    match value:
        case None | bool() | str():
            return value
        case Int64():
            return encode_int64_json(value)
        case int():
            return encode_int_json(value)
        case float():
            return encode_float_json(value)
        case bytes():
            return encode_bytes_json(value)
        case list() | tuple():
            items = cast("list[object]", value)
            if len(items) > MAX_ARRAY_LENGTH:
                raise InvalidValueError(f"An array holds more than {MAX_ARRAY_LENGTH} elements.")
            return [to_jsonable(item, depth + 1) for item in items]
        case Mapping():
            fields = cast("Mapping[object, object]", value)
            check_object(fields)
            return {name: to_jsonable(item, depth + 1) for name, item in fields.items() if item is not msgspec.UNSET}
        case msgspec.Struct():
            return {name: to_jsonable(item, depth + 1) for name, item in struct_items(value).items()}
        case _:
            raise InvalidValueError(f"{type(value).__name__} cannot be sent to a client.")


def encode(value: object) -> bytes:
    """Return the wire form of a value as JSON text."""
    return dump(to_jsonable(value))


def dump(tree: object) -> bytes:
    """Return JSON text of a tree made by `to_jsonable`."""
    try:
        return _dumps(tree)
    except UnicodeEncodeError as error:
        raise InvalidValueError("A string holds half of a surrogate pair, which is not valid Unicode.") from error


def load(text: bytes | str) -> Any:
    """Parse JSON text. Raises InvalidValueError."""
    try:
        return _loads(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidValueError(f"This is not JSON: {error}") from error


def decode(text: bytes | str) -> Any:
    """Return the value that wire-form JSON text stands for. Raises InvalidValueError."""
    return from_jsonable(load(text))


def from_jsonable(tree: Any, depth: int = 0) -> Any:
    """Return the value that a parsed wire-form tree stands for, with every limit checked. Raises InvalidValueError.

    Integral numbers within 2^53 become `int`, so that one value has one Python form however a client wrote it.
    """
    if depth > MAX_VALUE_DEPTH:
        raise InvalidValueError(f"A value is nested more than {MAX_VALUE_DEPTH} deep.")
    match tree:
        case str() | bool() | None:
            return tree
        case int() | float():
            return canonical_number(tree)
        case list():
            items = cast("list[Any]", tree)
            if len(items) > MAX_ARRAY_LENGTH:
                raise InvalidValueError(f"An array holds more than {MAX_ARRAY_LENGTH} elements.")
            return [from_jsonable(item, depth + 1) for item in items]
        case dict():
            fields = cast("dict[str, Any]", tree)
            if len(fields) == 1 and (name := next(iter(fields))).startswith("$"):
                return _special(name, fields[name])
            check_object(fields)
            return {name: from_jsonable(item, depth + 1) for name, item in fields.items()}
        case _:
            raise InvalidValueError(f"{type(tree).__name__} is not JSON.")


def canonical_number(number: float) -> int | float:
    """Return an incoming JSON number as `int` when it is integral and exact, else as `float`."""
    if isinstance(number, int):
        if -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER:
            return number
        try:
            return float(number)
        except OverflowError as error:
            raise InvalidValueError("A number is too large for a Float64.") from error
    if number.is_integer() and -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER:
        return int(number)
    return number


def check_object(fields: Mapping[Any, object]) -> None:
    """Raise InvalidValueError unless the keys may stand in a Convex object."""
    if len(fields) > MAX_OBJECT_ENTRIES:
        raise InvalidValueError(f"An object has more than {MAX_OBJECT_ENTRIES} entries.")
    for name in fields:
        if not isinstance(name, str):
            raise InvalidValueError(f"The key {name!r} of an object is not a string.")
        if len(name) > MAX_KEY_LENGTH:
            raise InvalidValueError(f"A key of an object is longer than {MAX_KEY_LENGTH} characters.")
        if name.startswith("$") or not (name.isascii() and name.isprintable()):
            raise InvalidValueError(f"The key {name!r} is not allowed: printable ASCII, not beginning with $.")


def _special(name: str, inner: object) -> object:
    if name not in {"$integer", "$float", "$bytes"} or not isinstance(inner, str):
        raise InvalidValueError(f"An object with the only key {name!r} is not a value.")
    try:
        data = b64decode(inner, validate=True)
    except ValueError as error:
        raise InvalidValueError(f"{name} is not standard base64.") from error
    if name == "$bytes":
        return data
    if len(data) != 8:
        raise InvalidValueError(f"{name} must hold 8 bytes, not {len(data)}.")
    if name == "$integer":
        return Int64(_I64.unpack(data)[0])
    number: float = _F64.unpack(data)[0]
    if not isinstance(encode_float_json(number), dict):
        raise InvalidValueError(f"{number} is an ordinary number and must be written as one.")
    return number


def reformat(value_json: bytes, form: JsonFormat) -> bytes:
    """Return wire-form JSON in another of the three forms that an HTTP client may ask for.

    `json` is readable and lossy (Int64 and bytes as strings); `export_json` writes Int64 as a JSON integer.
    """
    if form == "convex_encoded_json" or (form == "json" and b'"$' not in value_json):
        return value_json
    convert = _clean if form == "json" else _export
    return _dumps(convert(decode(value_json)))


def _clean(value: Any) -> Any:
    match value:
        case Int64():
            return str(int(value))
        case bool():
            return value
        case int():
            return float(value)
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case bytes():
            return b64encode(value).decode()
        case list():
            return [_clean(item) for item in cast("list[Any]", value)]
        case dict():
            return {name: _clean(item) for name, item in cast("dict[str, Any]", value).items()}
        case _:
            return value


def _export(value: Any) -> Any:
    match value:
        case Int64():
            return int(value)
        case bool():
            return value
        case int():
            return float(value)
        case float():
            return value if math.isfinite(value) else encode_float_json(value)
        case bytes():
            return encode_bytes_json(value)
        case list():
            return [_export(item) for item in cast("list[Any]", value)]
        case dict():
            return {name: _export(item) for name, item in cast("dict[str, Any]", value).items()}
        case _:
            return value
