"""Frames read by picows, plugged into uvicorn as its `ws=` class.

Bound to picows 2.3 (pinned): its protocol class is built by a constructor that is no documented API. `self_test` shows at
start-up that it still does what is needed here; when it does not, the other adapter is used. picows checks masks, opcodes,
lengths and control frames; reserved bits, fragments, UTF-8, pings and the closing handshake are ours. It sets options of TCP
sockets, so a server on a Unix socket needs the other adapter.
"""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import structlog
from picows.picows import WSFrame, WSListener, WSTransport

from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.frames import FrameError
from tutorium.sockets.live_connection import LiveConnection
from tutorium.sockets.server import SocketServer
from tutorium.sockets.uvicorn_protocol import Reception, UvicornState

if TYPE_CHECKING:

    class WSProtocol(asyncio.BufferedProtocol):
        """What is used of picows' class, which its stubs do not mention."""

        transport: WSTransport

        def __init__(self, *arguments: object) -> None:
            """Take 15 arguments by position: see `_constructor_arguments`."""

else:
    from picows.picows import WSProtocol

_log = structlog.get_logger()

READ_BUFFER_BYTES = 8 * 1024
"""picows' buffer grows with what arrives; an idle connection keeps this much."""

# A request that picows accepts whatever the client's looked like: ours was checked before, more strictly and more widely
# (`Connection: keep-alive, Upgrade` is right, and picows does not take it).
_PLAIN_REQUEST = (
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n\r\n"
)


class PicowsProtocol(WSProtocol):
    """A connection whose bytes uvicorn hands over; made into a class for one server by `picows_protocol_class`."""

    server: SocketServer

    def __init__(self, config: object, server_state: UvicornState, app_state: dict[str, Any], _loop: object = None) -> None:
        """Take what uvicorn passes. picows' own part is built when the request has been accepted."""
        del config, app_state, _loop
        self._reception = Reception(self.server, self, server_state)
        self._plain_transport: asyncio.Transport | None = None
        self._is_upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The request follows."""
        # A cast, because uvloop's transports inherit from nothing.
        self._plain_transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take the request; afterwards the transport fills picows' buffer directly."""
        if self._is_upgraded:
            self._feed(data)
            return
        transport = self._plain_transport
        assert transport is not None
        head, _, rest = data.partition(b"\r\n\r\n")
        received = self._reception.receive(transport, head)
        if received is None:
            return
        handshake, admission = received
        settings = self.server.settings
        transport.set_write_buffer_limits(high=2 * settings.drained_bytes, low=settings.drained_bytes)
        connection = self.server.connect(self, admission)
        listener = _Listener(connection)
        super().__init__(*_constructor_arguments(listener, admission.route.endpoint.max_message_bytes))
        super().connection_made(transport)
        self._is_upgraded = True
        self._reception.begin(connection)
        self._feed(_PLAIN_REQUEST % handshake.key + rest)

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        if not self._is_upgraded:
            self._reception.lost()
            return
        super().connection_lost(exc)
        closing = self.transport.close_handshake
        # Set when picows itself found the peer at fault; all other close frames are written and remembered by the connection.
        sent: Any = closing.sent if closing is not None else None  # pyright: ignore[reportUnnecessaryComparison]  # None until then
        if sent is None:
            self._reception.lost()
        else:
            self._reception.lost(int(sent.code), str(sent.reason))
        self._plain_transport = None

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        if self._reception.connection is not None:
            self._reception.connection.writing_paused()

    def resume_writing(self) -> None:
        """The transport's buffer is nearly empty."""
        if self._reception.connection is not None:
            self._reception.connection.writing_resumed()

    def shutdown(self) -> None:
        """The server stops."""
        self._reception.shutdown(self._plain_transport)

    def _feed(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            buffer: memoryview = memoryview(self.get_buffer(len(view)))
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            self.buffer_updated(size)
            view = view[size:]

    # ---- Carrier ----

    def write(self, data: bytes) -> None:
        """Send whole frames."""
        transport = self._plain_transport
        if transport is not None and not transport.is_closing() and not self.transport.is_close_frame_sent:
            transport.write(data)

    def buffered_bytes(self) -> int:
        """Return how many bytes the transport holds."""
        return self._plain_transport.get_write_buffer_size() if self._plain_transport is not None else 0

    def pause_reading(self) -> None:
        """Read nothing for now."""
        if self._plain_transport is not None and not self._plain_transport.is_closing():
            self._plain_transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self._plain_transport is not None and not self._plain_transport.is_closing():
            self._plain_transport.resume_reading()

    def end(self) -> None:
        """Close once everything was sent."""
        if self._plain_transport is not None:
            self._plain_transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._plain_transport is not None:
            self._plain_transport.abort()


class _Listener(WSListener):
    """Hands picows' frames to the connection."""

    def __init__(self, connection: LiveConnection) -> None:
        self._connection = connection

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self._connection.fail(FrameError(CloseCode.PROTOCOL_ERROR, "a reserved bit is set, but no extension was agreed to"))
            return
        self._connection.receive(int(frame.msg_type), bool(frame.fin), frame.get_payload_as_bytes())  # pyright: ignore[reportArgumentType]  # an IntEnum


class _PicowsLog:
    """picows logs through the object it is given. What peers do wrong is no news; what goes wrong inside is."""

    name = "picows"

    def isEnabledFor(self, level: int) -> bool:  # the standard library's spelling
        return False

    def log(self, level: int, message: str, *arguments: object) -> None:
        del level, message, arguments

    def info(self, message: str, *arguments: object) -> None:
        del message, arguments

    def warning(self, message: str, *arguments: object) -> None:
        _log.debug("socket.picows", detail=message % arguments)

    def error(self, message: str, *arguments: object) -> None:
        _log.info("socket.picows", detail=message % arguments)

    def exception(self, message: str, *arguments: object) -> None:
        _log.exception("socket.picows", detail=message % arguments)


_picows_log = _PicowsLog()


def _constructor_arguments(listener: WSListener, max_frame_bytes: int) -> tuple[object, ...]:
    from picows import WSAutoPingStrategy

    def listener_of(request: object) -> WSListener:
        del request
        return listener

    return (
        None,  # host and port: of clients only
        None,  # path: of clients only
        False,  # is this a client
        listener_of,
        _picows_log,
        True,  # disconnect when a callback raises
        None,  # no time limit for the handshake: it is in our hands already
        False,  # no automatic pings: the connection beats
        None,
        None,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        False,  # no automatic pongs: they count towards what a slow reader may leave unread
        max_frame_bytes,
        None,  # extra headers: of clients only
        READ_BUFFER_BYTES,
    )


def picows_protocol_class(server: SocketServer) -> type[PicowsProtocol]:
    """Return the class to give to uvicorn as `ws=`."""
    return type("PicowsProtocolOfServer", (PicowsProtocol,), {"server": server})
