"""How one connection moves from one consistent state to the next.

A Transition is worked out when something has happened; what happens meanwhile leads to the next one. Invariants:

- each begins at the version at which the last one ended (0, 0, 0 at first), and no part of a version goes back;
- one at a time; it is not begun while the client has not taken most of what it was sent;
- changes of the query set and the identity take effect between two of them, so every version a client sees is one it asked for;
- a modification is sent only for what differs from what the client was told last;
- one that somebody waits for (a request, a new version) is sent even if nothing changed, and covers the request's timestamp;
- none covers a mutation of this client whose response was not sent before.
"""

import asyncio
from collections.abc import Callable

import structlog

from tutorium.engine.errors import OutOfRetentionError
from tutorium.engine.functions.outcome import Outcome, is_same_result
from tutorium.engine.subscriptions.port import Step, Subscriptions, Watched
from tutorium.engine.sync.encoding import encode_transition, query_modification
from tutorium.engine.sync.identity import ConnectionIdentity
from tutorium.engine.sync.messages import (
    AddQuery,
    Modification,
    QueryRemoved,
    StateVersion,
    Transition,
    arguments_of,
    path_of,
)
from tutorium.engine.sync.query_set import QuerySet
from tutorium.engine.sync.requests import Spawn
from tutorium.engine.sync.speaker import Speaker
from tutorium.engine.sync.timestamps import encode_ts

_log = structlog.get_logger()


class _Query:
    """A query of the set: how it is watched, and what the client was told last."""

    __slots__ = ("query_id", "told", "watched")

    def __init__(self, query_id: int, watched: Watched) -> None:
        self.query_id = query_id
        self.watched = watched
        self.told: Outcome | None = None


class Transitions:
    """See above."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        query_set: QuerySet,
        identity: ConnectionIdentity,
        speaker: Speaker,
        spawn: Spawn,
        *,
        is_mutating: Callable[[], bool],
        chunk_bytes: int | None,
    ) -> None:
        """Begin at version (0, 0, 0). `chunk_bytes` is None for clients that cannot join pieces.

        `is_mutating` tells whether a mutation of this client runs, so that none is covered before it was answered.
        """
        self._live = subscriptions.open(self._on_stale)
        self._query_set = query_set
        self._identity = identity
        self._speaker = speaker
        self._spawn = spawn
        self._is_mutating = is_mutating
        self._chunk_bytes = chunk_bytes
        self._queries: dict[int, _Query] = {}
        self._by_watched: dict[Watched, _Query] = {}
        self._sent = StateVersion(0, 0, encode_ts(0))
        self._sent_ts = 0
        self._applied_identity = 0
        self._is_due = False
        self._must_send = False
        self._at_least = 0
        self._is_running = False
        self._is_closed = False
        self.clock_skew_ms: int | None = None

    @property
    def sent_identity(self) -> int:
        """The identity version that the client has been told of."""
        return self._sent.identity

    def request(self, at_least: int = 0) -> None:
        """Somebody waits for a Transition: send one soon, of `at_least` this timestamp, even if nothing changed."""
        self._must_send = True
        self._at_least = max(self._at_least, at_least)
        self._on_stale()

    def close(self) -> None:
        """Stop watching."""
        self._is_closed = True
        self._live.close()

    def _on_stale(self) -> None:
        self._is_due = True
        if not self._is_running and not self._is_closed:
            self._is_running = True
            # At once when the client keeps up.
            self._speaker.when_drained(self._start)

    def _start(self) -> None:
        if self._is_closed:
            self._is_running = False
        else:
            self._spawn(self._run)

    async def _run(self) -> None:
        try:
            await self._move()
        except OutOfRetentionError as error:
            _log.warning("sync.out_of_retention", error=error.message)
            self._speaker.end_overloaded("OutOfRetention")
        except Exception:
            _log.exception("sync.transition_failed")
            self._speaker.end_broken()
        self._is_running = False
        if self._is_due and self._speaker.is_open:
            self._on_stale()

    async def _move(self) -> None:
        if self._identity.is_expired:
            self._speaker.end_unauthenticated("The token has expired.", identity_version=self._sent.identity, was_update=False)
            return
        must_send, self._must_send, self._is_due = self._must_send, False, False
        query_set, identity = self._query_set.version, self._identity.version
        modifications = self._apply_changes(identity)
        step = await self._live.advance(self._at_least)
        if self._is_mutating():
            # A commit of this client that the step covers is answered already, but the task that says so may be next in line.
            await asyncio.sleep(0)
        if self._is_closed:
            return
        modifications += self._news(step)
        if must_send or modifications:
            self._send(StateVersion(query_set, identity, encode_ts(step.ts)), step.ts, modifications)

    def _apply_changes(self, identity: int) -> list[Modification]:
        removed: list[Modification] = []
        for change in self._query_set.take_changes():
            if isinstance(change, AddQuery):
                path = path_of(change.udf_path, change.component_path)
                watched = self._live.watch(path, arguments_of(change.args), self._identity.caller, change.journal)
                query = _Query(change.query_id, watched)
                self._queries[change.query_id] = self._by_watched[watched] = query
            else:
                query = self._queries.pop(change.query_id)
                del self._by_watched[query.watched]
                self._live.unwatch(query.watched)
                removed.append(QueryRemoved(query_id=change.query_id))
        if identity != self._applied_identity:
            self._applied_identity = identity
            self._live.set_caller(self._identity.caller)
        return removed

    def _news(self, step: Step) -> list[Modification]:
        news: list[Modification] = []
        for watched, outcome in step.outcomes.items():
            query = self._by_watched.get(watched)
            if query is None or (query.told is not None and is_same_result(query.told, outcome)):
                continue
            query.told = outcome
            news.append(query_modification(query.query_id, outcome))
        return news

    def _send(self, end: StateVersion, ts: int, modifications: list[Modification]) -> None:
        transition = Transition(
            start_version=self._sent,
            end_version=end,
            modifications=modifications,
            client_clock_skew=self.clock_skew_ms,
            server_ts=ts,
        )
        if ts < self._sent_ts:
            raise AssertionError(f"timestamps went back from {self._sent_ts} to {ts}")
        self._sent, self._sent_ts = end, ts
        for text in encode_transition(transition, chunk_bytes=self._chunk_bytes, transition_id=end.ts):
            self._speaker.say_text(text)
