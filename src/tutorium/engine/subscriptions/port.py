"""What one connection sees of its live queries.

How a connection uses it::

    live = engine.subscriptions.open(on_stale=wake_my_transition_task)      # one per connection
    watched = live.watch(path, args_json, caller, journal)                  # on Add; stale at once
    live.unwatch(watched)                                                   # on Remove
    live.set_caller(caller)                                                 # after Authenticate: everything is stale
    step = await live.advance()                                             # one consistent step
    for watched, outcome in step.outcomes.items(): ...                      # those that were evaluated anew; compare, then send
    live.close()

`advance` opens one snapshot, waits until every commit up to its timestamp has been published, evaluates what is stale inside
that snapshot (sharing runs with all other connections) and returns. Everything it does not mention still holds at `step.ts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tutorium.engine.functions.outcome import Caller, Outcome


class Watched(Protocol):
    """One query that a connection watches; compared by identity."""

    @property
    def path(self) -> str:
        """The function's path as it was given."""
        ...

    @property
    def journal(self) -> str | None:
        """The journal that the next run is given: the client's at first, then that of the last run."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One consistent step: as of `ts`, these queries have these outcomes, all others are as they were."""

    ts: int
    outcomes: Mapping[Watched, Outcome]


class LiveQueries(Protocol):
    """The live queries of one connection. All calls are made on the event loop's thread."""

    @property
    def is_stale(self) -> bool:
        """True when some watched query has to be evaluated: it is new, its caller changed, or a commit overlapped it."""
        ...

    def watch(self, path: str, args_json: bytes, caller: Caller, journal: str | None = None) -> Watched:
        """Begin to watch a query. Wrong paths and arguments show as Failure in the next step."""
        ...

    def unwatch(self, watched: Watched) -> None:
        """Stop watching; a run under way for it is left to its other watchers."""
        ...

    def set_caller(self, caller: Caller) -> None:
        """Evaluate every watched query anew, on behalf of `caller`."""
        ...

    async def advance(self, at_least: int = 0) -> Step:
        """Evaluate everything stale at one timestamp >= `at_least` (a commit this process published) and return the step.

        One call at a time. Commits that arrive meanwhile call `on_stale` again.
        """
        ...

    def close(self) -> None:
        """Forget everything. Repeated calls do nothing."""
        ...


class Subscriptions(Protocol):
    """Where connections get their live queries."""

    def open(self, on_stale: Callable[[], None]) -> LiveQueries:
        """Begin the live queries of one connection.

        `on_stale` is called, on the loop's thread and without arguments, when a quiet set becomes stale; it must not block and
        is not called again until the next `advance` has begun.
        """
        ...
