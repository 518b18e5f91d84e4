"""What the board socket refuses, and what it passes over."""

from typing import Any

import pycrdt
import pytest

from tests.integration.doors.listening import check_closed, talk
from tests.integration.doors.telling import row
from tests.support.live_server import Account, LiveServer
from tests.support.socket_clients import BoardSocket
from tutorium.realtime.whiteboard.messages import (
    AwarenessEntry,
    MessageKind,
    encode_awareness,
    encode_message,
    write_varuint,
)
from tutorium.server.refusals import BOARD


def board_of(session: str, account: Account) -> str:
    """Where the board's socket is."""
    return f"/ws/board/{session}?token={account.token}"


def drawn(element_id: str) -> bytes:
    """The update that draws an element."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    elements = doc.get("elements", type=pycrdt.Map)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    elements[element_id] = pycrdt.Map({"type": "rectangle", "x": 1.0, "y": 1.0, "width": 9.0, "height": 9.0, "seed": 1.0})
    doc.unobserve(subscription)
    return updates[0]


def presence(state: bytes, client: int = 7, clock: int = 1) -> bytes:
    """An awareness message."""
    return encode_message(MessageKind.AWARENESS, encode_awareness([AwarenessEntry(client, clock, state)]))


def test_text_on_a_board(server: LiveServer, ann: Account, session: str) -> None:
    """The protocol is binary."""
    check_closed(talk(server, board_of(session, ann), '{"type":"start"}'), row(BOARD, "a text message"))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x00",
        b"\x00\x00\x05a",
        b"\x00\x00\x01\xff",
        b"\x00\x02\x03\xff\xff\xff",
        b"\x00\x01\x04\x01\x01\x01\x01",
        b"\x00\x02" + write_varuint(2**60),
        b"\xff" * 30,
        b"\x01\x01\x05",
        b"\x01\x02\xff\x7f",
        encode_message(MessageKind.UPDATE, drawn("a")[:-3]),
        presence(b"{}", client=2**53),
        presence(b"{}", clock=2**63),
    ],
)
def test_bytes_that_are_no_message(server: LiveServer, ann: Account, session: str, message: bytes) -> None:
    """Cut, garbled, endless, and numbers that pages cannot count. The board stays as it was."""
    board = BoardSocket(server.socket_origin, session, ann.token)
    before = board.ids()
    check_closed(talk(server, board_of(session, ann), message), row(BOARD, "a message that is no y-protocols"))
    assert board.ids() == before
    board.close()


def test_what_is_passed_over(server: LiveServer, ann: Account, session: str) -> None:
    """Unknown messages, and presence that is garbage, too large, nested without end, or in another's name."""
    harmless = [
        b"\x09hello",
        b"\x02\x00\x01x",
        b"\x00\x09\x01x",
        presence(b"\xff\xfe"),
        presence(b"[" * 9_000),
        presence(b'{"x":' + b"[" * 8_000 + b"]" * 8_000 + b"}"),
        presence(b'{"user":{"id":"somebody else","kind":"person"}}'),
        presence(b'{"user":{"id":"tutor","kind":"tutor"}}'),
        presence(b'"' + b"x" * 20_000 + b'"'),
    ]
    heard = talk(server, board_of(session, ann), *harmless, b"\x03", presence(b'{"ok":true}'), until=b'"ok"'.hex())
    assert heard.code is None
    kinds = [message[0] for message in heard.messages if isinstance(message, bytes)]
    assert kinds.count(1) <= 2
    assert not any(b"somebody else" in message for message in heard.messages if isinstance(message, bytes))


def test_what_a_viewer_draws(server: LiveServer, ann: Account, viewer: Account, session: str) -> None:
    """It reaches nobody, and is not kept."""
    board = BoardSocket(server.socket_origin, session, ann.token)
    drawing = encode_message(MessageKind.UPDATE, drawn("from-a-viewer"))
    talk(server, board_of(session, viewer), drawing, presence(b'{"here":1}', client=8), until=b'"here"'.hex())
    assert board.draw("from-the-owner", 1.0)
    again = BoardSocket(server.socket_origin, session, ann.token)
    again.wait_for_ids({"from-the-owner"})
    assert "from-a-viewer" not in board.ids() | again.ids()
    board.close()
    again.close()


def test_an_epoch_that_is_none(server: LiveServer, ann: Account, session: str) -> None:
    """A replica that brings state must say which document it is of."""
    doc: pycrdt.Doc[Any] = pycrdt.Doc()
    doc.get("elements", type=pycrdt.Map)["x"] = 1.0
    state = encode_message(MessageKind.STATE_VECTOR, doc.get_state())
    for epoch in ("x", "-1", "7", "%00", "9" * 30, "²"):
        heard = talk(server, f"{board_of(session, ann)}&epoch={epoch}", state)
        check_closed(heard, row(BOARD, "a replica of an earlier document"))
