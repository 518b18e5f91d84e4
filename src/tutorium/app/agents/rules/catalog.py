"""All sources of a lesson under one roof: concepts, definitions, relations and facts by key, with their order and section."""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

from tutorium.app.reading.analysis.sections import plain_title
from tutorium.app.reading.analysis.standing_alone import balanced
from tutorium.app.reading.extract.sentences import split_sentences
from tutorium.app.reading.findings import Concept, Definition, Fact, Quote, Relation, SourceDocument
from tutorium.app.reading.material import Block, Span

T = TypeVar("T")
Section = tuple[int, tuple[str, ...]]
Place = tuple[int, int, int]
_INDEFINITE: Final = 1_000_000
LONGEST_WITH_LEAD: Final = 400
_LEANS_BACK: Final = re.compile(
    r"(?:The|Its?|This|He|She|They)\s+(?:[a-z]+\s+)?(?:was|were|had|has|is)\b|(?:It|He|She|They|This)\b"
)
#: Sets of sources whose catalog is kept: lessons that are given at the same time. A catalog of a book is about a megabyte.
MOST_KEPT: Final = 8
_kept: "OrderedDict[tuple[int, ...], Catalog]" = OrderedDict()
_keeping = Lock()


@dataclass(frozen=True)
class Catalog:
    """Read-only view of the sources. A `Section` is a document's number and a path of headings; a `Place` orders passages."""

    sources: tuple[SourceDocument, ...]

    @classmethod
    def of(cls, sources: Sequence[SourceDocument]) -> "Catalog":
        """Return the catalog of `sources`, in their order; the same one as before for the very same sources."""
        # A kept catalog holds its sources, so that their identities cannot come to mean others.
        key = tuple(id(source) for source in sources)
        with _keeping:
            catalog = _kept.get(key)
            if catalog is None:
                catalog = _kept[key] = cls(tuple(sources))
            _kept.move_to_end(key)
            if len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return catalog

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Concepts by key; where documents share one, the heavier stands and aliases join."""
        merged: dict[str, Concept] = {}
        for source in self.sources:
            for concept in source.analysis.concepts:
                held = merged.get(concept.key)
                if held is None or concept.weight > held.weight:
                    merged[concept.key] = concept
        return merged

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """The best definition of each concept, in reading order."""
        best: dict[str, Definition] = {}
        for source in self.sources:
            for definition in source.analysis.definitions:
                held = best.get(definition.concept)
                if held is None or definition.score > held.score:
                    best[definition.concept] = definition
        return dict(sorted(best.items(), key=lambda pair: self.place(pair[1].quotes[-1])))

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """All relations, in reading order."""
        found = [relation for source in self.sources for relation in source.analysis.relations]
        return tuple(sorted(found, key=lambda relation: self.place(relation.quote)))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """All facts, in reading order."""
        found = [fact for source in self.sources for fact in source.analysis.facts]
        return tuple(sorted(found, key=lambda fact: self.place(fact.quote)))

    @cached_property
    def quotable(self) -> tuple[Quote, ...]:
        """The sentences that stand alone, in reading order."""
        found = [quote for source in self.sources for quote in source.analysis.sentences]
        return tuple(sorted(found, key=self.place))

    def remembered(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once for these sources. `name` says what it is."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def _standing(self) -> Mapping[tuple[str, Span], float]:
        ranks: dict[tuple[str, Span], float] = {}
        for source in self.sources:
            size = len(source.analysis.sentences)
            for rank, quote in enumerate(source.analysis.sentences):
                ranks[quote.document, quote.span] = 1 - rank / size
        return ranks

    def standing(self, quote: Quote) -> float:
        """Return how well a sentence carries its document: 1 for the best one to quote, 0 for one that cannot stand alone."""
        return self._standing.get((quote.document, quote.span), 0.0)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {source.id: number for number, source in enumerate(self.sources)}

    def place(self, quote: Quote) -> Place:
        """Return where a quotation stands among all sources."""
        return (self._numbers.get(quote.document, _INDEFINITE), quote.span.block, quote.span.start)

    def block(self, quote: Quote) -> Block:
        """Return the block a quotation is from."""
        return self.sources[self._numbers[quote.document]].extract.blocks[quote.span.block]

    def section(self, quote: Quote) -> Section:
        """Return the document and the headings a quotation stands under."""
        return (self._numbers[quote.document], self.block(quote).path)

    def heading(self, section: Section) -> str:
        """Return the innermost heading of a section, or the title of its document."""
        number, path = section
        return plain_title(path[-1]) if path else self.sources[number].extract.title

    def name(self, key: str) -> str:
        """Return how the material writes a concept."""
        concept = self.concepts.get(key)
        return concept.name if concept is not None else key.replace("-", " ")

    def weight(self, key: str) -> float:
        """Return the weight of a concept, 0 when unknown."""
        concept = self.concepts.get(key)
        return 0.0 if concept is None else concept.weight

    def spellings(self, key: str) -> tuple[str, ...]:
        """Return all spellings by which a concept can be found in text."""
        concept = self.concepts.get(key)
        names = [self.name(key), *(concept.aliases if concept is not None else ())]
        return tuple(dict.fromkeys(names))

    def formula_after(self, definition: Definition) -> Fact | None:
        """Return the formula that stands right after a definition which leads to it ("... in the form")."""
        quote = definition.quotes[-1]
        if quote.span.end < len(self.block(quote).text.rstrip()) or quote.text.rstrip()[-1:] in (".", "!"):
            return None
        for fact in self.facts:
            follows = fact.quote.document == quote.document and fact.quote.span.block == quote.span.block + 1
            if fact.kind == "formula" and follows and self.block(fact.quote).kind == "formula":
                return fact
        return None

    def lead_in(self, fact: Fact) -> Quote | None:
        """Return the unfinished sentence that leads to a displayed formula: "... a height of about"."""
        if self.block(fact.quote).kind != "formula" or fact.quote.span.block == 0:
            return None
        source = self.sources[self._numbers[fact.quote.document]]
        block = source.extract.blocks[fact.quote.span.block - 1]
        if block.kind not in ("paragraph", "item") or block.text.rstrip()[-1:] in (".", "!", "?"):
            return None
        start, end = split_sentences(block.text, source.extract.language)[-1]
        return Quote(document=source.id, span=Span(block.id, start, end), text=block.text[start:end])

    def with_lead(self, quote: Quote) -> Quote:
        """Return a sentence about "the release" with the one before it, which says which release; any other as it is."""
        block = self.block(quote)
        spans = split_sentences(block.text[: quote.span.start], self.language())
        if not _LEANS_BACK.match(quote.text) or not spans:
            return quote
        start = spans[-1][0]
        text = block.text[start : quote.span.end]
        lead = block.text[slice(*spans[-1])]
        if len(text) > LONGEST_WITH_LEAD or not balanced(lead) or _LEANS_BACK.match(lead) or "]" in lead:
            return quote
        return Quote(document=quote.document, span=Span(block.id, start, quote.span.end), text=text)

    def leans_back(self, quote: Quote) -> bool:
        """Whether a sentence is about something that only a sentence before it names, and that one cannot be quoted with it."""
        return _LEANS_BACK.match(quote.text) is not None and self.with_lead(quote) == quote

    def language(self) -> str:
        """Return the language of the first source."""
        return self.sources[0].extract.language if self.sources else "en"

    def about(self, keys: Iterable[str], *, sections: Iterable[Section] = ()) -> Iterator[Quote]:
        """Yield the sentences that stand alone and name one of `keys`, in reading order; only from `sections` if given."""
        wanted = set(sections)
        named = tuple(keys)
        for quote in self.remembered(("about", named), lambda: self._naming(named)):
            if not wanted or self.section(quote) in wanted:
                yield quote

    def _naming(self, keys: Iterable[str]) -> list[Quote]:
        pattern = mention_pattern([spelling for key in keys for spelling in self.spellings(key)])
        return [quote for quote in self.quotable if pattern.search(quote.text)]


def mention_pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the spellings, also in the plural, as whole words."""
    forms: list[str] = []
    for spelling in spellings:
        words = re.split(r"[\s\-]+", spelling.strip())
        if not words or not words[-1]:
            continue
        last = words[-1]
        tail = (
            rf"(?:{re.escape(last[:-1])}(?:y|ies)|{re.escape(last)}s?)" if last.endswith("y") else rf"{re.escape(last)}(?:e?s)?"
        )
        if last.endswith("is"):
            tail = rf"{re.escape(last[:-2])}(?:is|es)"
        forms.append(r"[\s\-]+".join([*(re.escape(word) for word in words[:-1]), tail]))
    if not forms:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
