"""Token buckets."""

from typing import Any

import pytest

from tutorium.app.auth import rate_limits
from tutorium.app.auth.rate_limits import Rate, RateLimit
from tutorium.errors import RateLimitedError


def test_a_burst_passes_and_then_one_at_a_time(clock: Any) -> None:
    """The refusal says how long to wait, and waiting that long is enough."""
    limit = RateLimit(Rate(burst=2, every_seconds=60), clock)
    limit.take("a")
    limit.take("a")
    with pytest.raises(RateLimitedError) as refused:
        limit.take("a")
    assert refused.value.data == {"retry_after": 60}
    clock.seconds += 60
    limit.take("a")
    with pytest.raises(RateLimitedError):
        limit.take("a")


def test_callers_do_not_disturb_each_other(clock: Any) -> None:
    """One that is out of tries leaves the others theirs."""
    limit = RateLimit(Rate(burst=1, every_seconds=60), clock)
    limit.take("a")
    limit.take("b")


def test_what_is_given_back_can_be_taken_again_but_never_above_the_burst(clock: Any) -> None:
    """A success does not use up tries, nor earn any."""
    limit = RateLimit(Rate(burst=1, every_seconds=60), clock)
    limit.take("a")
    limit.give_back("a")
    limit.give_back("a")
    limit.take("a")
    with pytest.raises(RateLimitedError):
        limit.take("a")


def test_memory_is_bounded_and_the_longest_idle_is_forgotten_first(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knocks again is remembered longer."""
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 2)
    limit = RateLimit(Rate(burst=2, every_seconds=60), clock)
    for caller in ("a", "b", "a", "c"):
        limit.take(caller)
    with pytest.raises(RateLimitedError):
        limit.take("a")
    limit.take("b")
