"""Read transactions on the database file, made on the event loop's thread, where a point read costs a few microseconds."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import apsw

from tutorium.engine.errors import EngineClosingError, StoreError
from tutorium.engine.persistence.commit import LoggedCommit, Timestamp, decode_entry
from tutorium.engine.persistence.port import SearchHit
from tutorium.engine.persistence.sqlite.connections import Connection, open_reader
from tutorium.engine.persistence.sqlite.statements import statement

_MAX_IDLE_CONNECTIONS: Final = 8
"""Connections kept for the next snapshot; more are opened when more snapshots are open at once."""

_GET: Final = statement("get")
_FORWARD: Final = statement("scan_forward")
_BACKWARD: Final = statement("scan_backward")


class _Reading:
    """One read transaction, shared by every snapshot taken while nothing was committed in between."""

    __slots__ = ("connection", "execute", "ts", "users")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.users = 0
        connection.execute("BEGIN")
        # The first statement fixes what the transaction sees, and tells its timestamp (E10).
        newest = connection.execute(statement("newest_ts")).get
        self.ts: Timestamp = int.from_bytes(newest) if newest is not None else 0


class SqliteSnapshot:
    """See Snapshot."""

    __slots__ = ("_execute", "_pool", "_reading", "ts")

    def __init__(self, reading: _Reading, pool: "SnapshotPool") -> None:
        self._reading: _Reading | None = reading
        self._execute = reading.execute
        self._pool = pool
        self.ts: Timestamp = reading.ts

    async def get(self, row_key: bytes) -> bytes | None:
        """See Snapshot."""
        try:
            for (body,) in self._execute(_GET, (row_key,)):
                return body
        except apsw.Error as error:
            raise StoreError(f"The database file could not be read: {error}") from error
        return None

    async def scan(self, lower: bytes, upper: bytes, *, reverse: bool, limit: int) -> Sequence[tuple[bytes, bytes]]:
        """See Snapshot."""
        try:
            return self._execute(_BACKWARD if reverse else _FORWARD, (lower, upper, limit)).fetchall()
        except apsw.Error as error:
            raise StoreError(f"The database file could not be read: {error}") from error

    async def search(self, index: int, words: Sequence[str], filters: Sequence[str], limit: int) -> Sequence[SearchHit]:
        """See Snapshot."""
        if not words:
            return []
        match = "words : (" + " OR ".join(f'"{word}"' for word in words) + ")"
        if filters:
            match += " AND filters : (" + " AND ".join(f'"{token}"' for token in filters) + ")"
        try:
            rows = self._execute(statement("search", index), (match, limit)).fetchall()
        except apsw.Error as error:
            raise StoreError(f"The full-text index could not be read: {error}") from error
        return [SearchHit(key, body, score) for key, body, score in rows]

    async def close(self) -> None:
        """See Snapshot."""
        if self._reading is not None:
            self._pool.leave(self._reading)
            self._reading = None


class SnapshotPool:
    """Opens snapshots; those of one state share a read transaction, which ends in the loop turn after its last use.

    A transaction kept longer would keep SQLite from reusing its log.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[Connection] = []
        self._current: _Reading | None = None
        self._open: set[_Reading] = set()
        self._closed = False

    def snapshot(self) -> SqliteSnapshot:
        """Return a snapshot of the newest state."""
        reading = self._current
        if reading is None:
            if self._closed:
                raise EngineClosingError
            try:
                reading = self._current = _Reading(self._idle.pop() if self._idle else open_reader(self._path))
            except apsw.Error as error:
                raise StoreError(f"The database file could not be read: {error}") from error
            self._open.add(reading)
        reading.users += 1
        return SqliteSnapshot(reading, self)

    def newest_ts(self) -> Timestamp:
        """Return the newest entry's timestamp, 0 for an empty log."""
        snapshot = self.snapshot()
        self.leave_now(snapshot)
        return snapshot.ts

    def renew(self) -> None:
        """Something was committed: the next snapshot shall see it."""
        reading, self._current = self._current, None
        if reading is not None and not reading.users:
            self._end(reading)

    def leave(self, reading: _Reading) -> None:
        """Count one user less; end the transaction soon when it was the last."""
        reading.users -= 1
        if reading.users:
            return
        if reading is self._current:
            asyncio.get_running_loop().call_soon(self._end_if_idle, reading)
        else:
            self._end(reading)

    def leave_now(self, snapshot: SqliteSnapshot) -> None:
        """Close a snapshot that was taken outside of the loop's turns."""
        reading = self._current
        if reading is not None:
            reading.users -= 1
            self._end_if_idle(reading)

    def read_log(self, after: Timestamp, up_to: Timestamp) -> list[LoggedCommit]:
        """Return the log's entries with `after < ts <= up_to`."""
        connection = self._idle.pop() if self._idle else open_reader(self._path)
        try:
            rows = connection.execute(statement("read_log"), (after.to_bytes(8), up_to.to_bytes(8))).fetchall()
            return [decode_entry(int.from_bytes(ts), entry) for ts, entry in rows]
        finally:
            self._put_back(connection)

    def load_global(self, name: str) -> bytes | None:
        """Return a named value."""
        connection = self._idle.pop() if self._idle else open_reader(self._path)
        try:
            return connection.execute(statement("load_global"), (name,)).get
        finally:
            self._put_back(connection)

    def close(self) -> None:
        """End every transaction and close every connection."""
        self._closed = True
        self._current = None
        for reading in list(self._open):
            self._end(reading)
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def _end_if_idle(self, reading: _Reading) -> None:
        if not reading.users and reading in self._open:
            if reading is self._current:
                self._current = None
            self._end(reading)

    def _end(self, reading: _Reading) -> None:
        if reading in self._open:
            self._open.remove(reading)
            reading.connection.execute("ROLLBACK")
            self._put_back(reading.connection)

    def _put_back(self, connection: Connection) -> None:
        if self._closed or len(self._idle) >= _MAX_IDLE_CONNECTIONS:
            connection.close()
        else:
            self._idle.append(connection)
