"""What a WebSocket library's adapter offers to the connection above it: bytes out, and how many of them wait."""

from typing import Protocol


class Carrier(Protocol):
    """The transport of one connection. No call raises; after the transport is gone none does anything."""

    def write(self, data: bytes) -> None:
        """Send whole frames."""
        ...

    def buffered_bytes(self) -> int:
        """Return how many written bytes the other side's machine has not taken yet."""
        ...

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        ...

    def resume_reading(self) -> None:
        """Read again."""
        ...

    def end(self) -> None:
        """Close once everything written was sent."""
        ...

    def abort(self) -> None:
        """Close at once and forget what waits."""
        ...
