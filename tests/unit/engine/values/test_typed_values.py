"""Types compiled into encoders and decoders."""

from typing import Annotated, Any, Literal

import msgspec
import pytest

from tutorium.engine.errors import InvalidIdError, InvalidValueError
from tutorium.engine.values import (
    Decoder,
    Id,
    Int64,
    View,
    camel_case,
    compile_encoder,
    convex_size,
    encode,
    encode_id,
    row_key,
)
from tutorium.engine.values.size import check_row

USERS, OTHERS = 10_001, 10_002
USER = encode_id(row_key(USERS, b"u" * 16))
OTHER = encode_id(row_key(OTHERS, b"o" * 16))


class Leaf(View):
    owner_id: Id["User"] | None = None  # noqa: F821
    data: bytes = b""
    children: tuple["Leaf", ...] = ()


class Flat(View):
    count: int
    owner: Id["User"] | None = None  # noqa: F821
    kind: Literal["a", "b"] = "a"
    name: Annotated[str, msgspec.Meta(max_length=5)] = ""


def decoder(kind: Any) -> Decoder[Any]:
    return Decoder(kind, lambda target: {"User": USERS}[target])


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("removed_at", "removedAt"),
        ("list_", "list"),
        ("_id", "_id"),
        ("a", "a"),
        ("_creation_time", "_creationTime"),
        ("from_", "from"),
    ],
)
def test_names_on_the_wire(name: str, wire: str) -> None:
    """Python names become camelCase."""
    assert camel_case(name) == wire


@pytest.mark.rule("VA1")
def test_a_typed_value_comes_back() -> None:
    """What the encoder writes the decoder reads."""
    leaf = Leaf(owner_id=USER, data=b"\x01", children=(Leaf(), Leaf(data=b"x")))
    text = msgspec.json.encode(compile_encoder(Leaf)(leaf))
    assert decoder(Leaf).decode(text) == leaf
    flat = Flat(count=2, owner=USER, kind="b", name="abc")
    assert decoder(Flat).decode(encode(flat)) == flat


@pytest.mark.rule("VA2")
@pytest.mark.parametrize("text", [b'{"count":3}', b'{"count":3.0}', b'{"count":3e0}'])
def test_an_int_may_be_written_as_a_float(text: bytes) -> None:
    """An `int` takes every integral number."""
    assert decoder(Flat).decode(text) == Flat(count=3)


@pytest.mark.rule("FN3")
@pytest.mark.parametrize(
    "text",
    [
        b'{"count":3.5}',
        b'{"count":"3"}',
        b'{"count":true}',
        b'{"count":9007199254740993}',
        b'{"count":{"$integer":"AQAAAAAAAAA="}}',
        b'{"count":1,"kind":"c"}',
        b'{"count":1,"name":"abcdef"}',
        b"{}",
        b"[]",
        b"",
    ],
)
def test_what_does_not_fit_is_refused(text: bytes) -> None:
    """Wrong types, missing fields and broken constraints are refused."""
    with pytest.raises(InvalidValueError):
        decoder(Flat).decode(text)


@pytest.mark.rule("VA2")
def test_int64_and_float64_do_not_mix() -> None:
    """An Int64 takes no number, and a number no Int64."""
    kind = msgspec.defstruct("Kind", [("a", Int64)])
    assert decoder(kind).decode(b'{"a":{"$integer":"AQAAAAAAAAA="}}').a == Int64(1)
    with pytest.raises(InvalidValueError, match="Int64"):
        decoder(kind).decode(b'{"a":1}')
    with pytest.raises(InvalidValueError, match="Int64"):
        compile_encoder(Int64)(1)
    assert compile_encoder(Int64)(Int64(1)) == {"$integer": "AQAAAAAAAAA="}


@pytest.mark.rule("VA6")
def test_ids_of_other_tables_are_refused_at_any_depth() -> None:
    """An id must be of the declared table, also inside arrays."""
    for text in (f'{{"count":1,"owner":"{OTHER}"}}', '{"count":1,"owner":"x"}'):
        with pytest.raises(InvalidIdError):
            decoder(Flat).decode(text.encode())
    with pytest.raises(InvalidIdError):
        decoder(Leaf).decode(f'{{"children":[{{"ownerId":"{OTHER}"}}]}}'.encode())
    assert decoder(Flat).decode(b'{"count":1,"owner":null}').owner is None


