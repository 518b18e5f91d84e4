"""The store on one SQLite file. Owned by one process; durable with every answer."""

from tutorium.engine.persistence.sqlite.store import SqliteStore, open_sqlite_store

__all__ = ["SqliteStore", "open_sqlite_store"]
