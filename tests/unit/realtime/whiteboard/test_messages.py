"""The y-protocols codec."""

import pytest

from tutorium.realtime.whiteboard.messages import (
    AwarenessEntry,
    MalformedMessageError,
    Message,
    MessageKind,
    decode_awareness,
    decode_message,
    encode_awareness,
    encode_message,
    has_new_structs,
    is_empty_state_vector,
    read_varuint,
    write_varuint,
)


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**31, 2**53 - 1])
def test_numbers_survive(number: int) -> None:
    """A number written as a varuint is read back, and nothing after it is."""
    assert read_varuint(write_varuint(number) + b"rest", 0) == (number, len(write_varuint(number)))


@pytest.mark.rule("RM1")
@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        (MessageKind.STATE_VECTOR, b"\x00\x00\x02ab"),
        (MessageKind.MISSING_UPDATE, b"\x00\x01\x02ab"),
        (MessageKind.UPDATE, b"\x00\x02\x02ab"),
        (MessageKind.AWARENESS, b"\x01\x02ab"),
    ],
)
def test_messages_are_framed_as_y_protocols_does(kind: MessageKind, encoded: bytes) -> None:
    """The first numbers say the kind, the body is preceded by its length."""
    assert encode_message(kind, b"ab") == encoded
    assert decode_message(encoded) == Message(kind, b"ab")


def test_a_query_has_no_body() -> None:
    """Asking for everybody's presence is one byte."""
    assert encode_message(MessageKind.QUERY_AWARENESS) == b"\x03"
    assert decode_message(b"\x03").kind is MessageKind.QUERY_AWARENESS


@pytest.mark.rule("RM2")
@pytest.mark.parametrize("data", [b"\x02\x00\x01x", b"\x04", b"\x63abc", b"\x00\x09\x01x"])
def test_unknown_kinds_are_passed_over(data: bytes) -> None:
    """A kind or sync step of a newer protocol decodes as unknown."""
    assert decode_message(data).kind is MessageKind.UNKNOWN


def test_unknown_messages_are_never_sent() -> None:
    """There is no encoding of an unknown message."""
    with pytest.raises(ValueError, match="known"):
        encode_message(MessageKind.UNKNOWN)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x02", b"\x00\x02\x05ab", b"\x01\x80", b"\xff" * 20])
def test_short_messages_are_malformed(data: bytes) -> None:
    """A message that ends before its content is refused."""
    with pytest.raises(MalformedMessageError):
        decode_message(data)


def test_awareness_survives() -> None:
    """Entries are read back as they were written."""
    entries = [AwarenessEntry(2**53 - 1, 7, b'{"a":1}'), AwarenessEntry(3, 1, b"null")]
    assert decode_awareness(encode_awareness(entries)) == entries
    assert [entry.is_gone for entry in entries] == [False, True]


def test_awareness_that_is_cut_short_is_malformed() -> None:
    """An awareness update must hold as many entries as it says."""
    with pytest.raises(MalformedMessageError):
        decode_awareness(encode_awareness([AwarenessEntry(1, 1, b"{}")])[:-1])


def test_first_number_tells_emptiness() -> None:
    """A state vector of no clients has seen nothing; an update of no clients brings at most deletions."""
    assert is_empty_state_vector(b"\x00")
    assert not is_empty_state_vector(b"\x01\x05\x02")
    assert not has_new_structs(b"\x00\x01\x05\x01\x00\x02")
    assert has_new_structs(b"\x01\x01")
