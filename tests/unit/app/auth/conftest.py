"""A clock that stands still until a test moves it."""

import pytest

from tutorium.runtime import SystemRuntime


class HandClock(SystemRuntime):
    """Real randomness; both clocks show `seconds`."""

    seconds: float = 1_800_000_000

    def now_ns(self) -> int:
        """Return the hand-moved time."""
        return round(self.seconds * 1e9)

    def monotonic(self) -> float:
        """Return the hand-moved time."""
        return self.seconds


@pytest.fixture
def clock() -> HandClock:
    """A clock to move by hand."""
    return HandClock()
