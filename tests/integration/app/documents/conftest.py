"""Readers that tests command, and people who upload."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tutorium.app.documents import use_reader
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.frames import Progress, Reading
from tutorium.app.reading.pool import Load, OnProgress
from tutorium.app.reading.reading import read_document

NOTES = b"""# Waves

A **wave** is a disturbance that carries energy from one place to another. The **crest** of a wave is its highest point.

## Sound

Sound is a wave in air. In 1876 Alexander Graham Bell patented the telephone, which carries sound over wires.
"""


class CommandedReader:
    """Reads in this process, and waits before each file until the test lets it go on."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.running: list[str] = []
        self.most_at_once = 0
        self.begun: list[str] = []
        self.stopped: list[str] = []
        self.failure: BaseException | None = None
        self.go = asyncio.Event()

    async def read(self, document: str, load: Load, on_progress: OnProgress) -> Reading:
        """See Reader."""
        name, data = await load()
        self.running.append(document)
        self.begun.append(name)
        self.most_at_once = max(self.most_at_once, len(self.running))
        try:
            await on_progress(Progress(stage="reading", done=1, total=2))
            await self.go.wait()
            if self.failure is not None:
                raise self.failure
            steps: list[Progress] = []
            reading = read_document(document, name, data, steps.append)
            for step in steps:
                await on_progress(step)
            return reading
        except asyncio.CancelledError:
            self.stopped.append(name)
            raise
        finally:
            self.running.remove(document)


@pytest.fixture
def reader() -> Iterator[CommandedReader]:
    """A reader with two places that waits until `reader.go` is set."""
    commanded = CommandedReader(2)
    with use_reader(commanded):
        yield commanded


@pytest.fixture
def refusal() -> Callable[[str], UnreadableError]:
    """The error of a reader that cannot read a file, by code."""
    return lambda code: UnreadableError(code)


class Library:
    """Uploads and waits, as the page does."""

    def __init__(self, world: Any) -> None:
        self.world = world

    async def upload(self, person: Any, data: bytes = NOTES, content_type: str = "text/markdown") -> str:
        """Post a file to a fresh address; return its storage id."""
        url = await person.call("documents:generateUploadUrl")
        token = parse_qs(urlsplit(url).query)["token"][0]

        async def chunks() -> AsyncIterator[bytes]:
            yield data

        return await self.world.engine.files.upload(token, chunks(), content_type)

    async def add(self, person: Any, folder: str, name: str = "Waves.md", data: bytes = NOTES) -> str:
        """Upload a file and make it a document."""
        return await person.call("documents:add", folder=folder, storageId=await self.upload(person, data), name=name)

    async def until(self, person: Any, document: str, *statuses: str) -> dict[str, Any]:
        """Wait until the document has one of the statuses; return its row."""
        for _ in range(3000):
            row = await person.call("documents:get", document=document)
            if row["status"] in statuses:
                return row
            await asyncio.sleep(0.01)
        raise AssertionError(f"still {row['status']} {row['error']}")


@pytest.fixture
def library(world: Any) -> Library:
    """Uploading and waiting."""
    return Library(world)


@pytest.fixture
async def ann(world: Any) -> Any:
    """The first account, who owns the folder."""
    return await world.person("Ann", admin=True)


@pytest.fixture
async def folder(ann: Any) -> str:
    """A folder of Ann's."""
    return await ann.call("folders:create", name="Physics")
