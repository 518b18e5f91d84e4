"""Documents as clients see them."""

from msgspec import field

from tutorium.app.documents.snippets import Snippet
from tutorium.app.documents.tables import Box, Document, PageBlock, Passage, Problem, SpanOf, Status
from tutorium.app.folders import Folder
from tutorium.app.reading.findings import TextType
from tutorium.engine import Id, View


class DocumentView(View):
    """A document and how far reading it has come: `progress` in [0, 1]; `error` only when it failed.

    Where the format has no pages (`paged` false), `pages` counts parts of a few minutes' reading.
    """

    id: Id[Document] = field(name="_id")
    creation_time: float = field(name="_creationTime")
    folder: Id[Folder]
    name: str
    status: Status
    progress: float
    error: Problem | None
    pages: int
    pages_read: int
    paged: bool
    words: int
    title: str
    language: str
    text_type: TextType | None
    bytes: int
    sample: bool


class Found(View):
    """A passage that a search found."""

    passage: Id[Passage]
    document: Id[Document]
    name: str
    title: str
    page: int | None
    part: int
    path: list[str]
    snippet: Snippet


class PassageView(View):
    """A passage where it stands: `boxes` are the lines to mark, (start, end, page, x0, y0, x1, y1) in points from the top left.

    `start` and `end` tell what was asked for: the quotation, or the whole passage.
    """

    id: Id[Passage] = field(name="_id")
    document: Id[Document]
    name: str
    title: str
    text: str
    start: int
    end: int
    page: int | None
    part: int
    path: list[str]
    spans: list[SpanOf]
    boxes: list[Box]


class PageView(View):
    """One page (or part) of a document, of `pages`. `width` and `height` in points, 0 where there are no real pages."""

    document: Id[Document]
    page: int
    pages: int
    paged: bool
    width: float
    height: float
    blocks: list[PageBlock]


class SourceView(View):
    """Where the uploaded file is, and what kind it is."""

    url: str
    content_type: str
    name: str
    bytes: int


def view_of(row: Document) -> DocumentView:
    """Return the row without what only the server needs."""
    return DocumentView(
        id=row.id,
        creation_time=row.creation_time,
        folder=row.folder,
        name=row.name,
        status=row.status,
        progress=row.progress,
        error=row.error,
        pages=row.pages,
        pages_read=row.pages_read,
        paged=row.paged,
        words=row.words,
        title=row.title,
        language=row.language,
        text_type=row.text_type,
        bytes=row.bytes,
        sample=row.sample,
    )
