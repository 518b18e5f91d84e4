"""What the connection layer counts; whoever runs it supplies the counters."""

from typing import Protocol


class SocketMetrics(Protocol):
    """Called from the event loop; must not block. `route` is the pattern of a route, never a path with ids."""

    def opened(self, route: str) -> None:
        """A connection was upgraded."""
        ...

    def closed(self, route: str, code: int) -> None:
        """A connection is over; `code` is who closed first's, 1006 when the peer vanished."""
        ...

    def refused(self, reason: str) -> None:
        """An upgrade was refused: not_found, bad_handshake, origin, too_many_connections, ..., draining."""
        ...

    def received(self, route: str, size: int) -> None:
        """A message of `size` bytes (characters for text) arrived."""
        ...

    def sent(self, route: str, size: int) -> None:
        """`size` bytes were written, in one go."""
        ...


class NoMetrics:
    """Counts nothing."""

    def opened(self, route: str) -> None:
        """Do nothing."""

    def closed(self, route: str, code: int) -> None:
        """Do nothing."""

    def refused(self, reason: str) -> None:
        """Do nothing."""

    def received(self, route: str, size: int) -> None:
        """Do nothing."""

    def sent(self, route: str, size: int) -> None:
        """Do nothing."""
