"""Order of keys, for all values."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.engine.values import Int64, convex_size, decode, encode, encode_key, encode_keys

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.integers(-(2**63), 2**63 - 1).map(Int64)
    | st.floats()
    | st.text(max_size=6)
    | st.binary(max_size=6)
)
names = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=3).filter(lambda name: not name.startswith("$"))
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=8
)


def model(value: Any) -> Any:
    """Return what Python sorts the way that keys must sort."""
    match value:
        case None:
            return (2,)
        case Int64():
            return (3, int(value))
        case bool():
            return (5, value)
        case int() | float():
            bits = struct.unpack(">q", struct.pack(">d", value))[0]
            return (4, bits if bits >= 0 else -(2**63) - bits - 1)
        case str():
            return (6, value.encode())
        case bytes():
            return (7, value)
        case list():
            return (8, [model(item) for item in value])
        case dict():
            return (9, sorted((model(name), model(item)) for name, item in value.items()))
        case _:
            raise AssertionError(value)


@pytest.mark.rule("VA5")
@given(values, values)
def test_keys_sort_like_values(one: Any, other: Any) -> None:
    """The order of two keys is the order of their values."""
    assert (encode_key(one) < encode_key(other)) == (model(one) < model(other))
    assert (encode_key(one) == encode_key(other)) == (model(one) == model(other))


@pytest.mark.rule("VA5")
@given(st.lists(values, max_size=3), st.lists(values, max_size=3))
def test_tuples_sort_elementwise(one: list[Any], other: list[Any]) -> None:
    """Keys of several fields sort by the first that differs; a shorter tuple is before its continuations."""
    assert (encode_keys(one) < encode_keys(other)) == ([model(item) for item in one] < [model(item) for item in other])


@pytest.mark.rule("VA5")
@given(values, values)
def test_no_key_begins_another(one: Any, other: Any) -> None:
    """A key is not the beginning of another one."""
    first, second = encode_key(one), encode_key(other)
    assert first == second or not second.startswith(first)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return model(one) == model(other)


@pytest.mark.rule("VA1")
@given(values)
def test_values_survive_the_wire(value: Any) -> None:
    """What is encoded and decoded again is the same value, of the same kind and size."""
    back = decode(encode(value))
    assert same(value, back)
    assert convex_size(value) == convex_size(back)
