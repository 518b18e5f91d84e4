"""Keys."""

import math
import struct

import msgspec
import pytest

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values import Int64, View, encode_key, encode_keys


class Pair(View):
    a: int
    b: str = ""


@pytest.mark.rule("VA5")
def test_kinds_sort_in_the_published_order() -> None:
    """Missing, null, Int64, Float64, booleans, strings, bytes, arrays, objects; floats in IEEE total order."""
    negative_nan = struct.unpack(">d", bytes.fromhex("fff8000000000000"))[0]
    values = [
        msgspec.UNSET,
        None,
        Int64(-(2**63)),
        Int64(-1),
        Int64(0),
        Int64(2**63 - 1),
        negative_nan,
        -math.inf,
        -1.5,
        -1,
        -0.0,
        0.0,
        5e-324,
        1,
        1.5,
        math.inf,
        math.nan,
        False,
        True,
        "",
        "\x00",
        "\x00\x01",
        "\x01",
        "a",
        "ab",
        "b",
        "é",
        "\U0001f600",
        b"",
        b"\x00",
        b"\x00\x00",
        b"\x01",
        b"\xff",
        [],
        [None],
        [None, None],
        [1],
        ["a"],
        ["a", 1],
        {},
        {"a": 1},
        {"a": 1, "b": 1},
        {"a": 2},
        {"b": 0},
    ]
    keys = [encode_key(value) for value in values]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.rule("VA5")
def test_an_integral_number_has_one_key() -> None:
    """`3` and `3.0` are one key; structs are the objects that they stand for; UTF-8 decides, not UTF-16."""
    assert encode_key(3) == encode_key(3.0)
    assert encode_key(Pair(a=1, b="x")) == encode_key({"b": "x", "a": 1})
    assert encode_key("\uffff") < encode_key("\U00010000")
    assert encode_keys(["a", 1]) == encode_key("a") + encode_key(1)


@pytest.mark.rule("VA3")
@pytest.mark.parametrize("value", [2**53 + 1, "\ud800", {1}, object()])
def test_what_is_no_value_is_no_key(value: object) -> None:
    """What a Float64 does not hold, or no value at all, has no key."""
    with pytest.raises(InvalidValueError):
        encode_key(value)
