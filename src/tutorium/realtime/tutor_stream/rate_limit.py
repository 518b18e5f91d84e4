"""How many commands one connection may send: a bucket that fills steadily."""

# A person clicks and types; twenty at once is a page that catches up after a reconnect.
BURST = 20
COMMANDS_PER_SECOND = 5.0


class RateLimit:
    """A token bucket. Times are seconds of a monotonic clock, given by the caller."""

    def __init__(self, now: float, *, burst: int = BURST, per_second: float = COMMANDS_PER_SECOND) -> None:
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
