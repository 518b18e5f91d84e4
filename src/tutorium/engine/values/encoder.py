"""Python types compiled, once, into functions that turn a value into its wire-form JSON tree and check it on the way."""

from collections.abc import Callable
from typing import Any, TypeAlias, cast, get_origin

import msgspec
from msgspec import inspect as types

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values.int64 import Int64
from tutorium.engine.values.json_encoding import (
    MAX_ARRAY_LENGTH,
    check_object,
    encode_bytes_json,
    encode_float_json,
    encode_int64_json,
    encode_int_json,
    to_jsonable,
)

TreeEncoder: TypeAlias = Callable[[Any], Any]
FINITE_FLOATS = frozenset({"_creationTime"})
"""Float fields that the engine itself sets and that are never special."""


def compile_encoder(python_type: Any) -> TreeEncoder:
    """Return a function from a value of `python_type` to its JSON tree; it raises InvalidValueError for any other value."""
    encoder, _ = _Compiler().compile(types.type_info(python_type))
    return encoder


def _mismatch(expected: str, value: object) -> InvalidValueError:
    return InvalidValueError(f"Expected {expected}, got {type(value).__name__}.")


def _encode_none(value: Any) -> None:
    if value is not None:
        raise _mismatch("None", value)


def _encode_bool(value: Any) -> bool:
    if type(value) is not bool:
        raise _mismatch("bool", value)
    return value


def _encode_str(value: Any) -> str:
    if not isinstance(value, str):
        raise _mismatch("str", value)
    return value


def _encode_int(value: Any) -> float:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _mismatch("int", value)
    return encode_int_json(value)


def _encode_float(value: Any) -> Any:
    if type(value) is float:
        return encode_float_json(value)
    return _encode_int(value)


def _encode_int64(value: Any) -> Any:
    if type(value) is not Int64:
        raise _mismatch("Int64", value)
    return encode_int64_json(value)


def _encode_bytes(value: Any) -> Any:
    if not isinstance(value, bytes):
        raise _mismatch("bytes", value)
    return encode_bytes_json(value)


