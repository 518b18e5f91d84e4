"""What the overview counts: a counter from each feature that has something to count.

Features above add theirs when they are imported (`@overview_counter("attempts")`), so nothing here knows them.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tutorium.engine import DatabaseReader

COUNT_LIMIT = 1_500
"""Rows that one count reads at most. The overview is live: it must stay cheap, and within what
one query may read, however large the tables grow."""

Counter: TypeAlias = Callable[[DatabaseReader], Awaitable["dict[str, int]"]]
"""Returns counts by kind; one without kinds uses the key "all". A count of `COUNT_LIMIT` means "that many or more"."""

_counters: dict[str, Counter] = {}


def overview_counter(name: str) -> Callable[[Counter], Counter]:
    """Add a counter under `name` (a decorator). The name must be free, or hold the same function."""

    def add(counter: Counter) -> Counter:
        present = _counters.setdefault(name, counter)
        if present is not counter:
            raise ValueError(f"there is a counter {name!r} already")
        return counter

    return add


async def count_everything(db: DatabaseReader) -> dict[str, dict[str, int]]:
    """Return all counts by name and kind, names in alphabetical order."""
    return {name: await _counters[name](db) for name in sorted(_counters)}
