"""Snapshots to read from, and mutations run until they are committed."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final, Self, TypeVar

from tutorium.engine.database.committer import Committer
from tutorium.engine.database.overlay import LayeredSnapshot, overlay_of_past
from tutorium.engine.database.row import Row
from tutorium.engine.database.schema import Schema, open_schema
from tutorium.engine.database.transaction import CreationClock, Transaction
from tutorium.engine.errors import OutOfRetentionError, WriteConflictError
from tutorium.engine.persistence import Snapshot, Store, Timestamp
from tutorium.runtime import Runtime

T = TypeVar("T")

OPTIMISTIC_ATTEMPTS: Final = 2
"""After this many conflicts a mutation runs inside the committer, so that hot rows do not starve (E6)."""


class Database:
    """The tables of one store. Open with `Database.open`; `run` must be running while it is used."""

    def __init__(self, store: Store, schema: Schema, committer: Committer, runtime: Runtime) -> None:
        self.store = store
        self.schema = schema
        self.committer = committer
        self._runtime = runtime
        self._clock = CreationClock()

    @classmethod
    async def open(cls, store: Store, row_classes: Sequence[type[Row]], runtime: Runtime) -> Self:
        """Bring the store up to the declared tables and continue its log."""
        schema = await open_schema(store, row_classes, runtime)
        snapshot = await store.snapshot()
        newest = snapshot.ts
        await snapshot.close()
        return cls(store, schema, Committer(store, runtime, newest), runtime)

    @property
    def newest_ts(self) -> Timestamp:
        """The newest published commit."""
        return self.committer.watermark.ts

    async def snapshot(self) -> Snapshot:
        """Open a snapshot of the newest state; the caller closes it."""
        return await self.store.snapshot()

    async def snapshot_at(self, ts: Timestamp) -> Snapshot:
        """Open a snapshot as of an earlier timestamp (E1). Raises OutOfRetentionError when history does not reach there."""
        base = await self.store.snapshot()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(base.close)
            if ts > base.ts:
                raise OutOfRetentionError("That timestamp has not been reached.", newest=str(base.ts))
            if ts < await self.store.log_floor():
                raise OutOfRetentionError("History is no longer kept that far back.")
            overlay = overlay_of_past(await self.store.read_log(ts, base.ts)) if ts < base.ts else None
            stack.pop_all()
        return base if overlay is None else LayeredSnapshot(base, overlay, ts)

    def begin(self, snapshot: Snapshot) -> Transaction:
        """Begin a transaction on a snapshot that the caller closes."""
        return Transaction(snapshot, self.schema, self._runtime, self._runtime.now_ns() / 1e6, self._clock)

    async def read(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `body` on a snapshot of its own."""
        snapshot = await self.store.snapshot()
        try:
            return await body(self.begin(snapshot))
        finally:
            await snapshot.close()

    async def write(self, body: Callable[[Transaction], Awaitable[T]]) -> tuple[T, Timestamp]:
        """Run `body` in a serialisable transaction; when it is durable return what it returned and the commit's timestamp.

        `body` may run several times; only the last run counts. A body that wrote nothing answers with its snapshot's timestamp.
        """
        for _ in range(OPTIMISTIC_ATTEMPTS):
            snapshot = await self.store.snapshot()
            try:
                transaction = self.begin(snapshot)
                result = await body(transaction)
            finally:
                await snapshot.close()
            if not transaction.has_writes:
                await self.committer.watermark.reached(transaction.ts)
                return result, transaction.ts
            try:
                return result, await self.committer.commit(transaction)
            except WriteConflictError:
                continue
        return await self.committer.commit_serially(self.begin, body)

    async def close(self) -> None:
        """Let go of the store; the committer must have ended."""
        await self.store.close()
