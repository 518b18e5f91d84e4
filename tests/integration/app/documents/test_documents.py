"""Documents through public functions: limits, lists, search, pages, undo, and who may do what."""

import asyncio
from typing import Any

import pytest

from tutorium.app.documents import MAX_DOCUMENTS, MAX_UPLOAD_BYTES, Document, Passage

pytestmark = pytest.mark.anyio

PAGINATION = {"numItems": 10, "cursor": None}


@pytest.fixture
async def document(reader: Any, library: Any, ann: Any, folder: str) -> str:
    """A ready document of Ann's."""
    reader.go.set()
    document = await library.add(ann, folder)
    await library.until(ann, document, "ready")
    return document


@pytest.fixture
async def member(world: Any, ann: Any, folder: str) -> Any:
    """Somebody who watches a session in Ann's folder."""
    session = await ann.call("sessions:create", folder=folder, title="Waves")
    invitation = await ann.call("sessions:share", session=session, role="viewer")
    ben = await world.person("Ben")
    await ben.call("sessions:join", code=invitation["code"])
    return ben


async def test_search_finds_passages_with_snippets(document: str, ann: Any, folder: str) -> None:
    """The best passage comes with its document, its headings and the words that were looked for marked."""
    found = await ann.call("documents:search", folder=folder, query="telephone patented")
    assert found[0]["document"] == document
    assert found[0]["name"] == "Waves.md"
    snippet = found[0]["snippet"]
    marked = {snippet["text"][int(start) : int(end)] for start, end in snippet["matches"]}
    assert {"telephone", "patented"} <= marked


async def test_search_is_live(world: Any, document: str, ann: Any, folder: str, library: Any) -> None:
    """A watched search changes when a document with the word becomes ready, and when it is removed."""
    watch = world.watch(ann, "documents:search", folder=folder, query="zeppelin")
    assert await watch() == []
    added = await library.add(ann, folder, "Air.md", b"# Air\n\nA zeppelin is an airship that floats on hydrogen.\n")
    await library.until(ann, added, "ready")
    while not (found := await watch()):
        pass
    assert found[0]["document"] == added
    await ann.call("documents:remove", document=added)
    while await watch():
        pass


async def test_a_passage_and_its_page_can_be_opened(document: str, ann: Any, folder: str) -> None:
    """From a hit to the passage, and to all blocks of the part it stands in."""
    hit = (await ann.call("documents:search", folder=folder, query="crest"))[0]
    passage = await ann.call("documents:passage", passage=hit["passage"], quote="highest point")
    assert passage["text"][int(passage["start"]) : int(passage["end"])] == "highest point"
    assert passage["page"] is None
    page = await ann.call("documents:page", document=document, page=passage["part"])
    assert page["pages"] == 1
    texts = {int(block["id"]): block["text"] for block in page["blocks"]}
    for block, start, end in passage["spans"]:
        assert texts[int(block)][int(start) : int(end)] in passage["text"]


async def test_a_page_that_is_not_there_is_refused(document: str, ann: Any) -> None:
    """Asking beyond the last page, or for page 0, is an error, never null."""
    with pytest.raises(Exception, match="no_such_page"):
        await ann.call("documents:page", document=document, page=2)
    with pytest.raises(Exception, match="invalid_arguments"):
        await ann.call("documents:page", document=document, page=0)


async def test_the_source_has_an_address(document: str, ann: Any, world: Any) -> None:
    """The uploaded bytes come back unchanged from the address."""
    source = await ann.call("documents:source", document=document)
    assert (source["name"], source["contentType"]) == ("Waves.md", "text/markdown")
    download = await world.engine.files.find(source["url"].rpartition("/")[2])
    assert (b"".join([chunk async for chunk in download.read()])).startswith(b"# Waves")


async def test_the_list_is_paginated_newest_first(reader: Any, library: Any, ann: Any, folder: str, world: Any) -> None:
    """Pages of two; without options the whole folder comes."""
    reader.go.set()
    documents: list[str] = []
    for number in range(3):
        documents.append(await library.add(ann, folder, f"{number}.md"))
        await world.later(1)
    first = await ann.call("documents:list", folder=folder, paginationOpts={"numItems": 2, "cursor": None})
    assert [row["_id"] for row in first["page"]] == [documents[2], documents[1]]
    rest = await ann.call("documents:list", folder=folder, paginationOpts={"numItems": 2, "cursor": first["continueCursor"]})
    assert [row["_id"] for row in rest["page"]] == [documents[0]]
    whole = await ann.call("documents:list", folder=folder)
    assert len(whole["page"]) == 3


async def test_rename_cleans_the_name(document: str, ann: Any) -> None:
    """White space is folded; blank names and names over 200 characters are refused."""
    await ann.call("documents:rename", document=document, name="  All   waves ")
    assert (await ann.call("documents:get", document=document))["name"] == "All waves"
    with pytest.raises(Exception, match="blank_name"):
        await ann.call("documents:rename", document=document, name="   ")
    with pytest.raises(Exception, match="invalid_arguments"):
        await ann.call("documents:rename", document=document, name="x" * 201)


async def test_a_removed_document_comes_back(document: str, ann: Any, folder: str) -> None:
    """Removed it is gone from list, search and counts; restored it is as before."""
    await ann.call("documents:remove", document=document)
    assert (await ann.call("documents:list", folder=folder, paginationOpts=PAGINATION))["page"] == []
    assert await ann.call("documents:search", folder=folder, query="crest") == []
    assert [row["documents"] for row in await ann.call("folders:list")] == [0]
    with pytest.raises(Exception, match="not_found"):
        await ann.call("documents:get", document=document)
    await ann.call("documents:restore", document=document)
    assert (await ann.call("documents:get", document=document))["status"] == "ready"
    assert len(await ann.call("documents:search", folder=folder, query="crest")) == 1
    assert [row["documents"] for row in await ann.call("folders:list")] == [1]


