"""Python types compiled, once, into functions that read wire-form JSON and check it: types, constraints, ids, limits."""

import re
from collections.abc import Callable
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import msgspec
from msgspec import inspect as types

from tutorium.engine.errors import InvalidIdError, InvalidValueError
from tutorium.engine.values.ids import decode_id, table_of_key
from tutorium.engine.values.int64 import Int64
from tutorium.engine.values.json_encoding import from_jsonable, load

T = TypeVar("T")
TableNumbers: TypeAlias = Callable[[Any], int]
"""From what stands in `Id[...]`, a row class or its name, to the number of its table."""

_SHORT: Final = 4_096
"""Text below this many bytes holds no array over the limit (two bytes an element), so a typed decode alone may judge it."""

_LONG_NUMBER: Final = re.compile(rb"[0-9]{16}").search
"""Digits that may make an integer beyond 2^53, which only the slow way turns into the Float64 that it is."""


def wire_hook(kind: Any, value: Any) -> Any:
    """Let an Int64 pass where one is declared; a Float64 is none, even an integral one."""
    if kind is Int64 and type(value) is Int64:
        return value
    raise ValueError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


class Decoder(Generic[T]):
    """Reads the wire form of one type. Raises InvalidValueError with the place of what is wrong, e.g. `$.folder`."""

    def __init__(self, python_type: type[T], table_numbers: TableNumbers) -> None:
        """Compile `python_type`; `table_numbers` resolves the tables that its ids name."""
        self._type = python_type
        info = types.type_info(python_type)
        self._check = _compile_check(info, table_numbers, {})
        self._top_ids = _top_level_ids(info, table_numbers)
        self._typed = msgspec.json.Decoder(python_type) if self._top_ids is not None else None

    def decode(self, text: bytes) -> T:
        """Return the value that `text` stands for."""
        if self._typed is not None and len(text) < _SHORT and b'"$' not in text and not _LONG_NUMBER(text):
            try:
                value = self._typed.decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                # A number such as 3.0 for an `int`, or a real mistake: the slow way tells, and says it clearly.
                return self.convert(from_jsonable(load(text)))
            for name, table in cast("list[tuple[str, int]]", self._top_ids):
                check_id(getattr(value, name), table)
            return value
        return self.convert(from_jsonable(load(text)))

    def convert(self, tree: Any) -> T:
        """Return the value for a tree as `json_encoding.decode` gives it."""
        if self._check is not None:
            self._check(tree)
        try:
            return msgspec.convert(tree, self._type, dec_hook=wire_hook)
        except msgspec.ValidationError as error:
            raise InvalidValueError(str(error)) from error


def check_id(text: object, table: int) -> None:
    """Raise InvalidIdError unless `text` is None or an id of `table`."""
    if text is None or not isinstance(text, str):
        return
    if table_of_key(decode_id(text)) != table:
        raise InvalidIdError(f"{text!r} is the id of a row of another table.", id=text)


_Check: TypeAlias = Callable[[Any], None]


def _top_level_ids(info: types.Type, table_numbers: TableNumbers) -> list[tuple[str, int]] | None:
    """Return the id fields of a flat struct whose JSON msgspec alone can judge, None for any other type."""
    if not isinstance(info, types.StructType):
        return None
    found: list[tuple[str, int]] = []
    for field in info.fields:
        options = field.type.types if isinstance(field.type, types.UnionType) else (field.type,)
        for option in options:
            table = _id_of(option)
            if table is not None:
                found.append((field.name, table_numbers(table)))
            bare = option.type if isinstance(option, types.Metadata) else option
            if not isinstance(
                bare, types.NoneType | types.BoolType | types.StrType | types.IntType | types.LiteralType | types.FloatType
            ):
                return None
    return found


def _id_of(kind: types.Type) -> Any:
    extra = cast("dict[str, Any]", kind.extra or {}) if isinstance(kind, types.Metadata) else {}
    return extra.get("id_of")


