"""Answering a learner's question from the material: the best passages quoted, or a frank "it does not say"."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tutorium.app.agents.handovers import PreparedItem, Step
from tutorium.app.agents.rules import drawings
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.secrets import is_safe, safe_only
from tutorium.app.agents.rules.wording import capitalised, listed, quotations, quoted
from tutorium.app.reading.analysis.sections import is_teaching
from tutorium.app.reading.analysis.standing_alone import stands_alone
from tutorium.app.reading.analysis.words import content_stems, grammar_of
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.extract.sentences import split_sentences
from tutorium.app.reading.findings import Quote, SourceDocument
from tutorium.app.reading.material import Block, Span

#: This share of a question's weight must be met by a passage, or the material does not say.
ENOUGH: Final = 0.5
#: From this share on a passage is shown as the nearest there is, and said to be no answer.
NEAR: Final = 0.25
MOST_QUOTES: Final = 2
LONGEST_QUOTE: Final = 420
MOST_NAMES: Final = 4
FEWEST_WORDS: Final = 4
#: A word that only the heading has counts this much.
HEADING_SHARE: Final = 0.5
_QUESTION_WORDS: Final = word_set(
    """
    what why how when where who whom which whose explain tell mean means meaning define definition describe say
    understand difference please again example work works working happen happens happened come called name know give
    show me text question answer does thing kind use used make makes made become becomes became find found good bad
    take takes get gets go goes need needs want look way reason possible really exactly actually sentence word
    """
)
_BONUS: Final = (
    (
        re.compile(r"\bwhy\b|\breason\b|\bcause", re.IGNORECASE),
        re.compile(r"\b(?:because|since|therefore|so that|due to|causes?|caused|in order to|reason)\b", re.IGNORECASE),
    ),
    (re.compile(r"\bwhen\b|\bwhat year\b|\bdate\b", re.IGNORECASE), re.compile(r"\b\d{3,4}\b|\bcentury\b")),
    (
        re.compile(r"\bhow (?:many|much|long|old|far|big|large|high|deep|fast)\b", re.IGNORECASE),
        re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b"),
    ),
    (re.compile(r"\bwho\b", re.IGNORECASE), re.compile(r"(?:^|\s)[A-Z]\w+\s[A-Z]\w+")),
    (re.compile(r"\bwhere\b", re.IGNORECASE), re.compile(r"\b(?:in|at|near|between|below|above|under)\s(?:the\s)?[A-Za-z]")),
    (re.compile(r"\bexample\b", re.IGNORECASE), re.compile(r"\b(?:for example|for instance|such as)\b", re.IGNORECASE)),
)
_LEANS: Final = re.compile(
    r"(?:(?:Because\sof|In|For|With|After|By|From)\s(?:it|them|this|that|these|him|her)|It|They|This|That|These|Those|He|She|Such|"
    r"Both|Its|Their|His|Her)\b"
)
_ITEM_NUMBER: Final = re.compile(r"\(?\d{1,3}[.)]\s+")
_DEFINING: Final = re.compile(r"\b(?:what(?:'s|’s| is| are| does| do)|define|meaning of|explain)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Passage:
    quote: Quote
    stems: Counter[str]
    heading: frozenset[str]


def answer_question(
    sources: Sequence[SourceDocument], text: str, *, closed_to: Sequence[PreparedItem] = ()
) -> tuple[Step, ...]:
    """Return an answer in quotations, one step; never anything that gives an item of `closed_to` away."""
    catalog = Catalog.of(sources)
    language = catalog.language()
    asked = _asked(text, language)
    if not asked:
        return (Step(text=_what_to_ask(catalog, closed_to)),)
    defined = _definition_asked_for(catalog, text)
    if defined is not None:
        return (_define(catalog, defined, closed_to),)
    found = _ranked(catalog, text, asked, language)
    if not found:
        return (Step(text=_nothing_said(catalog, closed_to)),)
    answers = [quote for share, quote in found if share >= ENOUGH]
    safe = safe_only(answers or [quote for _, quote in found], closed_to)
    if not safe:
        return (Step(text=_KEPT_BACK),)
    if not answers:
        nearest = safe[0]
        words = f"Your text does not answer that in so many words. The nearest it comes is this: {quotations([nearest])}"
        return (Step(text=words, quotes=(nearest,)),)
    best = safe[:MOST_QUOTES]
    drawing = drawings.callout("Your text says", best[:1], tone="note")
    return (Step(text=f"Your text says: {quotations(best)}", quotes=tuple(best), drawings=(drawing,)),)


_KEPT_BACK: Final = (
    "What your text says about that would answer the question that is open. Have a try at it first, or ask for a hint; "
    "then I will show you the passage."
)


def _asked(text: str, language: str) -> list[str]:
    function_words = grammar_of(language).function_words | _QUESTION_WORDS
    return list(dict.fromkeys(content_stems(text, function_words, language)))


def _definition_asked_for(catalog: Catalog, text: str) -> str | None:
    """Return the concept when the question asks what it is, and names nothing else of weight."""
    if not _DEFINING.search(text) and len(text.split()) > 4:
        return None
    best: tuple[int, str] | None = None
    for key in catalog.definitions:
        match = mention_pattern(catalog.spellings(key)).search(text)
        if match is not None and (best is None or len(match.group()) > best[0]):
            best = (len(match.group()), key)
    if best is None:
        return None
    rest = mention_pattern(catalog.spellings(best[1])).sub(" ", text)
    return best[1] if len(_asked(rest, catalog.language())) == 0 else None


def _define(catalog: Catalog, key: str, closed_to: Sequence[PreparedItem]) -> Step:
    definition = catalog.definitions[key]
    if not all(is_safe(quote.text, closed_to, quote=quote) for quote in definition.quotes):
        return Step(text=_KEPT_BACK)
    name = capitalised(catalog.name(key))
    quotes = list(definition.quotes)
    own = {(quote.document, quote.span) for quote in quotes}
    more = [quote for quote in safe_only(catalog.about([key]), closed_to) if (quote.document, quote.span) not in own]
    text = f"**{name}**: {quotations(quotes)}"
    if more:
        text += f" Elsewhere it says: {quotations(more[:1])}"
    return Step(text=text, quotes=(*quotes, *more[:1]), drawings=(drawings.callout(name, definition.quotes),))


def _ranked(catalog: Catalog, text: str, asked: Sequence[str], language: str) -> list[tuple[float, Quote]]:
    """Return the passages that meet something of the question, best first, with the share of it that they meet."""
    blocks = [(source, block) for source in catalog.sources for block in source.extract.blocks if _is_spoken(block)]
    passages = [
        passage for source, block in blocks if _may_meet(block, asked) for passage in _passages(source, block, language)
    ]
    if not passages:
        return []
    frequency = Counter(stem for passage in passages for stem in passage.stems)
    weights = {stem: math.log(1 + len(blocks) / (0.5 + frequency[stem])) for stem in asked}
    # A word that the material never has still counts in the total: it may be what the question is about.
    total = sum(weights.values())
    bonus = next((mark for question, mark in _BONUS if question.search(text)), None)
    scored: list[tuple[float, float, Quote]] = []
    for passage in passages:
        own = sum(weights[stem] for stem in asked if stem in passage.stems)
        met = own + HEADING_SHARE * sum(
            weights[stem] for stem in asked if stem in passage.heading and stem not in passage.stems
        )
        if not own or met / total < NEAR:
            continue
        score = met / total + 0.05 * met / (1 + sum(passage.stems.values()) / 15)
        if bonus is not None and bonus.search(passage.quote.text):
            score += 0.25
        if stands_alone(passage.quote.text, language):
            score += 0.1
        scored.append((score, met / total, passage.quote))
    scored.sort(key=lambda found: (-found[0], catalog.place(found[2])))
    best = scored[0][0] if scored else 0.0
    return [(share, quote) for score, share, quote in scored if score >= 0.75 * best]


def _is_spoken(block: Block) -> bool:
    return block.kind in ("paragraph", "item", "quote") and is_teaching(block)


def _may_meet(block: Block, asked: Sequence[str]) -> bool:
    """Whether a block may hold a stem at all: cheap, so that a long book is not stemmed for each question."""
    folded = block.text.casefold()
    return any(stem[: max(3, len(stem) - 2)] in folded for stem in asked)


def _passages(source: SourceDocument, block: Block, language: str) -> Iterator[_Passage]:
    function_words = grammar_of(language).function_words
    heading = frozenset(content_stems(block.path[-1], function_words, language)) if block.path else frozenset[str]()
    before: int | None = None
    number = _ITEM_NUMBER.match(block.text) if block.kind == "item" else None
    for start, end in split_sentences(block.text, source.extract.language):
        start = max(start, number.end()) if number is not None else start
        sentence = block.text[start:end]
        stems = Counter(content_stems(sentence, function_words, language))
        leans = _LEANS.match(sentence) is not None and before is not None
        # "It is made of ..." is quoted with the sentence that says what "it" is.
        first = before if leans and before is not None and end - before <= LONGEST_QUOTE else start
        before = start
        if end - start > LONGEST_QUOTE or len(sentence.split()) < FEWEST_WORDS:
            continue
        start, sentence = first, block.text[first:end]
        yield _Passage(Quote(document=source.id, span=Span(block.id, start, end), text=sentence), stems, heading)


def _main_names(catalog: Catalog, closed_to: Sequence[PreparedItem]) -> list[str]:
    names = (concept.name for concept in catalog.concepts.values() if is_safe(concept.name, closed_to))
    return list(islice(names, MOST_NAMES))


def _nothing_said(catalog: Catalog, closed_to: Sequence[PreparedItem]) -> str:
    names = _main_names(catalog, closed_to)
    about = f" It says most about {listed([quoted(name) for name in names])}." if names else ""
    return f"Your material does not say anything about that, as far as I can find.{about}"


def _what_to_ask(catalog: Catalog, closed_to: Sequence[PreparedItem]) -> str:
    names = _main_names(catalog, closed_to)
    if not names:
        return "Ask me about a word or a sentence of your text, and I will show you what it says."
    return (
        f"Ask me about a word or a sentence of your text: {listed([quoted(name) for name in names], last='or')}, for instance."
    )