async def test_what_was_removed_a_day_ago_stays_away(document: str, ann: Any, world: Any) -> None:
    """After 24 hours a removal cannot be taken back."""
    await ann.call("documents:remove", document=document)
    await world.later(24 * 3600 + 1)
    with pytest.raises(Exception, match="not_found"):
        await ann.call("documents:restore", document=document)


async def test_removing_stops_the_reading(reader: Any, library: Any, ann: Any, folder: str) -> None:
    """A document removed while it is read is no longer read; restored it can be read again."""
    document = await library.add(ann, folder)
    while not reader.running:
        await asyncio.sleep(0.01)
    await ann.call("documents:remove", document=document)
    while not reader.stopped:
        await asyncio.sleep(0.01)
    await ann.call("documents:restore", document=document)
    assert (await ann.call("documents:get", document=document))["error"]["code"] == "cancelled"


async def test_a_file_is_added_only_once(document: str, library: Any, ann: Any, folder: str) -> None:
    """The same upload cannot be two documents."""
    storage_id = await library.upload(ann)
    reading = await ann.call("documents:add", folder=folder, storageId=storage_id, name="One.md")
    with pytest.raises(Exception, match="upload_used"):
        await ann.call("documents:add", folder=folder, storageId=storage_id, name="Two.md")
    await library.until(ann, reading, "ready")


async def test_the_upload_of_somebody_else_is_not_there(library: Any, ann: Any, folder: str, world: Any) -> None:
    """A storage id works for whoever uploaded the file, and for nobody else."""
    ben = await world.person("Ben")
    with pytest.raises(Exception, match="upload_missing"):
        await ann.call("documents:add", folder=folder, storageId=await library.upload(ben), name="Taken.md")
    with pytest.raises(Exception, match="invalid_arguments"):
        await ann.call("documents:add", folder=folder, storageId="nonsense", name="Nothing.md")


async def test_an_upload_over_the_limit_is_refused(library: Any, ann: Any) -> None:
    """Fifty MiB and one byte do not arrive."""
    with pytest.raises(Exception, match=str(MAX_UPLOAD_BYTES)):
        await library.upload(ann, bytes(MAX_UPLOAD_BYTES + 1))


async def test_a_folder_holds_two_hundred_documents(document: str, library: Any, ann: Any, folder: str, world: Any) -> None:
    """The two hundred and first is refused, and so is restoring one into a full folder."""
    await ann.call("documents:remove", document=document)

    async def write(transaction: Any) -> None:
        from tutorium.engine.database import DatabaseWriter

        db = DatabaseWriter(transaction)
        row = await db.get_or_raise(document)
        for _ in range(MAX_DOCUMENTS):
            copy = Document(
                folder=row.folder, owner=row.owner, name="copy", source=row.source, content_type="x", bytes=1, status="failed"
            )
            await db.insert(copy)

    await world.engine.database.write(write)
    with pytest.raises(Exception, match="too_many_documents"):
        await library.add(ann, folder)
    with pytest.raises(Exception, match="too_many_documents"):
        await ann.call("documents:restore", document=document)


async def test_members_of_a_session_read_but_do_not_change(document: str, member: Any, folder: str, library: Any) -> None:
    """Who watches a session in the folder may read its documents; changing them is forbidden, and said so."""
    assert (await member.call("documents:get", document=document))["name"] == "Waves.md"
    assert len((await member.call("documents:list", folder=folder))["page"]) == 1
    hit = (await member.call("documents:search", folder=folder, query="crest"))[0]
    assert (await member.call("documents:passage", passage=hit["passage"]))["document"] == document
    assert (await member.call("documents:page", document=document, page=1))["blocks"]
    for change, args in (("rename", {"name": "Mine"}), ("remove", {}), ("cancel", {}), ("retry", {})):
        with pytest.raises(Exception, match="forbidden"):
            await member.call(f"documents:{change}", document=document, **args)
    with pytest.raises(Exception, match="not_found"):
        await member.call("documents:add", folder=folder, storageId=await library.upload(member), name="x")


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("get", ("document",)),
        ("page", ("document", "page")),
        ("source", ("document",)),
        ("passage", ("passage",)),
        ("list", ("folder",)),
        ("search", ("folder", "query")),
        ("rename", ("document", "name")),
        ("remove", ("document",)),
        ("cancel", ("document",)),
        ("retry", ("document",)),
        ("addSample", ("folder",)),
    ],
)
async def test_strangers_find_nothing(
    function: str, args: tuple[str, ...], document: str, ann: Any, folder: str, world: Any
) -> None:
    """For those without a share in the folder nothing exists; those without a token are asked to sign in."""
    hit = (await ann.call("documents:search", folder=folder, query="crest"))[0]
    given = {"document": document, "folder": folder, "passage": hit["passage"], "page": 1, "query": "crest", "name": "x"}
    stranger = await world.person("Eve")
    with pytest.raises(Exception, match="not_found"):
        await stranger.call(f"documents:{function}", **{arg: given[arg] for arg in args})
    with pytest.raises(Exception, match="not_signed_in"):
        await world.nobody().call(f"documents:{function}", **{arg: given[arg] for arg in args})


async def test_a_purged_folder_takes_its_documents(document: str, ann: Any, folder: str, world: Any) -> None:
    """A day after its removal the folder is gone with all its documents and passages."""
    await ann.call("folders:remove", folder=folder)
    for _ in range(26):
        await world.later(3600)
    assert [await world.count(table) for table in (Document, Passage)] == [0, 0]
