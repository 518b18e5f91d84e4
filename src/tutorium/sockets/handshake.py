"""The opening handshake of RFC 6455 (section 4), from bytes to a checked request and from a decision to bytes."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from http import HTTPStatus
from typing import Final

import msgspec

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


REFUSAL_HEADERS: Final = (
    "Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: same-origin\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
)
"""A refusal can be opened in a browser like any other answer, and must be as harmless."""


class HandshakeError(Exception):
    """The request is no proper request for a WebSocket; it is answered with `status`."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        """Keep what is answered."""
        self.status = status
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A checked request: the target as it was sent, headers with lower-case names, and the key to be answered."""

    target: str
    headers: Mapping[str, str]
    key: bytes


def parse_handshake(head: bytes) -> Handshake:
    """Return the request in `head` (up to and without the empty line). Raises HandshakeError.

    Of a header that comes more than once, the values are joined by commas, as HTTP has it; a second key or `Host` is refused.
    """
    request, *lines = head.split(b"\r\n")
    parts = request.split(b" ")
    if len(parts) != 3 or parts[2] != b"HTTP/1.1":
        raise HandshakeError(HTTPStatus.BAD_REQUEST, "not a request of HTTP/1.1")
    if parts[0] != b"GET":
        raise HandshakeError(HTTPStatus.METHOD_NOT_ALLOWED, "a WebSocket begins with GET")
    headers = _parse_headers(lines)
    if "websocket" not in _tokens(headers, "upgrade") or "upgrade" not in _tokens(headers, "connection"):
        raise HandshakeError(HTTPStatus.BAD_REQUEST, "not a request for a WebSocket")
    if headers.get("sec-websocket-version") != "13":
        raise HandshakeError(HTTPStatus.UPGRADE_REQUIRED, "only version 13 of the WebSocket protocol is spoken here")
    if not headers.get("host"):
        raise HandshakeError(HTTPStatus.BAD_REQUEST, "no Host header")
    target = parts[1].decode("ascii", errors="replace")
    return Handshake(target=target, headers=headers, key=_checked_key(headers.get("sec-websocket-key", "")))


def accept_value(key: bytes) -> bytes:
    """Return what proves to the client that this server speaks WebSocket."""
    return b64encode(sha1(key + _GUID).digest())


def encode_accepted(key: bytes) -> bytes:
    """Return the answer that turns the connection into a WebSocket. No extension is agreed to."""
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept_value(key)
        + b"\r\n\r\n"
    )


def encode_refused(status: HTTPStatus, code: str, message: str) -> bytes:
    """Return the answer that refuses, with `{code, message}` as its body, after which the connection is closed."""
    body = msgspec.json.encode({"code": code, "message": message})
    extra = "Sec-WebSocket-Version: 13\r\n" if status is HTTPStatus.UPGRADE_REQUIRED else ""
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n{extra}Connection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{REFUSAL_HEADERS}\r\n"
    )
    return head.encode("ascii") + body


def _parse_headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name):
            raise HandshakeError(HTTPStatus.BAD_REQUEST, "a header line that is none")
        key, text = name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")
        if key in headers:
            if key in ("host", "origin", "authorization", "sec-websocket-key", "sec-websocket-version"):
                raise HandshakeError(HTTPStatus.BAD_REQUEST, f"more than one {key} header")
            text = f"{headers[key]}, {text}"
        headers[key] = text
    return headers


def _tokens(headers: Mapping[str, str], name: str) -> set[str]:
    return {token.strip().lower() for token in headers.get(name, "").split(",")}


def _checked_key(text: str) -> bytes:
    try:
        key = text.encode("ascii")
        if len(b64decode(key, validate=True)) == 16:
            return key
    except ValueError:
        pass
    raise HandshakeError(HTTPStatus.BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes of base64")
