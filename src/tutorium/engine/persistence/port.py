"""The store under the database: an ordered space of keys and rows, with a commit log.

Adapters translate their library's errors into StoreError. All methods are called on the event loop's thread; what waits for a
disk or a network is done elsewhere, so that the loop never stands still for an fsync (E8).
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tutorium.engine.persistence.commit import Commit, LoggedCommit, Timestamp


class SearchHit(msgspec.Struct, frozen=True, gc=False):
    """A row found by full-text search; a higher score is a better match."""

    row_key: bytes
    body: bytes
    score: float


class Snapshot(Protocol):
    """The store as of one timestamp, the newest log entry this snapshot can see (E10)."""

    @property
    def ts(self) -> Timestamp:
        """The timestamp of the newest commit in the snapshot."""
        ...

    async def get(self, row_key: bytes) -> bytes | None:
        """Return the stored form of a row, None when there is none."""
        ...

    async def scan(self, lower: bytes, upper: bytes, *, reverse: bool, limit: int) -> Sequence[tuple[bytes, bytes]]:
        """Return up to `limit` pairs of full key and stored row with `lower <= key < upper`, in the order asked for."""
        ...

    async def search(self, index: int, words: Sequence[str], filters: Sequence[str], limit: int) -> Sequence[SearchHit]:
        """Return the best rows that hold one of `words` and all `filters`, by falling score, then by row key."""
        ...

    async def close(self) -> None:
        """Let go of the snapshot. Repeated calls do nothing."""
        ...


class CommitTurn(Protocol):
    """The exclusive right to append to the log, from `Store.begin_commit` until `append` or `release`."""

    @property
    def newest_ts(self) -> Timestamp:
        """The newest entry of the log: nothing can be appended before this turn ends."""
        ...

    async def foreign_commits(self, after: Timestamp) -> Sequence[LoggedCommit]:
        """Return commits of other processes after `after`; none when one process owns the store."""
        ...

    async def snapshot(self) -> Snapshot:
        """Return a snapshot that shows everything committed before this turn."""
        ...

    async def append(self, commits: Sequence[Commit]) -> None:
        """Write commits with rising timestamps above `newest_ts`, all or nothing; return when they are durable. Ends the turn.

        Raises StoreError when the outcome is not known to be durable; the process must then end (E9).
        """
        ...

    async def release(self) -> None:
        """End the turn without a commit."""
        ...


class Store(Protocol):
    """An opened store."""

    @property
    def is_exclusive(self) -> bool:
        """True when no other process can commit to it."""
        ...

    async def snapshot(self) -> Snapshot:
        """Open a snapshot of the newest state."""
        ...

    async def begin_commit(self) -> CommitTurn:
        """Wait for the exclusive right to commit."""
        ...

    async def read_log(self, after: Timestamp, up_to: Timestamp) -> Sequence[LoggedCommit]:
        """Return the entries with `after < ts <= up_to`, ascending."""
        ...

    async def log_floor(self) -> Timestamp:
        """Return the timestamp up to which the log has been pruned: reads and checks from there on are possible."""
        ...

    async def prune_log(self, up_to: Timestamp, limit: int) -> int:
        """Drop at most `limit` of the oldest entries with `ts <= up_to`, keeping the newest; return how many were dropped."""
        ...

    async def load_global(self, name: str) -> bytes | None:
        """Return a named value that is not a row: format version, signing keys."""
        ...

    async def store_global(self, name: str, value: bytes) -> None:
        """Keep a named value durably."""
        ...

    async def define_search_index(self, index: int) -> None:
        """Make room for a full-text index; one that is there stays as it is."""
        ...

    async def drop_search_index(self, index: int) -> None:
        """Remove a full-text index and what it holds."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the store."""
        ...
