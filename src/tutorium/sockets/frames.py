"""RFC 6455 frames, as pure functions and one small machine that joins fragments to messages.

Knows no library and does no I/O. What a server sends is never masked, so a frame is made once for all who receive it.
"""

import struct
from enum import IntEnum
from typing import Final

from tutorium.sockets.close_codes import CloseCode

MAX_CONTROL_BYTES: Final = 125
MAX_REASON_BYTES: Final = MAX_CONTROL_BYTES - 2
"""A control frame's payload is at most 125 bytes; two of a close frame's are the code."""

NO_STATUS: Final = 1005
"""What a close frame without a code stands for. Never sent."""

_FIN: Final = 0x80
_LENGTH_16: Final = struct.Struct("!BBH")
_LENGTH_64: Final = struct.Struct("!BBQ")
_CODE: Final = struct.Struct("!H")

# RFC 6455, 7.4: these stand for "no code", "connection lost" and "TLS failed"; 1004 is reserved. None may be on the wire.
_NEVER_ON_THE_WIRE: Final = frozenset({1004, NO_STATUS, int(CloseCode.ABNORMAL), 1015})


class Opcode(IntEnum):
    """The kinds of frames."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class FrameError(Exception):
    """The peer broke the protocol; the connection is to be closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        """Keep what is told to the peer."""
        self.code = code
        self.reason = reason
        super().__init__(reason)


def encode_frame(message: bytes | str) -> bytes:
    """Return a whole message as one unmasked frame: text for str, binary for bytes."""
    if isinstance(message, str):
        return _frame(Opcode.TEXT, message.encode())
    return _frame(Opcode.BINARY, message)


def encode_text_frame(text: bytes) -> bytes:
    """Return UTF-8 text that is encoded already as one text frame."""
    return _frame(Opcode.TEXT, text)


def encode_ping(payload: bytes = b"") -> bytes:
    """Return a ping frame."""
    return _frame(Opcode.PING, payload)


def encode_pong(payload: bytes) -> bytes:
    """Return the answer to a ping with `payload`."""
    return _frame(Opcode.PONG, payload)


def encode_close(code: int, reason: str = "") -> bytes:
    """Return a close frame; a reason that is too long is cut between two characters."""
    if code == NO_STATUS:
        return _frame(Opcode.CLOSE, b"")
    return _frame(Opcode.CLOSE, _CODE.pack(code) + cut_reason(reason).encode())


def cut_reason(reason: str) -> str:
    """Return as much of `reason` as a close frame can carry."""
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")


def decode_close(payload: bytes) -> tuple[int, str]:
    """Return code and reason of a close frame (1005 when it has none). Raises FrameError."""
    if not payload:
        return NO_STATUS, ""
    if len(payload) == 1:
        raise FrameError(CloseCode.PROTOCOL_ERROR, "close frame of one byte")
    code = _CODE.unpack_from(payload)[0]
    if not 1000 <= code < 5000 or code in _NEVER_ON_THE_WIRE or 1016 <= code < 3000:
        raise FrameError(CloseCode.PROTOCOL_ERROR, "close code that may not be sent")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise FrameError(CloseCode.INVALID_TEXT, "close reason is not UTF-8") from None


def decode_text(payload: bytes | bytearray) -> str:
    """Return a text message. Raises FrameError (1007) for anything but UTF-8."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise FrameError(CloseCode.INVALID_TEXT, "text is not UTF-8") from None


class MessageAssembler:
    """Joins the data frames of one connection to messages of at most `max_bytes`.

    Fragments are copied into one growing buffer, so that a million empty ones cost nothing.
    """

    __slots__ = ("_buffer", "_is_text", "_max_bytes")

    def __init__(self, max_bytes: int) -> None:
        """Begin with no message."""
        self._max_bytes = max_bytes
        self._buffer: bytearray | None = None
        self._is_text = False

    def take(self, opcode: int, is_final: bool, payload: bytes) -> bytes | str | None:
        """Take one data frame and return the message it completes, if it does.

        Raises FrameError: 1002 for a continuation of nothing or a new message inside another, 1007, 1009.
        """
        if opcode == Opcode.CONTINUATION:
            return self._continue(is_final, payload)
        if self._buffer is not None:
            raise FrameError(CloseCode.PROTOCOL_ERROR, "a new message began before the last one ended")
        if len(payload) > self._max_bytes:
            raise FrameError(CloseCode.MESSAGE_TOO_BIG, self._too_big())
        if is_final:
            return decode_text(payload) if opcode == Opcode.TEXT else payload
        self._buffer = bytearray(payload)
        self._is_text = opcode == Opcode.TEXT
        return None

    def _continue(self, is_final: bool, payload: bytes) -> bytes | str | None:
        buffer = self._buffer
        if buffer is None:
            raise FrameError(CloseCode.PROTOCOL_ERROR, "a continuation of no message")
        if len(buffer) + len(payload) > self._max_bytes:
            raise FrameError(CloseCode.MESSAGE_TOO_BIG, self._too_big())
        buffer += payload
        if not is_final:
            return None
        self._buffer = None
        return decode_text(buffer) if self._is_text else bytes(buffer)

    def _too_big(self) -> str:
        return f"messages are at most {self._max_bytes} bytes"


def _frame(opcode: Opcode, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((_FIN | opcode, size)) + payload
    if size < 65_536:
        return _LENGTH_16.pack(_FIN | opcode, 126, size) + payload
    return _LENGTH_64.pack(_FIN | opcode, 127, size) + payload
