"""The live queries of one connection. Implements `LiveQueries` and `Subscriptions` of the port.

A watched query is in `_stale` or rests on kept results that hold; a commit moves it from the second state to the first.
"""

from collections.abc import Callable
from typing import Any

from tutorium.engine.functions import Caller, Outcome
from tutorium.engine.functions.failures import failure
from tutorium.engine.functions.runner import QueryRun
from tutorium.engine.functions.signature import Signature
from tutorium.engine.persistence import Snapshot, Timestamp
from tutorium.engine.subscriptions.kept import Kept, Watcher
from tutorium.engine.subscriptions.port import Step, Watched
from tutorium.engine.subscriptions.shared import SharedRuns
from tutorium.errors import TutoriumError


class WatchedQuery(Watcher):
    """See Watched."""

    __slots__ = ("_owner", "args_json", "arguments", "caller", "journal", "kept", "path", "signature", "trusted")

    def __init__(
        self, owner: "EngineLiveQueries", path: str, args_json: bytes, caller: Caller, journal: str | None, *, trusted: bool
    ) -> None:
        self._owner = owner
        self.path = path
        self.args_json = args_json
        self.caller = caller
        self.journal = journal
        self.trusted = trusted
        self.signature: Signature | None = None
        self.arguments: dict[str, Any] = {}
        self.kept: tuple[Kept, ...] = ()

    def became_stale(self) -> None:
        """See Watcher."""
        self._owner.mark_stale(self)


class EngineLiveQueries:
    """See LiveQueries."""

    def __init__(self, shared: SharedRuns, on_stale: Callable[[], None]) -> None:
        self._shared = shared
        self._on_stale = on_stale
        self._watched: set[WatchedQuery] = set()
        self._stale: dict[WatchedQuery, None] = {}
        self._announced = False

    @property
    def is_stale(self) -> bool:
        """See LiveQueries."""
        return bool(self._stale)

    def watch(
        self, path: str, args_json: bytes, caller: Caller, journal: str | None = None, *, trusted: bool = False
    ) -> WatchedQuery:
        """See LiveQueries. `trusted` is for the process itself: internal functions may be watched, guards do not run."""
        watched = WatchedQuery(self, path, args_json, caller, journal, trusted=trusted)
        self._watched.add(watched)
        self._stale[watched] = None
        return watched

    def unwatch(self, watched: Watched) -> None:
        """See LiveQueries."""
        if not isinstance(watched, WatchedQuery):
            raise TypeError("Only what `watch` returned can be unwatched.")
        self._watched.discard(watched)
        self._stale.pop(watched, None)
        self._rest_on(watched, ())

    def set_caller(self, caller: Caller) -> None:
        """See LiveQueries."""
        for watched in self._watched:
            watched.caller = caller
            self._stale[watched] = None

    async def advance(self, at_least: Timestamp = 0) -> Step:
        """See LiveQueries."""
        self._announced = False
        number = self._shared.begin_step()
        try:
            await self._shared.database.committer.watermark.reached(at_least)
            snapshot = await self._shared.database.snapshot()
            try:
                await self._shared.database.committer.watermark.reached(snapshot.ts)
                outcomes: dict[Watched, Outcome] = {}
                for watched in tuple(self._stale):
                    outcome = await self._evaluate(watched, snapshot)
                    if watched in self._watched:
                        outcomes[watched] = outcome
                return Step(snapshot.ts, outcomes)
            finally:
                await snapshot.close()
        finally:
            self._shared.end_step(number)

    def mark_stale(self, watched: WatchedQuery) -> None:
        """A commit overlapped what `watched` rests on."""
        if watched in self._watched:
            self._stale[watched] = None
            if not self._announced:
                self._announced = True
                self._on_stale()

    def close(self) -> None:
        """See LiveQueries."""
        for watched in tuple(self._watched):
            self.unwatch(watched)

    async def _evaluate(self, watched: WatchedQuery, snapshot: Snapshot) -> Outcome:
        # Taken out first: a commit or a new caller while this runs puts it back.
        self._stale.pop(watched, None)
        shared, runtime = self._shared, self._shared.runner.runtime
        try:
            signature = self._find(watched)
        except TutoriumError as error:
            self._rest_on(watched, ())
            return failure(error, watched.path, runtime, ts=snapshot.ts)
        rests: list[Kept] = []
        if not watched.trusted and signature.function.guard.check is not None:
            guard = await shared.guard(signature, watched.args_json, watched.arguments, watched.caller, snapshot)
            rests.append(guard)
            refusal = guard.run.error
            if refusal is not None:
                self._rest_on(watched, tuple(rests))
                return failure(refusal, watched.path, runtime, journal=watched.journal, ts=snapshot.ts)
        try:
            body = await shared.body(signature, watched.args_json, watched.arguments, watched.caller, watched.journal, snapshot)
        except BaseException:
            for kept in rests:
                shared.sweep(kept)
            raise
        run = body.run
        assert isinstance(run, QueryRun)
        rests.append(body)
        watched.journal = run.outcome.journal
        self._rest_on(watched, tuple(rests))
        return run.outcome

    def _find(self, watched: WatchedQuery) -> Signature:
        """Return the function of a query; its arguments are decoded the first time."""
        if watched.signature is None:
            runner = self._shared.runner
            found = runner.find(watched.path) if watched.trusted else runner.find_public(watched.path, "query")
            watched.arguments = found.decode_arguments(watched.args_json)
            watched.signature = found
        return watched.signature

    def _rest_on(self, watched: WatchedQuery, rests: tuple[Kept, ...]) -> None:
        """Move a query onto new results, or, when it is watched no more, let go of all."""
        earlier, watched.kept = watched.kept, rests if watched in self._watched else ()
        stale = False
        for kept in watched.kept:
            stale = not self._shared.watch(kept, watched) or stale
        for kept in earlier:
            if kept not in watched.kept:
                self._shared.unwatch(kept, watched)
        if watched in self._watched:
            if stale:
                self.mark_stale(watched)
        else:
            for kept in rests:
                self._shared.sweep(kept)


class EngineSubscriptions:
    """See Subscriptions."""

    def __init__(self, shared: SharedRuns) -> None:
        self._shared = shared

    @property
    def kept_count(self) -> int:
        """How many results are kept because somebody watches them, for metrics."""
        return self._shared.kept_count

    def open(self, on_stale: Callable[[], None]) -> EngineLiveQueries:
        """See Subscriptions."""
        return EngineLiveQueries(self._shared, on_stale)
