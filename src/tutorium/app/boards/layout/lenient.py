"""Reading what a model or a rule wrote into a struct, keeping all that can be kept.

`msgspec.convert` refuses a whole object for one bad field. A drawing with one row too many should lose the row, not itself.
The limits are the annotations of the struct, so there is one place that says them.
"""

import math
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

import msgspec
from msgspec import inspect

_BAD: Final = object()
_DIRECTION_CONTROLS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

Reader = Callable[[Any], Any]


def convert_leniently(value: object, cls: type[msgspec.Struct]) -> msgspec.Struct | None:
    """Return `value` as a `cls`, or None if a field without default is missing or cannot be read.

    Strings are stripped and cut at `max_length`, sequences lose unreadable members and those beyond `max_length`, numbers may
    be written as strings, literals must match; an optional field that cannot be read gets its default.
    """
    result = _reader(cls)(value)
    return None if result is _BAD else cast("msgspec.Struct", result)


@cache
def _reader(annotation: Any) -> Reader:
    return _reader_of(inspect.type_info(annotation))


def _reader_of(info: inspect.Type) -> Reader:
    match info:
        case inspect.StructType():
            return _struct_reader(info)
        case inspect.StrType():
            return lambda value: _read_text(value, info)
        case inspect.IntType() | inspect.FloatType():
            return lambda value: _read_number(value, whole=isinstance(info, inspect.IntType))
        case inspect.BoolType():
            return lambda value: value if isinstance(value, bool) else _BAD
        case inspect.LiteralType():
            return lambda value: value if isinstance(value, str) and value in info.values else _BAD
        case inspect.NoneType():
            return lambda value: None if value is None else _BAD
        case inspect.UnionType():
            return _union_reader([_reader_of(member) for member in info.types])
        case inspect.VarTupleType():
            return _sequence_reader(_reader_of(info.item_type), info.min_length or 0, info.max_length)
        case inspect.TupleType():
            return _fixed_reader([_reader_of(member) for member in info.item_types])
        case _:
            raise TypeError(f"no lenient reading of {info}")


def _struct_reader(info: inspect.StructType) -> Reader:
    fields = [(f.name, f.encode_name, _reader_of(f.type), f.required) for f in info.fields]

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            return _BAD
        given = cast("dict[str, Any]", value)
        kept: dict[str, Any] = {}
        for name, wire_name, reader, required in fields:
            result = reader(given[wire_name]) if wire_name in given else _BAD
            if result is not _BAD:
                kept[name] = result
            elif required:
                return _BAD
        return info.cls(**kept)

    return read


def _read_text(value: Any, info: inspect.StrType) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _BAD
    text = "".join(c for c in str(value) if _is_kept(c)).strip()
    if info.max_length is not None and len(text) > info.max_length:
        text = cut_text(text, info.max_length)
    return _BAD if len(text) < (info.min_length or 0) else text


def _is_kept(character: str) -> bool:
    # Joiners (Cf) shape letters and emoji; the controls that turn the direction of a line only confuse a measured layout.
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") and character not in _DIRECTION_CONTROLS


def cut_text(text: str, limit: int) -> str:
    """Return `text` cut to at most `limit` characters with an ellipsis, at a space if one is near the end."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space >= limit * 0.6:
        head = head[:space]
    return head.rstrip(" ,;:\n") + "…"


def _read_number(value: Any, *, whole: bool) -> Any:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _BAD
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return _BAD
    if abs(value) > 1e15:
        return _BAD
    return round(value) if whole else float(value)


def _union_reader(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        return next((result for reader in readers if (result := reader(value)) is not _BAD), _BAD)

    return read


def _sequence_reader(item: Reader, least: int, most: int | None) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return _BAD
        results = tuple(r for member in cast("list[Any]", value) if (r := item(member)) is not _BAD)[:most]
        return _BAD if len(results) < least else results

    return read


def _fixed_reader(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return _BAD
        members = cast("list[Any]", value)
        if len(members) != len(readers):
            return _BAD
        results = tuple(reader(member) for reader, member in zip(readers, members, strict=True))
        return _BAD if any(r is _BAD for r in results) else results

    return read