def _encode_list(item: TreeEncoder) -> TreeEncoder:
    def encode(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _mismatch("list", value)
        items = cast("list[Any]", value)
        if len(items) > MAX_ARRAY_LENGTH:
            raise InvalidValueError(f"An array holds {len(items)} elements; the limit is {MAX_ARRAY_LENGTH}.")
        return [item(element) for element in items]

    return encode


def _encode_tuple(encoders: list[TreeEncoder]) -> TreeEncoder:
    def encode(value: Any) -> Any:
        if not isinstance(value, tuple | list):
            raise _mismatch("tuple", cast("object", value))
        items = cast("list[Any]", value)
        if len(items) != len(encoders):
            raise InvalidValueError(f"Expected {len(encoders)} elements, got {len(items)}.")
        return [encoder(element) for encoder, element in zip(encoders, items, strict=True)]

    return encode


def _encode_dict(item: TreeEncoder) -> TreeEncoder:
    def encode(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _mismatch("dict", value)
        fields = cast("dict[Any, Any]", value)
        check_object(fields)
        return {name: item(element) for name, element in fields.items()}

    return encode


def _encode_union(branches: dict[type, TreeEncoder]) -> TreeEncoder:
    def encode(value: Any) -> Any:
        kind: type = value.__class__
        branch = branches.get(kind)
        if branch is None:
            if isinstance(value, str) and str in branches:
                return branches[str](value)
            raise _mismatch(" or ".join(sorted(kind.__name__ for kind in branches)), value)
        return branch(value)

    return encode


_NOTHING: frozenset[type] = frozenset()


class _Compiler:
    """Walks type descriptions; recursive structs refer to themselves through `_structs`.

    `compile` gives the encoder, and the Python types whose values may stand in the tree as they are, without being encoded.
    """

    def __init__(self) -> None:
        self._structs: dict[Any, TreeEncoder] = {}

    def compile(self, kind: types.Type) -> tuple[TreeEncoder, frozenset[type]]:
        match kind:
            case types.Metadata():
                return self.compile(kind.type)
            case types.NoneType():
                return _encode_none, frozenset({type(None)})
            case types.BoolType():
                return _encode_bool, frozenset({bool})
            case types.StrType():
                return _encode_str, frozenset({str})
            case types.IntType():
                return _encode_int, _NOTHING
            case types.FloatType():
                return _encode_float, _NOTHING
            case types.BytesType():
                return _encode_bytes, _NOTHING
            case types.CustomType() if kind.cls is Int64:
                return _encode_int64, _NOTHING
            case types.LiteralType():
                return _encode_literal(kind), _NOTHING
            case types.ListType() | types.VarTupleType():
                return _encode_list(self.compile(kind.item_type)[0]), _NOTHING
            case types.TupleType():
                return _encode_tuple([self.compile(item)[0] for item in kind.item_types]), _NOTHING
            case types.DictType():
                return _encode_dict(self.compile(kind.value_type)[0]), _NOTHING
            case types.StructType():
                return self._struct(kind), _NOTHING
            case types.UnionType():
                return self._union(kind)
            case types.AnyType():
                return to_jsonable, _NOTHING
            case _:
                raise InvalidValueError(f"{kind} cannot be stored or sent.")

    def _struct(self, kind: types.StructType) -> TreeEncoder:
        cls: Any = get_origin(kind.cls) or kind.cls
        if kind.cls in self._structs:
            return lambda value: self._structs[kind.cls](value)
        self._structs[kind.cls] = lambda value: encode(value)
        fields: list[tuple[str, str, TreeEncoder, frozenset[type]]] = []
        for field in kind.fields:
            encoder, as_is = self.compile(field.type)
            if field.encode_name in FINITE_FLOATS:
                as_is = frozenset({float})
            fields.append((field.name, field.encode_name, encoder, as_is))
        tagged: dict[str, Any] = {} if kind.tag_field is None else {kind.tag_field: kind.tag}

        def encode(value: Any) -> Any:
            if type(value) is not cls:
                raise _mismatch(cls.__name__, value)
            tree = dict(tagged)
            for name, wire, encoder, as_is in fields:
                item = getattr(value, name)
                if item.__class__ in as_is:
                    tree[wire] = item
                elif item is not msgspec.UNSET:
                    tree[wire] = encoder(item)
            return tree

        self._structs[kind.cls] = encode
        return encode

    def _union(self, kind: types.UnionType) -> tuple[TreeEncoder, frozenset[type]]:
        branches: dict[type, TreeEncoder] = {}
        as_is: set[type] = set()
        for option in kind.types:
            encoder, option_as_is = self.compile(option)
            as_is |= option_as_is
            for python_type in _python_types(option):
                branches.setdefault(python_type, encoder)
        return _encode_union(branches), frozenset(as_is)


def _encode_literal(kind: types.LiteralType) -> TreeEncoder:
    allowed = frozenset(kind.values)

    def encode(value: Any) -> Any:
        if value not in allowed:
            raise InvalidValueError(f"Expected one of {sorted(map(str, allowed))}, got {value!r}.")
        return to_jsonable(value)

    return encode


def _python_types(kind: types.Type) -> list[type]:
    match kind:
        case types.Metadata():
            return _python_types(kind.type)
        case types.NoneType():
            return [type(None)]
        case types.BoolType():
            return [bool]
        case types.IntType():
            return [int]
        case types.FloatType():
            return [float, int]
        case types.StrType():
            return [str]
        case types.BytesType():
            return [bytes]
        case types.LiteralType():
            return list({type(value) for value in kind.values})
        case types.ListType() | types.VarTupleType() | types.TupleType():
            return [list, tuple]
        case types.DictType():
            return [dict]
        case types.StructType():
            return [get_origin(kind.cls) or kind.cls]
        case types.CustomType():
            return [kind.cls]
        case _:
            raise InvalidValueError(f"{kind} cannot be part of a union.")
