"""What one peer, one address and the whole process may take, and how many connections there are now."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias

SocketLibrary: TypeAlias = Literal["auto", "picows", "sansio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSettings:
    """How the connection layer behaves. Sizes in bytes, times in seconds; the defaults fit one machine with a class on it.

    `library` chooses who reads frames: `picows` (native, fast), `sansio` (the `websockets` package, slower, everywhere), or
    `auto`: picows when it passes the test at start-up. `allowed_origins` are those of other sites whose pages may connect; the
    server's own is always allowed. The `X-Forwarded-*` headers of `trusted_proxies` (addresses or networks, `*` for all) are
    believed.
    """

    library: SocketLibrary = "auto"
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    max_connections: int = 20_000
    """An idle connection costs about 30 KiB: 600 MiB in all."""
    max_connections_per_address: int = 15_000
    """A school or a load test is one address; this only keeps one of them from taking everything."""
    max_unread_bytes: int = 4 * 1024 * 1024
    """How far a reader may fall behind before it is closed with 1013; the largest message on its way is not counted."""
    drained_bytes: int = 64 * 1024
    """Below this a connection counts as drained: one more write keeps a fast network busy."""
    max_waiting_bytes: int = 1024 * 1024
    """What a peer may send before its channel has answered; beyond that nothing more is read until it has."""
    open_seconds: float = 20.0
    """How long a channel may take to let somebody in."""
    ping_seconds: float = 15.0
    """A ping goes out after this long without a frame from the peer. Some clients leave after 30 s of silence."""
    silent_seconds: float = 60.0
    """A peer that has sent no frame for this long, not even a pong, is gone."""
    close_seconds: float = 5.0
    """How long the closing handshake may take before the connection is cut."""
    handshake_bytes: int = 32 * 1024
    """The largest upgrade request: a token is one or two KiB."""


class ConnectionCounts:
    """How many connections are open, in all and from each address."""

    __slots__ = ("_by_address", "_settings", "total")

    def __init__(self, settings: SocketSettings) -> None:
        """Begin with none."""
        self._settings = settings
        self._by_address: Counter[str] = Counter()
        self.total = 0

    def refusal(self, address: str) -> str | None:
        """Return which limit one more connection from `address` would break, None when it is welcome."""
        if self.total >= self._settings.max_connections:
            return "too_many_connections"
        if self._by_address[address] >= self._settings.max_connections_per_address:
            return "too_many_connections_from_address"
        return None

    def add(self, address: str) -> None:
        """Count one connection."""
        self.total += 1
        self._by_address[address] += 1

    def remove(self, address: str) -> None:
        """Count one connection less."""
        self.total -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]
