"""What a lesson teaches from: the documents of the session's folder, and how a quotation becomes a citation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tutorium.app.reading.findings import Quote, SourceDocument, Span
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id
from tutorium.realtime.tutor_stream.events import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRange:
    """The blocks (first and last, inclusive) that one passage of a document covers."""

    passage: str
    first_block: int
    last_block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All sources of a session, with the passages of each document in order. `pending` counts documents still being read."""

    sources: tuple[SourceDocument, ...]
    passages: dict[str, tuple[PassageRange, ...]] = field(default_factory=dict[str, tuple[PassageRange, ...]])
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
        passage = self._passage(quote.document, quote.span)
        if passage is None:
            return None
        return Citation(document=quote.document, passage=passage, quote=quote.text, page=self._page(quote))

    def _passage(self, document: str, span: Span) -> str | None:
        for passage in self.passages.get(document, ()):
            if passage.first_block <= span.block <= passage.last_block:
                return passage.passage
        return None

    def _page(self, quote: Quote) -> int | None:
        for source in self.sources:
            if source.id == quote.document and quote.span.block < len(source.extract.blocks):
                block = source.extract.blocks[quote.span.block]
                lines = [line.page for line in block.lines if line.start < quote.span.end and quote.span.start < line.end]
                return lines[0] if lines else block.page
        return None


class MaterialLoader(Protocol):
    """Gets the material of a session."""

    async def load(self, session: Id[Session]) -> Material:
        """Return what is ready to be taught now; documents that failed or were removed are not in it."""
        ...
