"""What uvicorn expects of a `ws=` class, and what both adapters share: the opening handshake.

uvicorn makes one object per upgrade, calls `connection_made`, then `data_received` with the whole request as it parsed it, and
only then gives the object the transport. `shutdown` is called when the server stops; `connections` is what it waits for.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Protocol, cast

import structlog

from tutorium.sockets.handshake import Handshake, HandshakeError, encode_refused, parse_handshake
from tutorium.sockets.live_connection import LiveConnection
from tutorium.sockets.server import Admission, RefusedError, SocketServer

_log = structlog.get_logger()


class UvicornState(Protocol):
    """The part of uvicorn's `ServerState` that a protocol keeps up to date."""

    connections: set[Any]
    tasks: set[asyncio.Task[None]]


def peer_address(transport: asyncio.BaseTransport) -> str:
    """Return the address of the other side, `unix` for a Unix socket."""
    peer: object = transport.get_extra_info("peername")
    return str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) and peer else "unix"


class Reception:
    """Decides about one upgrade request, and knows the connection that came of it."""

    def __init__(self, server: SocketServer, owner: object, state: UvicornState) -> None:
        """Receive for `owner`, the protocol object that uvicorn knows."""
        self.server = server
        self.connection: LiveConnection | None = None
        self._owner = owner
        self._state = state

    def receive(self, transport: asyncio.Transport, head: bytes) -> tuple[Handshake, Admission] | None:
        """Return what was asked for and where it leads, or answer the refusal, close and return None."""
        self._state.connections.add(self._owner)
        with self._refusing(transport):
            if len(head) > self.server.settings.handshake_bytes:
                raise HandshakeError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request's headers are too long")
            handshake = parse_handshake(head)
            is_secure = transport.get_extra_info("ssl_object") is not None
            return handshake, self.server.admit(handshake, peer=peer_address(transport), is_secure=is_secure)
        return None

    def begin(self, connection: LiveConnection) -> None:
        """Begin to open an accepted connection; uvicorn waits for the opening when it stops."""
        self.connection = connection
        task = self.server.start(connection)
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    def lost(self, code: int | None = None, reason: str = "") -> None:
        """The transport is gone."""
        self._state.connections.discard(self._owner)
        if self.connection is not None:
            self.server.disconnected(self.connection, code, reason)

    def shutdown(self, transport: asyncio.BaseTransport | None) -> None:
        """The server stops."""
        self.server.is_draining = True
        if self.connection is not None:
            self.connection.say_farewell()
        elif transport is not None:
            transport.close()

    @contextmanager
    def _refusing(self, transport: asyncio.Transport) -> Generator[None]:
        try:
            yield
        except HandshakeError as error:
            self.server.refused(error)
            code = error.code if isinstance(error, RefusedError) else "bad_request"
            transport.write(encode_refused(error.status, code, error.reason))
            transport.close()
