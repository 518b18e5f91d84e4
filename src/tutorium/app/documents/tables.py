"""Documents, and what is found in them. All times in ms since 1970."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from tutorium.app.auth import User
from tutorium.app.folders import Folder
from tutorium.app.reading.findings import TextType
from tutorium.app.reading.material import BlockKind
from tutorium.engine import Id, Row, ScheduledFunction, SearchIndex, StoredFile

MAX_NAME_CHARS = 200
"""Longer than any file system lets a name be in one byte a letter, short enough for a list."""

FileId: TypeAlias = Id[StoredFile]
"""A file in the engine's storage."""

Status: TypeAlias = Literal["queued", "reading", "analysing", "ready", "failed"]

DocumentName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a document is not ready: a code of `reading.failures`, or `cancelled`; and a sentence for the learner."""

    code: str
    message: str


class Document(
    Row,
    table="documents",
    indexes={
        "by_folder": ("folder", "removed_at"),
        "by_source": ("source",),
        "by_removal": ("removed_at",),
        "by_status": ("status", "queued_at"),
    },
):
    """A file that a learner uploaded, and how far reading it has come.

    `source` is the file itself, `material` the packed extract and analysis. `attempt` fences: whoever reads an older attempt
    finds out at its next step and stops. `job` reads the document while it is `reading` or `analysing`. `paged` tells
    whether `pages` are real pages or parts that we made.
    """

    folder: Id[Folder]
    owner: Id[User]
    name: str
    source: FileId
    content_type: str
    bytes: int
    status: Status = "queued"
    progress: float = 0.0
    queued_at: float = 0.0
    attempt: int = 0
    job: Id[ScheduledFunction] | None = None
    error: Problem | None = None
    pages: int = 0
    pages_read: int = 0
    paged: bool = True
    words: int = 0
    title: str = ""
    language: str = ""
    text_type: TextType | None = None
    material: FileId | None = None
    removed_at: float | None = None
    sample: bool = False


Box: TypeAlias = tuple[int, int, int, float, float, float, float]
"""The characters start:end of a text lie on a page (from 1) in the box x0, y0, x1, y1: points, origin top left."""

SpanOf: TypeAlias = tuple[int, int, int]
"""Characters start:end of the block of this number: (block, start, end)."""


class Passage(
    Row,
    table="passages",
    indexes={"by_document": ("document", "number")},
    search={"by_text": SearchIndex("text", filters=("folder",))},
):
    """A piece of a ready document, found by its words. `page` is None where the format has no pages; `part` never is."""

    document: Id[Document]
    folder: Id[Folder]
    number: int
    text: str
    part: int
    page: int | None
    path: list[str]
    spans: list[SpanOf]
    boxes: list[Box]


class PageBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a page: `id` is its number in the document; a table has `rows`."""

    id: int
    kind: BlockKind
    text: str
    level: int = 0
    boxes: list[Box] = []
    rows: list[list[str]] = []


class PageText(Row, table="document_pages", indexes={"by_document": ("document", "number")}):
    """The blocks of one page or part, for the viewer; `width` and `height` in points, 0 where there are no pages."""

    document: Id[Document]
    number: int
    width: float
    height: float
    blocks: list[PageBlock]


class PreparedSample(Row, table="prepared_samples", indexes={"by_version": ("version",)}):
    """The sample document, read once for all who try a lesson. `version` is the hash of its text and of how it was read.

    `source` and `material` are files that all copies share; `reading` is what was read, as msgpack, without the material.
    """

    version: str
    source: FileId
    material: FileId
    reading: bytes
