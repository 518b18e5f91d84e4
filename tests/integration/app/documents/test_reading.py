"""From the upload to the ready document, and what can come between."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tutorium.app.documents import Document, PageText, Passage
from tutorium.engine import StoredFile

pytestmark = pytest.mark.anyio


async def test_an_uploaded_file_becomes_a_ready_document(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """Its row says what it is, how long it is and that it is ready."""
    reader.go.set()
    document = await library.add(ann, folder)
    row = await library.until(ann, document, "ready", "failed")
    assert row["error"] is None
    assert (row["status"], row["progress"], row["name"], row["title"]) == ("ready", 1, "Waves.md", "Waves")
    assert (row["language"], row["pages"], row["pagesRead"], row["paged"]) == ("en", 1, 1, False)
    assert row["words"] > 40
    assert row["textType"]
    assert row["bytes"] > 200


async def test_progress_is_seen_while_it_is_read(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """Half of the pages read shows as a number between 0 and 1, and pages read."""
    document = await library.add(ann, folder)
    while (row := await library.until(ann, document, "queued", "reading"))["pagesRead"] == 0:
        await asyncio.sleep(0.01)
    assert (row["status"], row["pages"], row["pagesRead"]) == ("reading", 2, 1)
    assert 0 < row["progress"] < 1
    reader.go.set()
    await library.until(ann, document, "ready")


async def test_a_file_that_cannot_be_read_fails_with_its_reason(
    reader: Any, refusal: Callable[[str], Exception], library: Any, ann: Any, folder: str
) -> None:
    """The row carries the stable code and the sentence, and a retry reads it after all."""
    reader.go.set()
    reader.failure = refusal("scanned")
    document = await library.add(ann, folder)
    row = await library.until(ann, document, "failed")
    assert row["error"]["code"] == "scanned"
    assert "OCR" in row["error"]["message"]
    reader.failure = None
    await ann.call("documents:retry", document=document)
    assert (await library.until(ann, document, "ready"))["error"] is None


async def test_reading_is_stopped_in_the_middle(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """A cancelled document fails as cancelled, its reader stops, and it can be read again."""
    document = await library.add(ann, folder)
    while not reader.running:
        await asyncio.sleep(0.01)
    await ann.call("documents:cancel", document=document)
    assert (await ann.call("documents:get", document=document))["error"]["code"] == "cancelled"
    while not reader.stopped:
        await asyncio.sleep(0.01)
    reader.go.set()
    await ann.call("documents:retry", document=document)
    await library.until(ann, document, "ready")


async def test_only_what_is_being_read_can_be_stopped_or_retried(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """Stopping a ready document, or reading it again, is refused."""
    reader.go.set()
    document = await library.add(ann, folder)
    await library.until(ann, document, "ready")
    with pytest.raises(Exception, match="not_being_read"):
        await ann.call("documents:cancel", document=document)
    with pytest.raises(Exception, match="not_failed"):
        await ann.call("documents:retry", document=document)


async def test_no_more_are_read_at_once_than_there_are_places(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """Two places: of five documents two are read at a time, the others are queued, and all get ready."""
    documents = [await library.add(ann, folder, f"{number}.md") for number in range(5)]
    while len(reader.running) < 2:
        await asyncio.sleep(0.01)
    statuses = [(await ann.call("documents:get", document=document))["status"] for document in documents]
    assert statuses == ["reading", "reading", "queued", "queued", "queued"]
    reader.go.set()
    for document in documents:
        await library.until(ann, document, "ready")
    assert reader.most_at_once == 2


async def test_a_newcomer_is_served_before_the_rest_of_a_long_queue(
    reader: Any, library: Any, ann: Any, folder: str, world: Any
) -> None:
    """Whoever has nothing being read comes before the next of somebody who has."""
    for number in range(4):
        await library.add(ann, folder, f"ann {number}.md")
    ben = await world.person("Ben")
    await library.add(ben, await ben.call("folders:create", name="Mine"), "ben.md")
    while len(reader.running) < 2:
        await asyncio.sleep(0.01)
    reader.go.set()
    while len(reader.begun) < 5:
        await asyncio.sleep(0.01)
    assert reader.begun.index("ben.md") < reader.begun.index("ann 3.md")


async def test_a_document_whose_job_was_lost_does_not_hold_its_place(
    reader: Any, library: Any, ann: Any, folder: str, world: Any
) -> None:
    """When the job of a document ends without a word, the document fails and the next one is read."""
    reader.failure = RuntimeError("the reader itself broke")
    reader.go.set()
    document = await library.add(ann, folder)
    for _ in range(6):
        await asyncio.sleep(0.05)
        await world.later(700)
    assert (await library.until(ann, document, "failed"))["error"]["code"] == "crashed"
    assert reader.begun.count("Waves.md") == 5


async def test_reading_again_replaces_what_was_found(reader: Any, library: Any, ann: Any, folder: str, world: Any) -> None:
    """A second reading leaves one set of passages, pages and material."""
    reader.go.set()
    document = await library.add(ann, folder)
    await library.until(ann, document, "ready")
    before = [await world.count(table) for table in (Passage, PageText)]
    from tutorium.app.documents.material import read_anew

    await world.engine.run_mutation(read_anew, document=document)
    await library.until(ann, document, "ready")
    assert [await world.count(table) for table in (Passage, PageText)] == before
    assert before[0] > 0


async def test_a_pdf_is_read_in_a_child_process(library: Any, ann: Any, folder: str) -> None:
    """With the real reader a PDF gets ready within seconds, page by page, and search shows the place of a passage."""
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer)
    for page in range(1, 4):
        for line, text in enumerate(
            ("Friction is a force that opposes motion.", f"Page {page} has its own marker{page} word.")
        ):
            canvas.drawString(72, 700 - 14 * line, text)
        canvas.showPage()
    canvas.save()
    document = await library.add(ann, folder, "Forces.pdf", buffer.getvalue())
    row = await library.until(ann, document, "ready", "failed")
    assert row["error"] is None
    assert (row["pages"], row["pagesRead"], row["paged"]) == (3, 3, True)
    found = await ann.call("documents:search", folder=folder, query="marker2")
    passage = await ann.call("documents:passage", passage=found[0]["passage"], quote="Page 2 has its own marker2 word.")
    assert [box[2] for box in passage["boxes"]] == [2]
    assert (await ann.call("documents:page", document=document, page=2))["blocks"][0]["boxes"]


async def test_a_mislabelled_file_fails_in_the_child(library: Any, ann: Any, folder: str) -> None:
    """A web page named .pdf is refused with a clear reason; the server goes on."""
    document = await library.add(ann, folder, "page.pdf", b"<!doctype html><html><body>hello</body></html>")
    assert (await library.until(ann, document, "failed"))["error"]["code"] == "mislabelled"


async def test_purging_takes_files_and_rows(reader: Any, library: Any, ann: Any, folder: str, world: Any) -> None:
    """A day after its removal nothing of a document is left, neither rows nor files."""
    reader.go.set()
    document = await library.add(ann, folder)
    await library.until(ann, document, "ready")
    await ann.call("documents:remove", document=document)
    for _ in range(27):
        await world.later(3600)
    assert [await world.count(table) for table in (Document, Passage, PageText)] == [0, 0, 0]
    assert await stored_files(world) == 0


async def stored_files(world: Any) -> int:
    """How many files the engine keeps."""
    from tutorium.engine.database import DatabaseReader

    async def count(transaction: Any) -> int:
        return len(await DatabaseReader(transaction).query(StoredFile).collect())

    return await world.engine.database.read(count)
