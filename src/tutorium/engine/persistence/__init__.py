"""Where commits are kept: the port that a store implements, and its adapters in memory and on SQLite. Knows no table."""

from tutorium.engine.persistence.commit import (
    Commit,
    KeyChange,
    LoggedChange,
    LoggedCommit,
    RowChange,
    SearchEntry,
    Timestamp,
    decode_entry,
    encode_entry,
)
from tutorium.engine.persistence.memory import MemoryStore
from tutorium.engine.persistence.port import CommitTurn, SearchHit, Snapshot, Store
from tutorium.engine.persistence.sqlite import open_sqlite_store

__all__ = [
    "Commit",
    "CommitTurn",
    "KeyChange",
    "LoggedChange",
    "LoggedCommit",
    "MemoryStore",
    "RowChange",
    "SearchEntry",
    "SearchHit",
    "Snapshot",
    "Store",
    "Timestamp",
    "decode_entry",
    "encode_entry",
    "open_sqlite_store",
]
