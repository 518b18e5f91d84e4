"""What every live channel sees of a WebSocket, whichever library carries it.

A channel is a `SocketEndpoint`: it is asked once per connection for a handler and then called back, in order, from the event
loop. No task and no future is made per message. Sends are queued and leave as one write per connection and loop turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

_NO_PARAMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeRequest:
    """The HTTP request that asked for a WebSocket.

    `path` is decoded and without query; `query` keeps the first value of each name; header names are lower case.
    `origin` of the server as the client named it (scheme and host) is in `server_origin`. `params` are the named parts of
    the route's path: `session` of `/ws/board/{session}`.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    client_address: str
    server_origin: str
    params: Mapping[str, str] = field(default_factory=lambda: _NO_PARAMS)


class Connection(Protocol):
    """One open WebSocket, as a channel uses it. All calls are made on the event loop's thread."""

    @property
    def id(self) -> str:
        """A random id for logs and metrics."""
        ...

    @property
    def request(self) -> UpgradeRequest:
        """The upgrade request that opened this connection."""
        ...

    @property
    def is_open(self) -> bool:
        """False once either side has begun to close."""
        ...

    def send(self, message: bytes | str) -> None:
        """Queue one whole message (bytes: binary frame, str: text frame). A no-op when the connection is closing.

        A reader that falls too far behind is closed with `CloseCode.TRY_AGAIN_LATER` instead of being buffered without end.
        """
        ...

    def send_frame(self, frame: bytes) -> None:
        """Queue an already encoded frame (see `frames.encode_frame`), so that a room frames once for all its peers."""
        ...

    def buffered_bytes(self) -> int:
        """Return how many bytes wait to be read by the other side."""
        ...

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call back once, from the loop, as soon as little waits to be read by the other side, or the connection is over."""
        ...

    def close(self, code: int, reason: str = "") -> None:
        """Send what is queued, then start the closing handshake. Repeated calls do nothing."""
        ...


class SocketHandler(Protocol):
    """A channel's side of one connection. Exceptions from a callback close the connection with 1011 and are logged."""

    def on_message(self, message: bytes | str) -> None:
        """Take one whole message, at most the endpoint's `max_message_bytes`. Must not block."""
        ...

    def on_closed(self, code: int, reason: str) -> None:
        """Called exactly once, after the last message; `code` is 1006 when the peer vanished."""
        ...


class SocketEndpoint(Protocol):
    """A channel: how connections to one route are taken in."""

    @property
    def max_message_bytes(self) -> int:
        """Larger messages close the connection with 1009."""
        ...

    async def open(self, connection: Connection) -> SocketHandler | None:
        """Authorize and return a handler, or close `connection` with a code of `close_codes` and return None.

        Messages that arrive meanwhile wait (bounded) and are delivered in order afterwards.
        """
        ...
