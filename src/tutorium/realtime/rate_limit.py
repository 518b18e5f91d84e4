"""How many messages one connection may send: a bucket that fills steadily and holds a burst."""


class RateLimit:
    """A token bucket. Times are seconds of a monotonic clock, given by the caller."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, now: float, *, burst: int, per_second: float) -> None:
        """Begin full."""
        self._burst = float(burst)
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token and return True, or return False when there is none."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
