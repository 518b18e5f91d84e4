"""Values as JSON."""

import math
import struct
from base64 import b64encode

import pytest

from tutorium.engine.errors import InvalidValueError
from tutorium.engine.values import Int64, View, decode, encode, reformat
from tutorium.engine.values.json_encoding import dump, to_jsonable


class Point(View):
    place_name: str
    x: int
    weight: float | None = None


@pytest.mark.rule("VA2")
def test_numbers_leave_as_floats() -> None:
    """Integers and floats are written with a point or an exponent."""
    assert encode([1, 2.5, 1e30, 0]) == b"[1.0,2.5,1e30,0.0]"
    assert encode(Point(place_name="a", x=3)) == b'{"placeName":"a","x":3.0,"weight":null}'


@pytest.mark.rule("VA1")
@pytest.mark.parametrize("number", [math.inf, -math.inf, -0.0])
def test_special_floats_have_a_form_of_their_own(number: float) -> None:
    """Infinities and the negative zero travel as `$float`."""
    text = encode(number)
    assert text == b'{"$float":"' + b64encode(struct.pack("<d", number)) + b'"}'
    back = decode(text)
    assert back == number
    assert math.copysign(1, back) == math.copysign(1, number)


@pytest.mark.rule("VA1")
def test_not_a_number_survives() -> None:
    """NaN comes back as NaN."""
    assert math.isnan(decode(encode(math.nan)))


@pytest.mark.rule("VA1")
def test_int64_and_bytes_survive() -> None:
    """Int64 and bytes travel as objects and come back as what they were."""
    assert encode(Int64(-2)) == b'{"$integer":"/v////////8="}'
    value = decode(encode({"a": Int64(2**63 - 1), "b": b"\x00\xff"}))
    assert value == {"a": Int64(2**63 - 1), "b": b"\x00\xff"}
    assert type(value["a"]) is Int64
    assert repr(value["a"]) == "Int64(9223372036854775807)"
    with pytest.raises(ValueError, match="64 bits"):
        Int64(2**63)


@pytest.mark.rule("VA2")
def test_incoming_numbers_have_one_python_form() -> None:
    """3 and 3.0 are the same number; beyond 2^53 a number is a float however it was written."""
    assert decode(b"[3, 3.0, 3e0, 3.5]") == [3, 3, 3, 3.5]
    assert [type(item) for item in decode(b"[3, 3.0, 9007199254740993, 1e300]")] == [int, int, float, float]
    with pytest.raises(InvalidValueError):
        decode(b"1" * 400)


@pytest.mark.rule("VA3")
@pytest.mark.parametrize(
    "text",
    [
        b'{"$integer":"AAAA"}',
        b'{"$integer":5}',
        b'{"$integer":"not base64!"}',
        b'{"$float":"AAAAAAAA8D8="}',
        b'{"$set":[]}',
        b'{"$commitTs":null}',
        b'{"$a":1,"b":2}',
        b'{"\xc3\xa9":1}',
        b'{"' + b"k" * 1_025 + b'":1}',
        b"[" * 70 + b"]" * 70,
        b'"\\ud800"',
        b"{",
        b"[" + b"1," * 8_192 + b"1]",
        b"{" + b",".join(b'"k%d":1' % place for place in range(1_025)) + b"}",
    ],
)
def test_what_is_no_value_is_refused(text: bytes) -> None:
    """Everything that Convex refuses is refused."""
    with pytest.raises(InvalidValueError):
        decode(text)


@pytest.mark.rule("VA3")
@pytest.mark.parametrize(
    "value", [{1}, 2**53 + 1, "\ud800", {"$x": 1}, {1: 2}, [0] * 8_193, object(), {"": [{"a": "\x7f"}], "\x01": 1}]
)
def test_what_is_no_value_cannot_be_sent(value: object) -> None:
    """A Python value that is no Convex value raises instead of being sent in some other form."""
    with pytest.raises(InvalidValueError):
        encode(value)


@pytest.mark.rule("VA3")
def test_nesting_has_an_end() -> None:
    """A value that contains itself is refused."""
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(InvalidValueError, match="nested"):
        encode(loop)


def test_the_readable_form() -> None:
    """`json` writes Int64 and bytes as strings and special floats by name."""
    text = encode({"a": Int64(5), "b": b"hi", "c": math.inf, "d": [math.nan, -math.inf, True, 2, None, "x"]})
    assert reformat(text, "json") == (b'{"a":"5","b":"aGk=","c":"Infinity","d":["NaN","-Infinity",true,2.0,null,"x"]}')
    assert reformat(b"[1.0]", "json") == b"[1.0]"
    assert reformat(text, "convex_encoded_json") == text


def test_the_export_form() -> None:
    """`export_json` writes Int64 as an integer and keeps everything else apart from it."""
    text = encode({"a": Int64(5), "b": b"hi", "c": math.inf, "d": [-0.0, 2, True, None]})
    assert reformat(text, "export_json") == (
        b'{"a":5,"b":{"$bytes":"aGk="},"c":{"$float":"AAAAAAAA8H8="},"d":[-0.0,2.0,true,null]}'
    )


def test_structs_inside_containers_are_sent() -> None:
    """Structs are objects under their wire names, wherever they stand."""
    assert dump(to_jsonable(({"p": Point(place_name="a", x=1)},))) == b'[{"p":{"placeName":"a","x":1.0,"weight":null}}]'
