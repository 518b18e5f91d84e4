"""Opening connections to one database file, each with the settings that durability and concurrency rest on."""

from pathlib import Path
from typing import Final

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


def open_writer(path: Path) -> apsw.Connection:
    """Open the one connection that writes, making the schema in an empty file. Raises StoreError."""
    try:
        connection = apsw.Connection(str(path))
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


def open_reader(path: Path) -> apsw.Connection:
    """Open one more connection that only reads."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX)
    for pragma in ("query_only = 1", f"cache_size = -{_READER_CACHE_KIB}", f"mmap_size = {_MMAP_BYTES}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _bring_up(connection: apsw.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").get
    if version == FORMAT_VERSION:
        return
    if version != 0:
        raise StoreError(f"{path} has format {version}; this release reads format {FORMAT_VERSION}. Use the matching release.")
    with connection:
        connection.execute(schema()).fetchall()
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}").fetchall()
