"""A database of a few tables, on every store."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.engine_tables import ALL_TABLES
from tutorium.engine.database import Database
from tutorium.engine.persistence import MemoryStore, Store, open_sqlite_store
from tutorium.engine.testing import VirtualRuntime


@asynccontextmanager
async def open_database(store: Store, runtime: VirtualRuntime) -> AsyncGenerator[Database, None]:
    database = await Database.open(store, ALL_TABLES, runtime)
    committing = asyncio.create_task(database.committer.run())
    yield database
    database.committer.close()
    await committing
    await database.close()


@pytest.fixture
def runtime() -> VirtualRuntime:
    return VirtualRuntime()


@pytest.fixture(params=["memory", "sqlite"])
async def database(request: pytest.FixtureRequest, tmp_path: Path, runtime: VirtualRuntime) -> AsyncGenerator[Database, None]:
    store: Store = MemoryStore() if request.param == "memory" else await open_sqlite_store(tmp_path / "store")
    async with open_database(store, runtime) as opened:
        yield opened
