"""Frames read by the `websockets` package's documented sans-I/O parser: slower than picows, and there wherever Python is.

Only its parser is used. What it would answer by itself (pongs, close frames) is dropped, because `LiveConnection` answers.
"""

import asyncio
from typing import Any, cast

from websockets.frames import Frame
from websockets.protocol import SERVER, Protocol, State

from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.frames import FrameError
from tutorium.sockets.handshake import encode_accepted
from tutorium.sockets.server import SocketServer
from tutorium.sockets.uvicorn_protocol import Reception, UvicornState


class SansioProtocol(asyncio.Protocol):
    """A connection whose bytes uvicorn hands over; made into a class for one server by `sansio_protocol_class`."""

    server: SocketServer

    def __init__(self, config: object, server_state: UvicornState, app_state: dict[str, Any], _loop: object = None) -> None:
        """Take what uvicorn passes; nothing of it is needed but the state."""
        del config, app_state, _loop
        self._reception = Reception(self.server, self, server_state)
        self._transport: asyncio.Transport | None = None
        self._parser: Protocol | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The request follows."""
        # A cast, because uvloop's transports inherit from nothing.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take the request at first, then frames."""
        if self._parser is None:
            self._upgrade(data)
            return
        self._parser.receive_data(data)
        self._take_frames(self._parser)

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        self._reception.lost()
        self._transport = None

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
        self._reception.shutdown(self._transport)

    def _upgrade(self, data: bytes) -> None:
        transport = self._transport
        assert transport is not None
        head, _, rest = data.partition(b"\r\n\r\n")
        received = self._reception.receive(transport, head)
        if received is None:
            return
        handshake, admission = received
        settings = self.server.settings
        transport.set_write_buffer_limits(high=2 * settings.drained_bytes, low=settings.drained_bytes)
        transport.write(encode_accepted(handshake.key))
        self._parser = Protocol(SERVER, state=State.OPEN, max_size=admission.route.endpoint.max_message_bytes)
        self._reception.begin(self.server.connect(self, admission))
        if rest:
            self.data_received(rest)

    def _take_frames(self, parser: Protocol) -> None:
        connection = self._reception.connection
        assert connection is not None
        parser.data_to_send()
        for event in parser.events_received():
            assert isinstance(event, Frame)
            connection.receive(event.opcode, event.fin, bytes(event.data))
        if parser.parser_exc is not None:
            sent = parser.close_sent
            code, reason = (sent.code, sent.reason) if sent is not None else (int(CloseCode.PROTOCOL_ERROR), "")
            connection.fail(FrameError(code, reason))

    # ---- Carrier ----

    def write(self, data: bytes) -> None:
        """Send whole frames."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def buffered_bytes(self) -> int:
        """Return how many bytes the transport holds."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def pause_reading(self) -> None:
        """Read nothing for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def end(self) -> None:
        """Close once everything was sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()


def sansio_protocol_class(server: SocketServer) -> type[SansioProtocol]:
    """Return the class to give to uvicorn as `ws=`."""
    return type("SansioProtocolOfServer", (SansioProtocol,), {"server": server})
