"""A server that ends while it reads a document reads it again when it is back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tutorium.app.auth.functions import create_guest
from tutorium.app.documents.mutations import add
from tutorium.app.documents.queries import get
from tutorium.app.folders.functions import create
from tutorium.engine import EngineSettings, Identity, WorkerSettings, open_engine
from tutorium.server.composition import build_registry

pytestmark = pytest.mark.anyio


async def test_a_document_is_read_after_a_restart(tmp_path: Path, reader: Any) -> None:
    """The first server is stopped in the middle of the document; the second makes it ready without being asked."""
    settings = EngineSettings(data_dir=tmp_path, workers=WorkerSettings(drain=0.05))

    async def chunks() -> AsyncIterator[bytes]:
        yield b"# Waves\n\nA wave carries energy from one place to another.\n"

    async with open_engine(build_registry(), settings) as engine:
        guest = await engine.run_mutation(create_guest, name="Guest", expires_at=9e15)
        identity = Identity(subject=guest.user.id, issuer="test", token_identifier=f"test|{guest.user.id}")
        acting = engine.acting_as(identity)
        folder = await acting.run_mutation(create, name="Physics")
        file = await engine.files.store(chunks(), "text/markdown")
        document = await acting.run_mutation(add, folder=folder, storage_id=file, name="Waves.md")
        while not reader.running:
            await asyncio.sleep(0.01)
    assert reader.stopped == ["Waves.md"]
    reader.go.set()
    async with open_engine(build_registry(), settings) as engine:
        while (row := await engine.run_query(get, document=document)).status != "ready":
            assert row.status in ("reading", "analysing")
            await asyncio.sleep(0.05)
    assert reader.begun == ["Waves.md", "Waves.md"]
