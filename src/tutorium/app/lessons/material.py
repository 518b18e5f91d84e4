"""What a lesson teaches from: the documents of the session's folder, and how a quotation becomes a citation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tutorium.app.reading.findings import Quote, SourceDocument
from tutorium.app.reading.material import Span, rects_of
from tutorium.app.sessions.tables import Session
from tutorium.engine import Id
from tutorium.realtime.tutor_stream.events import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class PassagePlace:
    """Which characters of a document one passage holds."""

    passage: str
    spans: tuple[Span, ...]

    def holds(self, span: Span) -> bool:
        """Return whether the passage holds the beginning of `span`."""
        return any(own.block == span.block and own.start <= span.start < own.end for own in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All sources of a session, with the passages of each document in order. `pending` counts documents still being read."""

    sources: tuple[SourceDocument, ...]
    passages: Mapping[str, Sequence[PassagePlace]] = field(default_factory=dict[str, Sequence[PassagePlace]])
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
            if place.holds(quote.span):
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
