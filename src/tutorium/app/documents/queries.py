"""Reading about documents: live lists, pages, passages, search."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tutorium.app.documents.access import document_reader, folder_reader, passage_reader
from tutorium.app.documents.errors import NoSuchPageError, NotReadyError
from tutorium.app.documents.feature import functions
from tutorium.app.documents.snippets import snippet_of
from tutorium.app.documents.tables import Document, FileId, PageText, Passage
from tutorium.app.documents.views import DocumentView, Found, PageView, PassageView, SourceView, view_of
from tutorium.app.folders import Folder
from tutorium.engine import Id, Page, PaginationOptions, QueryContext, internal
from tutorium.errors import NotFoundError

MAX_DOCUMENTS = 200
"""Documents of one folder: a lesson loads all of them, and a list of this length can still be taken in."""

MAX_FOUND = 50
"""More hits than anybody looks through."""

_WHOLE_FOLDER = PaginationOptions(num_items=MAX_DOCUMENTS)
# Passages of removed documents are still indexed until they are purged; look at this many times more than asked for.
_HITS_PER_FOUND = 3

Question = Annotated[str, Meta(min_length=1, max_length=500)]


@functions.query(guard=document_reader())
async def get(ctx: QueryContext, *, document: Id[Document]) -> DocumentView:
    """The document, and how far reading it has come."""
    return view_of(await ctx.db.get_or_raise(document))


@functions.query(guard=folder_reader())
async def list_(
    ctx: QueryContext, *, folder: Id[Folder], pagination_opts: PaginationOptions = _WHOLE_FOLDER
) -> Page[DocumentView]:
    """The documents of a folder, newest first."""
    rows = ctx.db.query(Document).index("by_folder").eq(folder=folder, removed_at=None).order("desc")
    return (await rows.paginate(pagination_opts)).map(view_of)


@functions.query(guard=folder_reader())
async def search(
    ctx: QueryContext, *, folder: Id[Folder], query: Question, limit: Annotated[int, Meta(ge=1, le=MAX_FOUND)] = 10
) -> list[Found]:
    """The passages of a folder's documents that fit the words of `query` best, best first."""
    found: list[Found] = []
    documents: dict[str, Document | None] = {}
    for hit in await ctx.db.search(Passage, "by_text", query, folder=folder).take(limit * _HITS_PER_FOUND):
        if hit.document not in documents:
            documents[hit.document] = await ctx.db.get(hit.document)
        row = documents[hit.document]
        if row is None or row.removed_at is not None or row.status != "ready":
            continue
        found.append(
            Found(
                passage=hit.id,
                document=hit.document,
                name=row.name,
                title=row.title,
                page=hit.page,
                part=hit.part,
                path=hit.path,
                snippet=snippet_of(hit.text, query),
            )
        )
        if len(found) == limit:
            break
    return found


@functions.query(guard=passage_reader())
async def passage(ctx: QueryContext, *, passage: Id[Passage], quote: str | None = None) -> PassageView:
    """A passage with its place; with `quote`, only the lines of that quotation are marked, if it stands in the passage."""
    row = await ctx.db.get_or_raise(passage)
    document = await ctx.db.get_or_raise(row.document)
    at = row.text.find(quote) if quote else -1
    start, end = (at, at + len(quote)) if quote and at >= 0 else (0, len(row.text))
    return PassageView(
        id=row.id,
        document=row.document,
        name=document.name,
        title=document.title,
        text=row.text,
        start=start,
        end=end,
        page=row.page,
        part=row.part,
        path=row.path,
        spans=row.spans,
        boxes=[box for box in row.boxes if box[0] < end and start < box[1]],
    )


@functions.query(guard=document_reader())
async def page(ctx: QueryContext, *, document: Id[Document], page: Annotated[int, Meta(ge=1)]) -> PageView:
    """The text blocks of a page with their places. Raises NotReadyError until the document is ready."""
    row = await ctx.db.get_or_raise(document)
    if row.status != "ready":
        raise NotReadyError
    text = await ctx.db.query(PageText).index("by_document").eq(document=document, number=page).unique()
    if text is None:
        raise NoSuchPageError(pages=row.pages)
    return PageView(
        document=document,
        page=page,
        pages=row.pages,
        paged=row.paged,
        width=text.width,
        height=text.height,
        blocks=text.blocks,
    )


@functions.query(guard=document_reader())
async def source(ctx: QueryContext, *, document: Id[Document]) -> SourceView:
    """Where the file itself can be fetched."""
    row = await ctx.db.get_or_raise(document)
    url = await ctx.storage.get_url(row.source)
    if url is None:
        raise NotFoundError
    return SourceView(url=url, content_type=row.content_type, name=row.name, bytes=row.bytes)


class BlockRange(msgspec.Struct, frozen=True, kw_only=True):
    """The blocks, first and last inclusive, that a passage covers: how a quotation finds its passage."""

    passage: Id[Passage]
    first_block: int
    last_block: int


class ReadyDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a lesson needs to open one document."""

    document: Id[Document]
    name: str
    material: FileId


class FolderReading(msgspec.Struct, frozen=True, kw_only=True):
    """The ready documents of a folder, oldest first, and how many are still being read."""

    ready: list[ReadyDocument]
    pending: int


@functions.query(guard=internal)
async def folder_reading(ctx: QueryContext, *, folder: Id[Folder]) -> FolderReading:
    """What a session in this folder can teach from now."""
    rows = await ctx.db.query(Document).index("by_folder").eq(folder=folder, removed_at=None).take(MAX_DOCUMENTS)
    ready = [
        ReadyDocument(document=row.id, name=row.name, material=row.material)
        for row in rows
        if row.status == "ready" and row.material is not None
    ]
    return FolderReading(ready=ready, pending=sum(row.status in ("queued", "reading", "analysing") for row in rows))


@functions.query(guard=internal)
async def material_of(ctx: QueryContext, *, document: Id[Document]) -> ReadyDocument:
    """Where the material of one document is. Raises NotReadyError."""
    row = await ctx.db.get_or_raise(document)
    if row.status != "ready" or row.material is None:
        raise NotReadyError
    return ReadyDocument(document=row.id, name=row.name, material=row.material)


@functions.query(guard=internal)
async def block_ranges(ctx: QueryContext, *, document: Id[Document]) -> list[BlockRange]:
    """The passages of a document in order, each with the blocks it covers."""
    return [
        BlockRange(passage=row.id, first_block=row.spans[0][0], last_block=row.spans[-1][0])
        async for row in ctx.db.query(Passage).index("by_document").eq(document=document)
    ]
