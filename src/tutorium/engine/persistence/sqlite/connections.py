"""Opening connections to one database file, each with the settings that durability and concurrency rest on."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

import apsw

from tutorium.engine.errors import StoreError
from tutorium.engine.persistence.sqlite.statements import schema

FORMAT_VERSION: Final = 1
"""Kept in the file's `user_version`; raised when an older release could not read what this one writes."""

_WRITER_CACHE_KIB: Final = 65_536
_READER_CACHE_KIB: Final = 8_192
_MMAP_BYTES: Final = 1 << 30
"""Readers see pages through the kernel's cache instead of copying them; address space is all that this reserves."""

_JOURNAL_LIMIT_BYTES: Final = 64 << 20
_CHECKPOINT_PAGES: Final = 4_000
"""About 16 MiB of log between checkpoints: rarer than SQLite's 1,000 pages, since each one costs two fsyncs."""


class Cursor(Protocol):
    """The rows of one statement, as this adapter uses them. Columns are whatever the statement selects."""

    @property
    def get(self) -> Any:
        """The only value of the only row; None when there is no row."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""
        ...

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows."""
        ...


class Connection(Protocol):
    """A connection, as this adapter uses it: apsw's own stubs leave the type of blobs open."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, statement: str, bindings: Sequence[object] = ..., /) -> Cursor:
        """Run a statement."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def open_writer(path: Path) -> Connection:
    """Open the one connection that writes, making the schema in an empty file. Raises StoreError."""
    try:
        connection = cast("Connection", apsw.Connection(str(path)))
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        for pragma in (
            "synchronous = FULL",
            f"cache_size = -{_WRITER_CACHE_KIB}",
            f"journal_size_limit = {_JOURNAL_LIMIT_BYTES}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        _bring_up(connection, path)
    except apsw.Error as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error
    return connection


def open_reader(path: Path) -> Connection:
    """Open one more connection that only reads."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX
    connection = cast("Connection", apsw.Connection(str(path), flags=flags))
    for pragma in ("query_only = 1", f"cache_size = -{_READER_CACHE_KIB}", f"mmap_size = {_MMAP_BYTES}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _bring_up(connection: Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").get
    if version == FORMAT_VERSION:
        return
    if version != 0:
        raise StoreError(f"{path} has format {version}; this release reads format {FORMAT_VERSION}. Use the matching release.")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(schema()).fetchall()
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}").fetchall()
    connection.execute("COMMIT")
