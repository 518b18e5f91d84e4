"""Runs shared by all who watch the same: one run for equal queries, one guard for each identity (E14), told stale by commits.

A query's result is filed under path, arguments and journal, and under the caller only as far as the run looked at the caller.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from tutorium.engine.database import Database, ReadSetIndex, Written
from tutorium.engine.functions import Caller, Runner
from tutorium.engine.functions.runner import GuardRun, QueryRun
from tutorium.engine.functions.signature import Signature
from tutorium.engine.persistence import Snapshot, Timestamp
from tutorium.engine.subscriptions.kept import Kept, Watcher

Shelf: TypeAlias = dict[object, Kept]
RunT = TypeVar("RunT", QueryRun, GuardRun)


class SharedRuns:
    """Everything that is being watched in this process."""

    def __init__(self, database: Database, runner: Runner) -> None:
        self.database = database
        self.runner = runner
        self._bodies: Shelf = {}
        self._guards: Shelf = {}
        self._index: ReadSetIndex[Kept] = ReadSetIndex()
        self._running: dict[object, asyncio.Future[None]] = {}
        self._steps: dict[int, Timestamp] = {}
        self._step_count = 0
        self._published_meanwhile: deque[Written] = deque()
        database.committer.on_published.append(self._published)

    @property
    def kept_count(self) -> int:
        """How many results are kept, for metrics."""
        return len(self._bodies) + len(self._guards)

    def begin_step(self) -> int:
        """A snapshot is about to be opened: remember commits from now on, which runs on it will not have seen."""
        self._step_count += 1
        self._steps[self._step_count] = self.database.newest_ts
        return self._step_count

    def end_step(self, step: int) -> None:
        """A step is over: forget commits that the remaining ones, which all began later, have seen."""
        del self._steps[step]
        oldest = min(self._steps.values(), default=None)
        while self._published_meanwhile and (oldest is None or self._published_meanwhile[0].ts <= oldest):
            self._published_meanwhile.popleft()

    async def guard(
        self, signature: Signature, args_json: bytes, arguments: dict[str, object], caller: Caller, snapshot: Snapshot
    ) -> Kept:
        """Return the guard's verdict on one identity at the snapshot's timestamp."""
        key = (signature.function.path, args_json, caller.identity)

        def find() -> Kept | None:
            return _holding(self._guards.get(key), snapshot)

        async def run() -> Kept:
            return self._keep(self._guards, key, await self.runner.guard(signature, arguments, caller, snapshot))

        return await self._share(("guard", *key, snapshot.ts), find, run)

    async def body(
        self,
        signature: Signature,
        args_json: bytes,
        arguments: dict[str, object],
        caller: Caller,
        journal: str | None,
        snapshot: Snapshot,
    ) -> Kept:
        """Return the query's result for a caller at the snapshot's timestamp, run by whoever needed it first."""
        query = (signature.function.path, args_json, journal)

        def find() -> Kept | None:
            for identity in (None, (caller.identity,)):
                for origin in (None, (caller.origin,)):
                    kept = _holding(self._bodies.get((query, identity, origin)), snapshot)
                    if kept is not None:
                        return kept
            return None

        async def run() -> Kept:
            result = await self.runner.query(signature, arguments, caller, snapshot, journal)
            identity = (caller.identity,) if result.looks.identity else None
            origin = (caller.origin,) if result.looks.origin else None
            return self._keep(self._bodies, (query, identity, origin), result)

        return await self._share(("body", *query, snapshot.ts), find, run)

    def watch(self, kept: Kept, watcher: Watcher) -> bool:
        """Let `watcher` rest on a result. Return False when it is stale already, so that nobody would be told."""
        kept.watchers.add(watcher)
        return kept.stale_from is None

    def unwatch(self, kept: Kept, watcher: Watcher) -> None:
        """Let go of a result; the last watcher's leaving drops it."""
        kept.watchers.discard(watcher)
        if not kept.watchers:
            self._drop(kept)

    def sweep(self, kept: Kept) -> None:
        """Drop a result that was run but that nobody came to watch."""
        if not kept.watchers:
            self._drop(kept)

    async def _share(self, key: object, find: Callable[[], Kept | None], run: Callable[[], Awaitable[Kept]]) -> Kept:
        """Return what is kept, or wait for an equal run, or run. A run for another caller may turn out not to be shareable."""
        while True:
            kept = find()
            if kept is not None:
                return kept
            running = self._running.get(key)
            if running is None:
                break
            await asyncio.shield(running)
        done = self._running[key] = asyncio.get_running_loop().create_future()
        try:
            return await run()
        finally:
            del self._running[key]
            done.set_result(None)

    def _keep(self, shelf: Shelf, key: object, run: QueryRun | GuardRun) -> Kept:
        kept = Kept(run, (shelf, key))
        for written in self._published_meanwhile:
            if written.ts > run.ts and run.read_set.overlaps(written):
                kept.stale_from = written.ts
                break
        shelf[key] = kept
        if kept.stale_from is None:
            self._index.add(kept, run.read_set)
        return kept

    def _drop(self, kept: Kept) -> None:
        self._index.discard(kept)
        shelf, key = kept.place
        if shelf.get(key) is kept:
            del shelf[key]

    def _published(self, group: list[Written]) -> None:
        if self._steps:
            self._published_meanwhile.extend(group)
        for written in group:
            for kept in self._index.overlapping(written):
                if written.ts > kept.run.ts:
                    kept.stale_from = written.ts
                    self._index.discard(kept)
                    for watcher in tuple(kept.watchers):
                        watcher.became_stale()


def _holding(kept: Kept | None, snapshot: Snapshot) -> Kept | None:
    return kept if kept is not None and kept.holds_at(snapshot.ts) else None