def _compile_check(kind: types.Type, table_numbers: TableNumbers, seen: dict[Any, list[_Check | None]]) -> _Check | None:
    """Return a check of what msgspec does not tell apart (ids, bytes, the kinds of numbers), None when there is nothing."""
    match kind:
        case types.Metadata():
            target = _id_of(kind)
            if target is None:
                return _compile_check(kind.type, table_numbers, seen)
            number = table_numbers(target)
            return lambda tree: check_id(tree, number)
        case types.BytesType():
            return _check_bytes
        case types.IntType() | types.FloatType():
            return _check_float64
        case types.ListType() | types.VarTupleType():
            return _each(_compile_check(kind.item_type, table_numbers, seen))
        case types.TupleType():
            return _in_turn([_compile_check(item, table_numbers, seen) for item in kind.item_types])
        case types.DictType():
            return _each_value(_compile_check(kind.value_type, table_numbers, seen))
        case types.StructType():
            return _fields(kind, table_numbers, seen)
        case types.UnionType():
            return _union([(option, _compile_check(option, table_numbers, seen)) for option in kind.types])
        case _:
            return None


def _check_bytes(tree: Any) -> None:
    if tree is not None and not isinstance(tree, bytes):
        raise InvalidValueError(f"Expected `bytes`, got `{type(tree).__name__}`")


def _check_float64(tree: Any) -> None:
    if type(tree) is Int64:
        raise InvalidValueError("Expected a Float64, got an Int64")


def _each(check: _Check | None) -> _Check | None:
    if check is None:
        return None

    def run(tree: Any) -> None:
        if isinstance(tree, list):
            for item in cast("list[Any]", tree):
                check(item)

    return run


def _each_value(check: _Check | None) -> _Check | None:
    if check is None:
        return None

    def run(tree: Any) -> None:
        if isinstance(tree, dict):
            for item in cast("dict[str, Any]", tree).values():
                check(item)

    return run


def _in_turn(checks: list[_Check | None]) -> _Check | None:
    if not any(checks):
        return None

    def run(tree: Any) -> None:
        if isinstance(tree, list):
            for check, item in zip(checks, cast("list[Any]", tree), strict=False):
                if check is not None:
                    check(item)

    return run


def _union(options: list[tuple[types.Type, _Check | None]]) -> _Check | None:
    if not any(check for _, check in options):
        return None
    accepts_text = any(isinstance(_bare(kind), types.StrType | types.LiteralType) and check is None for kind, check in options)

    def run(tree: Any) -> None:
        for kind, check in options:
            if check is not None and _fits(_bare(kind), tree) and not (isinstance(tree, str) and accepts_text):
                check(tree)

    return run


def _bare(kind: types.Type) -> types.Type:
    return kind.type if isinstance(kind, types.Metadata) else kind


def _fits(kind: types.Type, tree: Any) -> bool:
    match kind:
        case types.ListType() | types.VarTupleType() | types.TupleType():
            return isinstance(tree, list)
        case types.DictType() | types.StructType():
            return isinstance(tree, dict)
        case types.StrType() | types.BytesType():
            return isinstance(tree, str)
        case types.IntType() | types.FloatType():
            return isinstance(tree, int)
        case _:
            return False


def _fields(kind: types.StructType, table_numbers: TableNumbers, seen: dict[Any, list[_Check | None]]) -> _Check | None:
    if kind.cls in seen:
        later = seen[kind.cls]
        return lambda tree: later[0](tree) if later and later[0] is not None else None
    later = seen[kind.cls] = []
    checks = [(field.encode_name, check) for field in kind.fields if (check := _compile_check(field.type, table_numbers, seen))]

    def run(tree: Any) -> None:
        if isinstance(tree, dict):
            for wire, check in checks:
                if wire in tree:
                    check(cast("dict[str, Any]", tree)[wire])

    result = run if checks else None
    later.append(result)
    return result
