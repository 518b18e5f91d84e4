"""The hint ladder: a related sentence, the place, then the key's sentence from another side. None of them shows the key."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.agents.handovers import PreparedItem
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.items.drafts import GAP, Draft
from tutorium.app.agents.rules.items.leaks import blanked, leaks
from tutorium.app.agents.rules.wording import counted, quoted, tidy
from tutorium.app.reading.findings import Quote

RUNGS: Final = 3
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def hint(item: PreparedItem, rung: int) -> str:
    """Return the hint of `rung`, from 0; the last one when there are no more."""
    return item.hints[min(max(rung, 0), len(item.hints) - 1)]


def hints_for(catalog: Catalog, draft: Draft) -> tuple[str, ...]:
    """Return three hints in rising strength, each checked against the key as a stem would be."""
    ladder = [
        *_first(_related(catalog, draft)),
        *_first(_place(catalog, draft)),
        *_first(_strong(catalog, draft)),
    ]
    for spare in _spares(draft):
        if len(ladder) >= RUNGS:
            break
        if spare not in ladder:
            ladder.append(spare)
    return tuple(ladder[:RUNGS])


def is_clean(text: str, draft: Draft) -> bool:
    """Whether a hint shows nothing of the key that the stem does not show. Options of a choice may share words with it."""
    if draft.kind == "choice":
        is_shown = leaks(text, draft.key) if _NUMBER.fullmatch(draft.key) else draft.key.casefold() in text.casefold()
        return not is_shown and mention_pattern([draft.key]).search(text) is None
    return all(not leaks(text, key, allowed=_shown(draft)) for key in (draft.key, *draft.accept)) and not _same_as_stem(
        text, draft
    )


def _shown(draft: Draft) -> list[str]:
    from tutorium.app.reading.analysis.words import content_stems, grammar_of

    if draft.numeric:
        return []
    return content_stems(draft.stem, grammar_of("en").function_words, "en")


def _same_as_stem(text: str, draft: Draft) -> bool:
    return tidy(draft.stem) in text


def _first(candidates: Iterator[str]) -> list[str]:
    return [candidate for candidate, _ in zip(candidates, range(1), strict=False)]


def _related(catalog: Catalog, draft: Draft) -> Iterator[str]:
    """Another sentence of the same section, about a neighbour in the map if there is one."""
    neighbours = [
        end
        for relation in catalog.relations
        if draft.concept in (relation.source, relation.target)
        for end in (relation.source, relation.target)
        if end != draft.concept
    ]
    section = catalog.section(draft.quote)
    near = catalog.about(neighbours, sections=[section]) if neighbours else iter(())
    same = (quote for quote in catalog.quotable if catalog.section(quote) == section)
    for quote in (*near, *same):
        said = tidy(quote.text)
        if not _is_own(quote, draft) and "$" not in said and said not in draft.stem and is_clean(said, draft):
            yield f"Think of this sentence from the same part: {quoted(tidy(quote.text))}"


def _is_own(quote: Quote, draft: Draft) -> bool:
    return quote.document == draft.quote.document and quote.span == draft.quote.span


def _place(catalog: Catalog, draft: Draft) -> Iterator[str]:
    """Where to look: the part, the paragraph in it, the page."""
    block = catalog.block(draft.quote)
    section = catalog.section(draft.quote)
    source = catalog.sources[section[0]]
    siblings = [other.id for other in source.extract.blocks if other.path == block.path and other.kind != "heading"]
    number = siblings.index(block.id) if block.id in siblings else 0
    unit = {"item": "point", "table": "piece", "formula": "piece"}.get(block.kind, "paragraph")
    at = f"the {_ORDINALS[number]} {unit}" if number < len(_ORDINALS) else f"{unit} {number + 1}"
    page = f" It is on page {block.page}." if block.page is not None and len(source.extract.pages) > 1 else ""
    for text in (
        f"Look at {at} under {quoted(catalog.heading(section))}.{page}",
        f"Look at {at} of the part we are in.{page}",
        f"Look at {at} of the part we are in.",
        "Look again at the part we have just read.",
    ):
        if is_clean(text, draft):
            yield text


def _strong(catalog: Catalog, draft: Draft) -> Iterator[str]:
    if draft.kind == "choice":
        yield from _eliminations(draft)
        return
    if draft.numeric:
        yield from _brackets(draft)
        return
    # Where only "quadratic" is asked for, "quadratic function" keeps its second word.
    spellings = (draft.key, *(name for name in draft.accept if draft.key.casefold() not in name.casefold()))
    for quote in catalog.about([draft.concept]):
        gapped = blanked(tidy(quote.text), spellings)
        if not _is_own(quote, draft) and GAP in gapped and is_clean(gapped, draft):
            yield f"The same word is missing here: {quoted(gapped)}"


def _eliminations(draft: Draft) -> Iterator[str]:
    for rival in draft.rivals:
        for text in (f"It is not {quoted(rival.text)}. {rival.why}", f"It is not {quoted(rival.text)}."):
            if is_clean(text, draft):
                yield text


_NUMBER: Final = re.compile(r"[\d.,]+")


def _brackets(draft: Draft) -> Iterator[str]:
    value = float(draft.key.replace(",", ""))
    if value >= 400 and value == int(value) and len(draft.key) <= 4:
        century = int(value) // 100
        lower, upper = century * 100, century * 100 + 100
        half = lower + 50
        low, high = (lower, half) if value < half else (half, upper)
        text = f"It lies between {low} and {high}."
    else:
        low, high = _nice(value * 0.6), _nice(value * 1.7 + 1)
        text = f"It lies between {low} and {high}."
    if not leaks(text, draft.key):
        yield text


def _nice(value: float) -> str:
    digits = 0 if value >= 10 else 1 if value >= 1 else 3
    return f"{value:.{digits}f}"


def _spares(draft: Draft) -> Sequence[str]:
    """What can always be said: the shape of the answer, and how to go about it."""
    words = len(draft.key.split())
    if draft.kind == "choice":
        return (
            "Go through the options one by one and strike out those that your text says of something else.",
            "Read the question once more, then find the sentence in your text that it comes from.",
            "Say the answer in your own words first, then look for the option that fits.",
        )
    if draft.numeric:
        return (
            "The answer is a number as your text writes it.",
            "Find the sentence in your text and read the number off.",
            "Say a rough figure first, then check it.",
        )
    letters = sum(character.isalpha() for character in draft.key)
    return (
        f"The answer has {counted(words, 'word')} and {letters} letters.",
        "Read the sentence aloud and say what is missing in your own words first.",
        "Find the sentence in your text and see which word it is about.",
    )
