"""The opening handshake, pure: RFC 6455's own example, and every way to be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.sockets.handshake import HandshakeError, accept_value, encode_accepted, parse_handshake

GOOD = (
    b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
)


def test_the_example_of_the_standard() -> None:
    """The key of RFC 6455, section 1.3 gets the answer printed there."""
    handshake = parse_handshake(GOOD)
    assert accept_value(handshake.key) == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert handshake.target == "/chat"
    assert b"101 Switching Protocols" in encode_accepted(handshake.key)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"GET", b"PUT", 405),
        (b"HTTP/1.1", b"HTTP/1.0", 400),
        (b"GET /chat", b"GET", 400),
        (b"Upgrade: websocket", b"Upgrade: h2c", 400),
        (b"Connection: Upgrade", b"Connection: close", 400),
        (b"Version: 13", b"Version: 12", 426),
        (b"Host: server.example.com\r\n", b"", 400),
        (b"Host: server.example.com", b"Host: a\r\nHost: b", 400),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"AAAA", 400),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"????", 400),
        (b"Host:", b"Ho st:", 400),
        (b"Host:", b"no colon\r\nHost:", 400),
        (b"Host:", b" folded\r\nHost:", 400),
    ],
)
def test_what_is_no_request_for_a_websocket(old: bytes, new: bytes, status: int) -> None:
    """Each gets the status that says what is wrong."""
    with pytest.raises(HandshakeError) as caught:
        parse_handshake(GOOD.replace(old, new))
    assert caught.value.status == status


def test_a_browsers_connection_header() -> None:
    """Some browsers send `keep-alive, Upgrade`; case does not matter."""
    assert parse_handshake(GOOD.replace(b"Connection: Upgrade", b"connection: Keep-Alive, UPGRADE")).key


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(head: bytes) -> None:
    """Nothing else is raised, whatever comes."""
    with pytest.raises(HandshakeError):
        parse_handshake(head)
