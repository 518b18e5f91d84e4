"""What a member of a board may send to harm the others, and why it does not."""

import pytest

from tests.unit.realtime.doubles import VirtualClock, open_boards
from tutorium.realtime.whiteboard.awareness import MAX_STATE_BYTES
from tutorium.realtime.whiteboard.endpoint import BURST
from tutorium.realtime.whiteboard.messages import (
    AwarenessEntry,
    MalformedMessageError,
    MessageKind,
    decode_awareness,
    decode_message,
    encode_awareness,
    encode_message,
)
from tutorium.sockets.close_codes import CloseCode

pytestmark = pytest.mark.anyio


def presence(state: bytes, *, client: int = 1, clock: int = 1) -> bytes:
    """An awareness message."""
    return encode_message(MessageKind.AWARENESS, encode_awareness([AwarenessEntry(client, clock, state)]))


async def test_a_flood_sends_its_sender_away_to_come_back(clock: VirtualClock) -> None:
    """A burst is taken; beyond it the connection is closed with a code that invites it again."""
    async with open_boards(clock) as boards:
        connection = await boards.connect("ann")
        assert connection.handler is not None
        for _ in range(BURST):
            connection.handler.on_message(b"\x09")
        assert connection.closed is None
        connection.handler.on_message(b"\x09")
        assert connection.closed == (CloseCode.TRY_AGAIN_LATER, "rate_limited")


@pytest.mark.parametrize("depth", [2_000, MAX_STATE_BYTES // 2 - 10])
async def test_presence_nested_without_end_is_passed_over(clock: VirtualClock, depth: int) -> None:
    """Nobody is told of it, and whoever sent it stays."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        assert ann.handler is not None
        before = len(bob.received)
        ann.handler.on_message(presence(b'{"x":' + b"[" * depth + b"]" * depth + b"}"))
        await boards.exchange()
        assert ann.closed is None
        assert len(bob.received) == before


async def test_presence_that_only_a_page_can_read_does_not_keep_the_tutor_from_looking(clock: VirtualClock) -> None:
    """JavaScript reads 1e999 as infinity; the server shows everybody else."""
    async with open_boards(clock) as boards:
        ann, bob = await boards.connect("ann"), await boards.connect("bob")
        assert ann.handler is not None
        assert bob.handler is not None
        ann.handler.on_message(presence(b'{"x":1e999}'))
        bob.handler.on_message(presence(b'{"x":1}', client=2))
        assert boards.rooms.rooms[0].presence == [{"x": 1}]


@pytest.mark.parametrize("entry", [AwarenessEntry(2**53, 1, b"{}"), AwarenessEntry(1, 2**53, b"{}")])
async def test_numbers_that_browsers_cannot_count_are_not_relayed(clock: VirtualClock, entry: AwarenessEntry) -> None:
    """Yjs in a browser throws at them, so one member could have broken the page of every other."""
    message = encode_message(MessageKind.AWARENESS, encode_awareness([entry]))
    with pytest.raises(MalformedMessageError):
        decode_awareness(decode_message(message).body)
    async with open_boards(clock) as boards:
        connection = await boards.connect("ann")
        assert connection.handler is not None
        connection.handler.on_message(message)
        assert connection.closed == (CloseCode.PROTOCOL_ERROR, "bad_request")
