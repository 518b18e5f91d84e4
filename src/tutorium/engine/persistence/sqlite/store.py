"""The SQLite store: one file, one owner, WAL, every commit group durable before it is answered (E8)."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tutorium.engine.persistence.commit import Commit, LoggedCommit, Timestamp
from tutorium.engine.persistence.sqlite.connections import Connection, open_writer
from tutorium.engine.persistence.sqlite.lock_file import LockFile
from tutorium.engine.persistence.sqlite.snapshots import SnapshotPool, SqliteSnapshot
from tutorium.engine.persistence.sqlite.statements import statement
from tutorium.engine.persistence.sqlite.writer import Writer, prepare

_FLOOR = "log_floor"


class SqliteTurn:
    """The right to commit: there is one owner, so it is there at once."""

    def __init__(self, store: "SqliteStore") -> None:
        self._store = store

    @property
    def newest_ts(self) -> Timestamp:
        """See CommitTurn."""
        return self._store.newest_ts

    async def foreign_commits(self, after: Timestamp) -> Sequence[LoggedCommit]:
        """See CommitTurn."""
        del after
        return ()

    async def snapshot(self) -> SqliteSnapshot:
        """See CommitTurn."""
        return await self._store.snapshot()

    async def append(self, commits: Sequence[Commit]) -> None:
        """See CommitTurn."""
        await self._store.append(commits)

    async def release(self) -> None:
        """See CommitTurn."""


class SqliteStore:
    """See Store. Open with `open_sqlite_store`."""

    def __init__(self, lock: LockFile, writer: Writer, pool: SnapshotPool) -> None:
        self._lock = lock
        self._writer = writer
        self._pool = pool
        self._newest = pool.newest_ts()

    @property
    def is_exclusive(self) -> bool:
        """See Store."""
        return True

    @property
    def newest_ts(self) -> Timestamp:
        """The newest durable commit."""
        return self._newest

    async def append(self, commits: Sequence[Commit]) -> None:
        """Write one group; see CommitTurn."""
        await self._writer.run(prepare(commits))
        self._newest = commits[-1].ts
        self._pool.renew()

    async def snapshot(self) -> SqliteSnapshot:
        """See Store."""
        return self._pool.snapshot()

    async def begin_commit(self) -> SqliteTurn:
        """See Store."""
        return SqliteTurn(self)

    async def read_log(self, after: Timestamp, up_to: Timestamp) -> Sequence[LoggedCommit]:
        """See Store."""
        return self._pool.read_log(after, up_to)

    async def log_floor(self) -> Timestamp:
        """See Store."""
        return int.from_bytes(self._pool.load_global(_FLOOR) or b"")

    async def prune_log(self, up_to: Timestamp, limit: int) -> int:
        """See Store."""

        def prune(connection: Connection) -> int:
            found = connection.execute(statement("prunable_log"), (up_to.to_bytes(8), limit)).fetchall()
            if found:
                newest = found[-1][0]
                connection.execute(statement("prune_log"), (newest,))
                connection.execute(statement("store_global"), (_FLOOR, newest))
            return len(found)

        return await self._writer.run(prune)

    async def load_global(self, name: str) -> bytes | None:
        """See Store."""
        return self._pool.load_global(name)

    async def store_global(self, name: str, value: bytes) -> None:
        """See Store."""
        await self._execute("store_global", (name, value))

    async def define_search_index(self, index: int) -> None:
        """See Store."""
        await self._execute("define_search_index", (), index)
        self._pool.renew()

    async def drop_search_index(self, index: int) -> None:
        """See Store."""
        await self._execute("drop_search_index", (), index)
        self._pool.renew()

    async def close(self) -> None:
        """See Store."""
        self._pool.close()
        await self._writer.close()
        self._lock.release()

    async def _execute(self, name: str, values: tuple[str | bytes, ...], index: int | None = None) -> None:
        def run(connection: Connection) -> None:
            connection.execute(statement(name, index), values)

        await self._writer.run(run)


async def open_sqlite_store(directory: Path) -> SqliteStore:
    """Open (or make) `directory/engine.db`. Raises StoreInUseError when another process owns it, else StoreError."""
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    path = directory / "engine.db"
    lock = LockFile(directory / "engine.lock")
    lock.acquire()
    try:
        writer = Writer(open_writer(path))
        return SqliteStore(lock, writer, SnapshotPool(path))
    except BaseException:
        lock.release()
        raise
