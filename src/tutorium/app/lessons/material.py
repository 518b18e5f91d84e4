"""What a lesson teaches from: the documents of the session's folder, and how a quotation becomes a citation."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import msgspec

from tutorium.app.documents import BlockRange, folder_reading, load_folder
from tutorium.app.documents.queries import FolderReading
from tutorium.app.folders import Folder
from tutorium.app.lessons.functions import functions
from tutorium.app.reading.findings import Quote, SourceDocument
from tutorium.app.reading.material import rects_of
from tutorium.app.sessions.tables import Session
from tutorium.engine import ActionContext, Engine, Id, QueryContext, internal
from tutorium.realtime.tutor_stream.events import Citation

MAX_KEPT = 32
"""Sessions whose material stays in memory: a book is some megabytes."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All sources of a session, with the passages of each document in order. `pending` counts documents still being read."""

    sources: tuple[SourceDocument, ...] = ()
    passages: dict[str, tuple[BlockRange, ...]] = {}
    pending: int = 0

    def citations(self, quotes: Sequence[Quote]) -> list[Citation]:
        """Return one citation for each distinct quotation whose passage is known."""
        cited = (self._citation(quote) for quote in quotes)
        return list(dict.fromkeys(citation for citation in cited if citation is not None))

    def concept_name(self, key: str) -> str:
        """Return how the material writes the concept, or the key where it is not from this material."""
        for source in self.sources:
            for concept in source.analysis.concepts:
                if concept.key == key:
                    return concept.name
        return key

    def _citation(self, quote: Quote) -> Citation | None:
        for place in self.passages.get(quote.document, ()):
            if place.first_block <= quote.span.block <= place.last_block:
                page = self._page(quote)
                return Citation(document=quote.document, passage=place.passage, quote=quote.text, page=page)
        return None

    def _page(self, quote: Quote) -> int | None:
        for source in self.sources:
            if source.id == quote.document:
                block = source.extract.blocks[quote.span.block]
                pages = [page for page, _ in rects_of(block, quote.span.start, quote.span.end)]
                return pages[0] if pages else block.page
        return None


class MaterialLoader(Protocol):
    """Gets the material of a session."""

    async def load(self, session: Id[Session]) -> Material:
        """Return what is ready to be taught now; documents that failed or were removed are not in it."""
        ...


@functions.action(guard=internal)
async def load_material(ctx: ActionContext, *, session: Id[Session]) -> Material:
    """Return the material of a session, for whoever gives the lesson in this process."""
    folder = await ctx.run_query(folder_of, session=session)
    found = await load_folder(ctx, folder)
    return Material(sources=found.sources, passages=found.passages, pending=found.pending)


@functions.query(guard=internal)
async def folder_of(ctx: QueryContext, *, session: Id[Session]) -> Id[Folder]:
    """Return the folder that a session teaches from."""
    return (await ctx.db.get_or_raise(session)).folder


class EngineMaterialLoader:
    """Loads material through the engine, and keeps that of the lessons that were given last: it is large and seldom changes."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is loaded yet."""
        self._engine = engine
        self._kept: OrderedDict[Id[Session], tuple[FolderReading, Material]] = OrderedDict()

    async def load(self, session: Id[Session]) -> Material:
        """Return what is ready to be taught now."""
        folder = await self._engine.run_query(folder_of, session=session)
        reading = await self._engine.run_query(folder_reading, folder=folder)
        kept = self._kept.get(session)
        if kept is not None and kept[0] == reading:
            self._kept.move_to_end(session)
            return kept[1]
        material = await self._engine.run_action(load_material, session=session)
        self._kept[session] = (reading, material)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return material
