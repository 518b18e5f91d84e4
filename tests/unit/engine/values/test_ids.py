"""Ids and row keys."""

import pytest

from tutorium.engine.errors import InvalidIdError
from tutorium.engine.testing import VirtualRuntime
from tutorium.engine.values import FIRST_USER_TABLE, decode_id, encode_id, new_row_key, row_key, table_of_key


@pytest.mark.parametrize(
    ("table", "length"), [(1, 31), (127, 31), (128, 32), (FIRST_USER_TABLE, 32), (16_384, 34), (2**32 - 1, 37)]
)
def test_an_id_has_the_length_of_its_table_number(table: int, length: int) -> None:
    """Ids are 31 to 37 characters long and come back as the key they were made of."""
    key = new_row_key(table, VirtualRuntime())
    text = encode_id(key)
    assert len(text) == length
    assert decode_id(text) == key
    assert table_of_key(key) == table


def test_an_id_is_what_the_published_layout_says() -> None:
    """Varint, sixteen bytes, Fletcher-16 in little-endian order, base32 with zeros at the end."""
    key = row_key(10_001, bytes(range(16)))
    data = bytes([10_001 & 0x7F | 0x80, 10_001 >> 7]) + bytes(range(16))
    low = high = 0
    for byte in data:
        low = (low + byte) % 256
        high = (high + low) % 256
    bits = "".join(f"{byte:08b}" for byte in data + bytes([low, high]))
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    assert encode_id(key) == "".join(alphabet[int(bits[place : place + 5], 2)] for place in range(0, 160, 5))


def test_the_day_is_the_end_of_a_key() -> None:
    """The last two bytes are the day since 1970, big-endian."""
    runtime = VirtualRuntime(start=86_400 * 20_000 + 5)
    assert new_row_key(10_001, runtime)[-2:] == (20_000).to_bytes(2)


@pytest.mark.rule("VA6")
def test_every_changed_character_is_noticed() -> None:
    """An id with one character changed is no id."""
    text = encode_id(row_key(10_001, bytes(range(16))))
    for place in range(len(text)):
        other = "0" if text[place] != "0" else "1"
        with pytest.raises(InvalidIdError):
            decode_id(text[:place] + other + text[place + 1 :])


@pytest.mark.rule("VA6")
@pytest.mark.parametrize(
    "text", ["", "x", "j57_w12gq28qs0pkt7ctceqv1d8jva9c", "i" * 32, "0" * 32, "z" * 37, " " * 32, "é" * 32]
)
def test_other_text_is_no_id(text: str) -> None:
    """Text of another shape is refused."""
    with pytest.raises(InvalidIdError):
        decode_id(text)


def test_a_varint_has_one_form() -> None:
    """A table number written with a needless zero group is refused, so that a row has one id only."""
    data = bytes([0x81, 0x00]) + bytes(16)
    low = high = 0
    for byte in data:
        low = (low + byte) % 256
        high = (high + low) % 256
    number = int.from_bytes(data + bytes([low, high]))
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    text = "".join(alphabet[number >> (5 * place) & 31] for place in range(31, -1, -1))
    with pytest.raises(InvalidIdError):
        decode_id(text)
