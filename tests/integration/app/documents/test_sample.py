"""The sample document, ready at once for whoever tries a lesson; and opening documents for lessons."""

from typing import Any

import pytest

from tutorium.app.documents import load_folder, load_source, prepare_sample
from tutorium.app.documents.sample import sample_text

pytestmark = pytest.mark.anyio


class Opened:
    """Runs what lessons call, in an action's place: the loaders take any context that can run queries and open files."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.storage = self

    async def run_query(self, function: Any, **args: Any) -> Any:
        return await self._engine.run_query(function, **args)

    async def run_mutation(self, function: Any, **args: Any) -> Any:
        return await self._engine.run_mutation(function, **args)

    async def open(self, file: Any) -> bytes:
        download = await self._engine.files.open(file)
        return b"".join([chunk async for chunk in download.read()])


@pytest.fixture
def opened(world: Any) -> Any:
    """What stands for the context of an action."""
    return Opened(world.engine)


async def test_the_sample_is_ready_at_once(world: Any, ann: Any, folder: str, opened: Any, reader: Any) -> None:
    """Two guests get a copy each without any reading; what it teaches quotes the copy's own id."""
    reader.go.set()
    with pytest.raises(Exception, match="sample_missing"):
        await ann.call("documents:addSample", folder=folder)
    await world.engine.run_action(prepare_sample)
    await world.engine.run_action(prepare_sample)
    assert len(reader.begun) == 1
    copies = [await ann.call("documents:addSample", folder=folder) for _ in range(2)]
    for copy in copies:
        row = await ann.call("documents:get", document=copy)
        assert (row["status"], row["title"], row["sample"]) == ("ready", "How tides work", True)
        source = await load_source(opened, copy)
        assert len(source.analysis.definitions) >= 8
        quotes = [quote for definition in source.analysis.definitions for quote in definition.quotes]
        assert {quote.document for quote in quotes} == {copy}
        for quote in quotes:
            assert source.extract.blocks[quote.span.block].text[quote.span.start : quote.span.end] == quote.text
    assert len(await ann.call("documents:search", folder=folder, query="amphidromic")) == 2


async def test_purging_a_copy_leaves_the_others(world: Any, ann: Any, folder: str, opened: Any, reader: Any) -> None:
    """Copies share their files; when one is purged the other can still be opened."""
    reader.go.set()
    await world.engine.run_action(prepare_sample)
    one, two = [await ann.call("documents:addSample", folder=folder) for _ in range(2)]
    await ann.call("documents:remove", document=one)
    for _ in range(26):
        await world.later(3600)
    assert (await load_source(opened, two)).name == "How tides work.md"


async def test_a_lesson_opens_all_ready_documents_of_a_folder(
    world: Any, ann: Any, folder: str, opened: Any, reader: Any, library: Any
) -> None:
    """Ready documents come with the blocks of their passages; those still being read are counted."""
    reader.go.set()
    first = await library.add(ann, folder, "First.md")
    await library.until(ann, first, "ready")
    reader.go.clear()
    second = await library.add(ann, folder, "Second.md")
    sources = await load_folder(opened, folder)
    assert [source.id for source in sources.sources] == [first]
    assert sources.pending == 1
    blocks = sources.sources[0].extract.blocks
    covered = sources.passages[first]
    assert covered[0].first_block == 0
    assert covered[-1].last_block == blocks[-1].id
    reader.go.set()
    await library.until(ann, second, "ready")


async def test_material_of_an_older_version_is_read_anew(
    world: Any, ann: Any, folder: str, opened: Any, reader: Any, library: Any
) -> None:
    """When the packed material cannot be opened any more, the document is read again by itself."""
    from tutorium.engine.database import DatabaseWriter

    reader.go.set()
    document = await library.add(ann, folder)
    await library.until(ann, document, "ready")
    stale = await library.upload(ann, b"not what we packed")

    async def write(transaction: Any) -> None:
        await DatabaseWriter(transaction).patch(document, material=stale)

    await world.engine.database.write(write)
    assert (await load_folder(opened, folder)).sources == ()
    await library.until(ann, document, "ready")
    assert len((await load_folder(opened, folder)).sources) == 1


def test_the_sample_has_what_a_lesson_needs() -> None:
    """About twelve hundred words with headings, bold terms, a table and a formula."""
    text = sample_text().decode()
    assert 1100 < len(text.split()) < 1500
    assert text.count("\n## ") >= 6
    assert text.count("**") >= 30
    assert "\n| --- " in text
    assert "\n$$\n" in text
