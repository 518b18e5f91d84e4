"""The one thread that writes and waits for the disk."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar, cast

import apsw

from tutorium.engine.errors import StoreError
from tutorium.engine.persistence.commit import Commit, SearchEntry, encode_entry
from tutorium.engine.persistence.sqlite.connections import Connection
from tutorium.engine.persistence.sqlite.statements import statement

T = TypeVar("T")


class Writer:
    """Runs jobs on the writing connection, one after another, off the event loop."""

    def __init__(self, connection: Connection) -> None:
        """Take over the connection; nobody else may use it."""
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tutorium-store")

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Run `job` inside one durable transaction. Raises StoreError; then nothing of it is kept, or the process must end."""

        def transact() -> T:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    result = job(self._connection)
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except apsw.Error as error:
                raise StoreError(f"The database file could not be written: {error}") from error
            return result

        return await asyncio.get_running_loop().run_in_executor(self._thread, transact)

    async def close(self) -> None:
        """Finish the jobs under way and close the connection."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()


carray: Final = cast("Callable[[tuple[bytes, ...]], object]", vars(apsw)["carray"])
"""Binds a tuple of blobs as the rows of a table. Through `vars`, since apsw's stubs leave the type of blobs open."""


class _Group:
    """Commits joined into what is left in the end: each row written once, each key put or deleted once.

    Row and key changes of one group may follow each other (two mutations on one row), so the last word counts.
    """

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.rows: dict[bytes, bytes | None] = {}
        self.keys: dict[bytes, bool] = {}
        self.search: dict[tuple[int, bytes], SearchEntry] = {}
        self.log: list[bytes] = []
        for commit in commits:
            self.log.append(commit.ts.to_bytes(8) + encode_entry(commit))
            for change in commit.changes:
                self.rows[change.key] = change.new
                for entry in change.search:
                    self.search[entry.index, change.key] = entry
                for pair in change.keys:
                    if pair.old != pair.new:
                        self._move(pair.old, pair.new)

    def _move(self, old: bytes | None, new: bytes | None) -> None:
        if old is not None:
            # A key put earlier in this group is not in the table yet: forget it instead of deleting it.
            if self.keys.get(old):
                del self.keys[old]
            else:
                self.keys[old] = False
        if new is not None:
            if self.keys.get(new) is False:
                del self.keys[new]
            else:
                self.keys[new] = True


def prepare(commits: Sequence[Commit]) -> Callable[[Connection], None]:
    """Return the job that writes a group of commits. What needs the interpreter is done here, before the thread starts."""
    group = _Group(commits)
    put_rows = tuple([key + body for key, body in group.rows.items() if body is not None])
    gone_rows = tuple([key for key, body in group.rows.items() if body is None])
    put_keys = tuple(sorted([key for key, present in group.keys.items() if present]))
    gone_keys = tuple([key for key, present in group.keys.items() if not present])
    log = tuple(group.log)

    def write(connection: Connection) -> None:
        for (index, key), entry in group.search.items():
            if entry.words is None:
                connection.execute(statement("delete_search", index), (key,))
        _bulk(connection, "delete_entries", gone_keys)
        _bulk(connection, "delete_rows", gone_rows)
        _bulk(connection, "put_rows", put_rows)
        _bulk(connection, "put_entries", put_keys)
        for (index, key), entry in group.search.items():
            if entry.words is not None:
                connection.execute(statement("put_search", index), (key, entry.words, entry.filters))
        _bulk(connection, "append_log", log)

    return write


def _bulk(connection: Connection, name: str, values: tuple[bytes, ...]) -> None:
    if values:
        connection.execute(statement(name), (carray(values),))