def test_text_is_no_bytes() -> None:
    """A string where bytes are declared is refused, though it may look like base64."""
    with pytest.raises(InvalidValueError, match="bytes"):
        decoder(Leaf).decode(b'{"data":"aGk="}')


@pytest.mark.parametrize("kind", [dict[str, Id["User"]], tuple[Id["User"], int], list[Id["User"] | int], dict[str, bytes]])  # noqa: F821
def test_ids_and_bytes_are_checked_in_every_container(kind: Any) -> None:
    """Dicts, tuples and unions are looked into."""
    wrong = {"dict": {"a": OTHER}, "tuple": [OTHER, 1], "list": [OTHER]}[kind.__origin__.__name__]
    with pytest.raises((InvalidIdError, InvalidValueError)):
        decoder(msgspec.defstruct("Holder", [("a", kind)])).decode(encode({"a": wrong}))


@pytest.mark.rule("FN3")
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (None, 1),
        (bool, 1),
        (str, 1),
        (int, 1.5),
        (int, True),
        (float, "1"),
        (bytes, "a"),
        (list[int], "ab"),
        (list[int], [1, "a"]),
        (tuple[int, str], (1,)),
        (tuple[int, str], 5),
        (dict[str, int], [1]),
        (dict[str, int], {"$a": 1}),
        (Literal["a", "b"], "c"),
        (Flat, Leaf()),
        (Flat | None, 5),
        (int | str, b""),
        (int, 2**53 + 1),
        (list[int], [0] * 8_193),
    ],
)
def test_another_value_than_declared_is_not_sent(kind: Any, value: Any) -> None:
    """The encoder of a type takes no value of another."""
    with pytest.raises(InvalidValueError):
        compile_encoder(kind)(value)


@pytest.mark.parametrize(
    ("kind", "value", "tree"),
    [
        (None, None, None),
        (int | None, 3, 3.0),
        (int | str, "x", "x"),
        (float | bool, True, True),
        (float, 3, 3.0),
        (Literal[1, 2], 2, 2.0),
        (tuple[int, str], (1, "a"), [1.0, "a"]),
        (dict[str, bytes], {"a": b"hi"}, {"a": {"$bytes": "aGk="}}),
        (Any, [1, {"a": None}], [1.0, {"a": None}]),
        (list[Flat], [Flat(count=1)], [{"count": 1.0, "owner": None, "kind": "a", "name": ""}]),
    ],
)
def test_declared_values_are_sent(kind: Any, value: Any, tree: Any) -> None:
    """Every kind of type has its wire form."""
    assert compile_encoder(kind)(value) == tree


def test_types_that_cannot_be_sent_are_refused_at_once() -> None:
    """A set is no Convex value, alone or in a union."""
    for kind in (set[int], set[int] | None, msgspec.Raw):
        with pytest.raises(InvalidValueError):
            compile_encoder(kind)


@pytest.mark.rule("VA4")
def test_the_size_rule() -> None:
    """Sizes are counted as clients count them."""
    assert convex_size({"a": None, "bc": [True, 1, Int64(1), "xé", b"12"]}) == 2 + (2 + 1) + (3 + 2 + 1 + 9 + 9 + 5 + 4)
    assert convex_size(Flat(count=1)) == 2 + (6 + 9) + (6 + 1) + (5 + 3) + (5 + 2)
    with pytest.raises(InvalidValueError):
        convex_size({1})


@pytest.mark.rule("VA4")
def test_rows_over_the_limits_are_refused() -> None:
    """More than 1 MiB, more than 16 levels, and long arrays are refused."""
    check_row({"a": "x" * (1 << 19)}, 1 << 19)
    deep: list[object] = []
    for _ in range(17):
        deep = [deep]
    for value in ({"a": "x" * (1 << 20)}, deep, {"a": [0] * 8_193}, {"a": 2**60}, {"$a": 1}):
        with pytest.raises(InvalidValueError):
            check_row(value, 1 << 20)
