"""How often one address or one email may knock: token buckets in memory, each process for itself."""

from collections import OrderedDict
from dataclasses import dataclass

from tutorium.errors import RateLimitedError
from tutorium.runtime import Runtime

MAX_CALLERS = 50_000
"""Buckets kept; the one that was idle longest goes first, and by then it is mostly full again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` tries at once; after that one more every `every_seconds`."""

    burst: int
    every_seconds: float


class RateLimit:
    """One rule, kept apart for each caller."""

    def __init__(self, rate: Rate, runtime: Runtime) -> None:
        """Start with a full bucket for everybody."""
        self.rate = rate
        self._runtime = runtime
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one try of `caller`. Raises RateLimitedError with `retry_after` in seconds; a refused try is not counted."""
        level, now = self._level(caller)
        if level < 1:
            raise RateLimitedError(retry_after=max(1, round((1 - level) * self.rate.every_seconds)))
        self._set(caller, level - 1, now)

    def give_back(self, caller: str) -> None:
        """Undo one `take`: what was tried should not have counted."""
        level, now = self._level(caller)
        self._set(caller, min(float(self.rate.burst), level + 1), now)

    def _set(self, caller: str, level: float, now: float) -> None:
        self._buckets[caller] = (level, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)

    def _level(self, caller: str) -> tuple[float, float]:
        now = self._runtime.monotonic()
        if caller not in self._buckets:
            return float(self.rate.burst), now
        level, at = self._buckets[caller]
        return min(float(self.rate.burst), level + (now - at) / self.rate.every_seconds), now


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthRates:
    """The limits of the auth routes.

    A class room shares one address, so the limits for an address are wide; guessing one account's password is what must be
    slow, and only failures count for that.
    """

    guests_per_address: Rate = Rate(burst=2_000, every_seconds=1)
    sign_ups_per_address: Rate = Rate(burst=1_000, every_seconds=3)
    sign_ins_per_address: Rate = Rate(burst=2_000, every_seconds=0.5)
    refreshes_per_address: Rate = Rate(burst=12_000, every_seconds=0.05)
    failures_per_email: Rate = Rate(burst=10, every_seconds=60)
    failures_per_address: Rate = Rate(burst=100, every_seconds=6)
