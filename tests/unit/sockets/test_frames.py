"""Frames as pure functions, checked against another implementation, and the joining of fragments."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

from tutorium.sockets.frames import (
    FrameError,
    MessageAssembler,
    cut_reason,
    decode_close,
    encode_close,
    encode_frame,
    encode_ping,
    encode_pong,
)


def parsed(data: bytes) -> Frame:
    """Read one frame as a client would."""
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    parsing = Frame.parse(reader.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as end:
        return end.value
    raise AssertionError("the frame is not whole")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_frames_are_read_by_others(size: int) -> None:
    """Every class of length is written as RFC 6455 has it, for text and binary."""
    binary, text = parsed(encode_frame(b"x" * size)), parsed(encode_frame("x" * size))
    assert (binary.opcode, binary.fin, bytes(binary.data)) == (Opcode.BINARY, True, b"x" * size)
    assert (text.opcode, text.fin, bytes(text.data)) == (Opcode.TEXT, True, b"x" * size)


def test_control_frames_are_read_by_others() -> None:
    """Pings, pongs and close frames."""
    assert parsed(encode_ping(b"a")) == Frame(Opcode.PING, b"a")
    assert parsed(encode_pong(b"b")) == Frame(Opcode.PONG, b"b")
    assert Close.parse(bytes(parsed(encode_close(4409, "old epoch")).data)) == Close(4409, "old epoch")
    assert encode_close(1005) == b"\x88\x00"


def test_long_reasons_are_cut_between_characters() -> None:
    """A close frame carries at most 123 bytes of reason, and whole characters."""
    assert cut_reason("ä" * 100) == "ä" * 61
    assert len(encode_close(1000, "x" * 1_000)) == 127


@given(st.integers(1000, 4999).filter(lambda code: code < 1004 or 1007 <= code < 1015 or code >= 3000), st.text(max_size=30))
def test_close_frames_come_back(code: int, reason: str) -> None:
    """What is encoded is decoded."""
    assert decode_close(encode_close(code, reason)[2:]) == (code, reason)


@given(st.binary(max_size=200))
def test_any_close_payload_is_decoded_or_refused(payload: bytes) -> None:
    """Whatever a peer puts into a close frame gives a code that may be answered, or a FrameError."""
    try:
        code, _ = decode_close(payload)
    except FrameError as error:
        code = error.code
    assert code == 1005 or 1000 <= code < 5000


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_fragments_are_joined_however_they_are_cut(message: bytes, cuts: list[int]) -> None:
    """Any way to cut a message gives the message again."""
    points = [0, *sorted(min(cut, len(message)) for cut in cuts), len(message)]
    pieces = [message[a:b] for a, b in itertools.pairwise(points)]
    assembler = MessageAssembler(300)
    results = [assembler.take(2 if at == 0 else 0, at == len(pieces) - 1, piece) for at, piece in enumerate(pieces)]
    assert results == [None] * (len(pieces) - 1) + [message]
    assert assembler.take(1, True, b"next") == "next"


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(0, True, b"")], 1002),
        ([(1, False, b""), (1, True, b"")], 1002),
        ([(2, True, b"x" * 11)], 1009),
        ([(2, False, b"x" * 6), (0, True, b"x" * 5)], 1009),
        ([(1, True, b"\xff")], 1007),
        ([(1, False, b"\xff"), (0, True, b"")], 1007),
    ],
)
def test_what_does_not_make_a_message(frames: list[tuple[int, bool, bytes]], code: int) -> None:
    """Continuations of nothing, messages inside messages, too much and no text."""
    assembler = MessageAssembler(10)
    *before, last = frames
    for frame in before:
        assert assembler.take(*frame) is None
    with pytest.raises(FrameError) as caught:
        assembler.take(*last)
    assert caught.value.code == code
