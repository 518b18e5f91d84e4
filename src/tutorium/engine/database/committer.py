"""The one place where commits are made: groups of mutations checked one by one, written together, published in order.

::

    submit ──► queue ──► group: for each  ── overlaps a commit after its snapshot,          ──► conflict: run again (E6)
                          │                  or one accepted before it in this group? (E5)
                          └─ accepted ──► timestamps ──► store.append (durable, off the loop) ──► publish: answer,
                                                                                    invalidate, advance the watermark (E11)
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from tutorium.engine.database.overlay import LayeredSnapshot, Overlay
from tutorium.engine.database.read_set import RecentWrites, Written, written_by
from tutorium.engine.database.transaction import Transaction
from tutorium.engine.database.watermark import Watermark
from tutorium.engine.errors import EngineClosingError, StoreError, WriteConflictError
from tutorium.engine.persistence import Commit, CommitTurn, RowChange, Snapshot, Store, Timestamp
from tutorium.runtime import Runtime

T = TypeVar("T")

MAX_GROUP: Final = 512
"""Mutations in one group. Larger groups win little and make the first of them wait for the last."""

Begin = Callable[[Snapshot], Transaction]
"""Starts a transaction on a snapshot."""


@dataclass(slots=True)
class _Optimistic:
    """A mutation that has run on a snapshot and waits to be checked."""

    transaction: Transaction
    changes: list[RowChange]
    answer: asyncio.Future[Timestamp]


@dataclass(slots=True)
class _Serial(Generic[T]):
    """A mutation that lost two races and runs in its place in the group, where nothing can come between (E6)."""

    begin: Begin
    body: Callable[[Transaction], Awaitable[T]]
    answer: asyncio.Future[tuple[T, Timestamp]]


class _Group:
    """The commits accepted so far in one turn."""

    def __init__(self, newest: Timestamp) -> None:
        self.newest = newest
        self.commits: list[Commit] = []
        self.written: list[Written] = []
        self.answers: list[Callable[[], None]] = []
        self.futures: list[asyncio.Future[Any]] = []
        self._overlay: Overlay | None = None

    def accept(self, changes: list[RowChange], wall_ns: int, answer: Callable[[Timestamp], None]) -> Written:
        ts = self.newest = max(self.newest + 1, wall_ns)
        commit = Commit(ts, changes)
        written = written_by(ts, commit.changes)
        self.commits.append(commit)
        self.written.append(written)
        self.answers.append(lambda: answer(ts))
        if self._overlay is not None:
            self._overlay.put_changes(commit.changes)
        return written

    def layered(self, snapshot: Snapshot) -> Snapshot:
        """Return the state after everything accepted so far."""
        if self._overlay is None:
            self._overlay = Overlay()
            for commit in self.commits:
                self._overlay.put_changes(commit.changes)
        return LayeredSnapshot(snapshot, self._overlay, self.newest)


class Committer:
    """Owns the order of commits. `run` is its task; it ends after `close` when the queue is empty, or when the store fails."""

    def __init__(self, store: Store, runtime: Runtime, newest: Timestamp) -> None:
        """Continue a log whose newest entry is `newest`."""
        self.watermark = Watermark(newest)
        self.recent = RecentWrites(newest)
        self.on_published: list[Callable[[list[Written]], None]] = []
        self.failure: StoreError | None = None
        self._store = store
        self._runtime = runtime
        self._queue: deque[_Optimistic | _Serial[Any]] = deque()
        self._under_way: list[asyncio.Future[Any]] = []
        self._wake = asyncio.Event()
        self._closing = False

    async def commit(self, transaction: Transaction) -> Timestamp:
        """Commit what a transaction wrote; return its timestamp when it is durable and published.

        Raises WriteConflictError when another commit touched what it read; then nothing of it was kept.
        """
        answer: asyncio.Future[Timestamp] = asyncio.get_running_loop().create_future()
        self._submit(_Optimistic(transaction, transaction.changes(), answer))
        return await answer

    async def commit_serially(self, begin: Begin, body: Callable[[Transaction], Awaitable[T]]) -> tuple[T, Timestamp]:
        """Run `body` where it cannot conflict and commit what it wrote. What it raises, this raises, with nothing kept."""
        answer: asyncio.Future[tuple[T, Timestamp]] = asyncio.get_running_loop().create_future()
        self._submit(_Serial(begin, body, answer))
        return await answer

    async def run(self) -> None:
        """Make groups until closed. Raises StoreError when the store fails: the process must end then (E9)."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                # One turn of the loop lets all tasks that are ready join this group.
                await asyncio.sleep(0)
                try:
                    await self._commit_group()
                except Exception as error:  # whatever it is, what was answered and what is kept may differ from here on
                    failure = error if isinstance(error, StoreError) else StoreError(f"The committer broke: {error!r}")
                    self._fail(failure)
                    raise failure from error
            if self._closing:
                return

    def close(self) -> None:
        """Take nothing more; `run` returns when what waits is done."""
        self._closing = True
        self._wake.set()

    def _submit(self, pending: "_Optimistic | _Serial[Any]") -> None:
        if self.failure is not None:
            raise self.failure
        if self._closing:
            raise EngineClosingError
        self._queue.append(pending)
        self._wake.set()

    async def _commit_group(self) -> None:
        turn = await self._store.begin_commit()
        await self._follow(turn)
        group = _Group(turn.newest_ts)
        wall = self._runtime.now_ns()
        for _ in range(min(len(self._queue), MAX_GROUP)):
            pending = self._queue.popleft()
            if isinstance(pending, _Optimistic):
                self._check(pending, group, wall)
            else:
                await self._run_serial(pending, group, turn, wall)
        if not group.commits:
            await turn.release()
            return
        self._under_way = group.futures
        await turn.append(group.commits)
        self._under_way = []
        self._publish(group.written, group.answers)

    async def _follow(self, turn: CommitTurn) -> None:
        """Take in what other processes committed since this process last looked."""
        commits = await turn.foreign_commits(self.watermark.ts)
        if commits:
            written = [written_by(commit.ts, commit.changes) for commit in commits]
            for one in written:
                self.recent.add(one)
            self._publish(written, [])

    def _check(self, pending: _Optimistic, group: _Group, wall: int) -> None:
        transaction, answer = pending.transaction, pending.answer
        if answer.cancelled():
            return
        if self.recent.overlaps(transaction.read_set, transaction.ts):
            answer.set_exception(WriteConflictError())
            return
        group.futures.append(answer)
        self.recent.add(group.accept(pending.changes, wall, lambda ts: _answer(answer, ts)))

    async def _run_serial(self, pending: "_Serial[T]", group: _Group, turn: CommitTurn, wall: int) -> None:
        answer = pending.answer
        if answer.cancelled():
            return
        snapshot = await turn.snapshot()
        try:
            transaction = pending.begin(group.layered(snapshot))
            try:
                result = await pending.body(transaction)
                changes = transaction.changes()
            except Exception as error:  # the caller's own error goes back to the caller, whatever it is
                if not answer.done():
                    answer.set_exception(error)
                return
        finally:
            await snapshot.close()
        group.futures.append(answer)
        if changes:
            self.recent.add(group.accept(changes, wall, lambda ts: _answer(answer, (result, ts))))
        else:
            ts = group.newest
            group.answers.append(lambda: _answer(answer, (result, ts)))
            if not group.commits:
                _answer(answer, (result, ts))

    def _publish(self, written: list[Written], answers: list[Callable[[], None]]) -> None:
        for answer in answers:
            answer()
        for listener in self.on_published:
            listener(written)
        self.watermark.advance(written[-1].ts)

    def _fail(self, error: StoreError) -> None:
        """Refuse everything from now on; mutations under way must not believe that they were kept."""
        self.failure = error
        for future in [*self._under_way, *(pending.answer for pending in self._queue)]:
            if not future.done():
                future.set_exception(error)
        self._queue.clear()


def _answer(future: "asyncio.Future[T]", value: T) -> None:
    if not future.done():
        future.set_result(value)
