"""Does the native adapter still work with the picows that is installed? Asked once, before the server relies on it."""

import asyncio
import socket
from dataclasses import dataclass, field
from typing import Any

from tutorium.sockets.connection import Connection, SocketHandler
from tutorium.sockets.frames import encode_frame
from tutorium.sockets.handshake import accept_value
from tutorium.sockets.limits import SocketSettings
from tutorium.sockets.server import SocketServer
from tutorium.sockets.upgrade import SocketRoute, SocketRoutes

_KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
_REQUEST = (
    b"GET /self-test HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + _KEY + b"\r\n\r\n"
)
_MESSAGE = "does it work?"
_STEPS = 20


class SelfTestError(Exception):
    """The native adapter does not work with the installed picows; the other adapter is used."""


async def self_test_picows() -> None:
    """Open, echo one message and close over a transport that exists in memory only. Raises SelfTestError."""
    try:
        await _converse()
    except SelfTestError:
        raise
    except Exception as error:
        raise SelfTestError(f"{type(error).__name__}: {error}") from error


async def _converse() -> None:
    from tutorium.sockets.picows_protocol import picows_protocol_class

    routes = SocketRoutes([SocketRoute(pattern="/self-test", endpoint=_Echo())])
    server = SocketServer(routes, SocketSettings())
    with socket.socket() as unconnected:
        transport = _MemoryTransport(unconnected)
        protocol = picows_protocol_class(server)(config=None, server_state=_State(), app_state={})
        protocol.connection_made(transport)
        protocol.data_received(_REQUEST)
        _expect(accept_value(_KEY) in transport.take(), "the handshake was not answered")
        await _turns()
        _push(protocol, _masked(0x81, _MESSAGE.encode()))
        await _turns()
        _expect(transport.take() == encode_frame(_MESSAGE), "a message was not echoed")
        _push(protocol, _masked(0x88, b"\x03\xe8"))
        _expect(transport.take() == b"\x88\x02\x03\xe8" and transport.is_closed, "the closing handshake failed")
        protocol.connection_lost(None)
        _expect(not server.connections, "a lost connection is still counted")


def _push(protocol: Any, data: bytes) -> None:
    buffer = memoryview(protocol.get_buffer(-1))
    buffer[: len(data)] = data
    protocol.buffer_updated(len(data))


def _masked(first_byte: int, payload: bytes) -> bytes:
    mask = b"\x01\x02\x03\x04"
    return bytes((first_byte, 0x80 | len(payload))) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def _expect(is_true: bool, message: str) -> None:
    if not is_true:
        raise SelfTestError(message)


async def _turns() -> None:
    for _ in range(_STEPS):
        await asyncio.sleep(0)


@dataclass
class _State:
    connections: set[Any] = field(default_factory=set[Any])
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])


class _Echo:
    max_message_bytes = 1024

    async def open(self, connection: Connection) -> SocketHandler | None:
        return _EchoHandler(connection)


class _EchoHandler:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on_message(self, message: bytes | str) -> None:
        self._connection.send(message)

    def on_closed(self, code: int, reason: str) -> None:
        del code, reason


class _MemoryTransport(asyncio.Transport):
    """Collects what is written. picows wants a real socket to set options on."""

    def __init__(self, unconnected: socket.socket) -> None:
        super().__init__({"socket": unconnected, "peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self._written = bytearray()
        self.is_closed = False

    def take(self) -> bytes:
        written = bytes(self._written)
        self._written.clear()
        return written

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        self._written += data

    def get_write_buffer_size(self) -> int:
        # Never zero: with an empty buffer picows writes past the transport, to the socket itself.
        return 1

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        del high, low

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True
