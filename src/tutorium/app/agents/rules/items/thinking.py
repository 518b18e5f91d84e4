"""Questions that copying the sentence just read does not answer: where an idea is used, what came when, how long it took."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.items.choices import FEWEST_RIVALS, LONGEST_OPTION, MOST_RIVALS
from tutorium.app.agents.rules.items.drafts import GAP, Draft, Rival
from tutorium.app.agents.rules.items.leaks import blanked, leaks
from tutorium.app.agents.rules.units import Unit
from tutorium.app.agents.rules.wording import quoted, shortened, tidy
from tutorium.app.reading.findings import Fact, Quote
from tutorium.app.reading.material import Span

LONGEST_USE: Final = 190
FEWEST_USE_WORDS: Final = 7
#: Sentences that end in so many equal characters are the same sentence.
SAME_END: Final = 24
#: Events nearer than this are a matter of days, not of years.
FEWEST_YEARS: Final = 2
_UNTIL: Final = re.compile(r"\s(?:until|till|to|through)\s(?:[A-Z][a-z]+\s)?(?:\d{1,2},?\s)?\d{3,4}\b")
_LEANING: Final = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|The\s(?:[a-z]+\s)?(?:company|plan|new|release|work|whole|first))\b"
)


def use_choices(
    catalog: Catalog, unit: Unit, taught: Sequence[Quote], rival_keys: Sequence[str], chance: random.Random
) -> Iterator[Draft]:
    """Yield "In which of these sentences does the gap stand for X?": sentences, each with its own idea taken out.

    `taught` are the sentences that were shown; `rival_keys` are the other ideas of the lesson.
    """
    defining = {(quote.document, quote.span) for d in catalog.definitions.values() for quote in d.quotes}
    for definition in unit.definitions:
        key = definition.concept
        shown = (quote for quote in taught if (quote.document, quote.span) not in defining)
        use = next((gapped for quote in shown if (gapped := _use(catalog, quote, key)) is not None), None)
        if use is None:
            continue
        quote, text = use
        others = [other for other in (*unit.concepts, *rival_keys) if other != key]
        rivals = _other_uses(catalog, key, others, text, defining)
        if len(rivals) < FEWEST_RIVALS:
            continue
        yield Draft(
            kind="choice",
            family=key,
            concept=key,
            stem=f"In which of these sentences of the text does the gap stand for {quoted(catalog.name(key))}?",
            key=text,
            quote=quote,
            worth=0.8 + 0.7 * chance.random() + catalog.weight(key),
            rivals=tuple(rivals),
        )


def _use(catalog: Catalog, quote: Quote, key: str) -> tuple[Quote, str] | None:
    sentence = tidy(quote.text)
    if len(sentence) > LONGEST_USE or len(sentence.split()) < FEWEST_USE_WORDS or "$" in sentence:
        return None
    gapped = blanked(sentence, catalog.spellings(key))
    if gapped.count(GAP) != 1 or leaks(gapped, catalog.name(key), language=catalog.language()):
        return None
    return quote, gapped


def _other_uses(catalog: Catalog, key: str, others: Sequence[str], text: str, defining: set[tuple[str, Span]]) -> list[Rival]:
    """Sentences about other ideas of the lesson, those first that open and speak like `text`: grammar must not give it away."""
    own = mention_pattern([*catalog.spellings(key), key.rsplit("-", maxsplit=1)[-1]])
    found: list[tuple[tuple[bool, bool, int], Rival]] = []
    for other in dict.fromkeys(others):
        if set(other.split("-")) & set(key.split("-")):
            continue
        for quote in catalog.about([other]):
            use = None if own.search(quote.text) else _use(catalog, quote, other)
            if use is not None:
                is_known = (quote.document, quote.span) in defining
                fit = (use[1].startswith(GAP) != text.startswith(GAP), is_known, abs(len(use[1]) - len(text)))
                found.append((fit, Rival(text=use[1], why=f"There it is about {quoted(catalog.name(other))}.")))
    best: dict[str, Rival] = {}
    sentences: set[str] = set()
    for _, rival in sorted(found, key=lambda one: (one[0], one[1].text)):
        # One sentence with another word taken out would stand there twice.
        if rival.text[-SAME_END:] not in sentences:
            best.setdefault(rival.why, rival)
            sentences.add(rival.text[-SAME_END:])
    return list(best.values())[:MOST_RIVALS]


def order_choices(unit: Unit, chance: random.Random) -> Iterator[Draft]:
    """Yield one question on the order of events of clearly different years: which came first, which last, which next."""
    facts = _by_year(unit)
    if len(facts) < FEWEST_RIVALS + 1:
        return
    picked = sorted(chance.sample(facts, min(len(facts), MOST_RIVALS + 1)), key=_year)
    asked = chance.choice(("first", "last", "next"))
    if asked == "next" and len(facts) > FEWEST_RIVALS + 1 and len(picked) > FEWEST_RIVALS + 1:
        before, key, *others = picked
        stem = f"Which of these came next after this? {quoted(event_of(before))}"
    else:
        key, *others = picked if asked != "last" else list(reversed(picked))
        stem = f"Which of these came {'last' if asked == 'last' else 'first'}?"
    yield Draft(
        kind="choice",
        family="order",
        concept=unit.concepts[0],
        stem=stem,
        key=event_of(key),
        quote=key.quote,
        worth=1.1,
        rivals=tuple(Rival(text=event_of(fact), why=f"That is dated to {fact.value}.") for fact in others),
    )


def span_choices(unit: Unit, chance: random.Random) -> Iterator[Draft]:
    """Yield "How many years lie between these two?" over two events of the part."""
    facts = _by_year(unit)
    if len(facts) < 2:
        return
    first, second = sorted(chance.sample(facts, 2), key=_year)
    years = _year(second) - _year(first)
    if years < FEWEST_YEARS:
        return
    wrong = [other for other in (years - 1, years + 1, years + 3, years * 2, years + 10) if other > 0 and other != years]
    rivals = sorted(chance.sample(wrong[:4], MOST_RIVALS))
    why = f"The first is dated to {first.value}, the second to {second.value}."
    yield Draft(
        kind="choice",
        family="span",
        concept=unit.concepts[0],
        stem=f"How many years lie between these two? {quoted(event_of(first))} {quoted(event_of(second))}",
        key=f"{years} years",
        quote=second.quote,
        worth=0.9 + 0.1 * chance.random(),
        rivals=tuple(Rival(text=f"{other} year{'' if other == 1 else 's'}", why=why) for other in rivals),
        keep_order=True,
        solution=f"{why} That makes {years} years.",
    )


def event_of(fact: Fact) -> str:
    """Return an event without its dates: it must not show when it was."""
    return shortened(_UNTIL.sub("", fact.subject or ""), LONGEST_OPTION)


def _year(fact: Fact) -> int:
    return fact.year or 0


def _by_year(unit: Unit) -> list[Fact]:
    """The events that say what happened without a date in them, one of each year, in time order."""
    kept: dict[int, Fact] = {}
    for fact in unit.facts:
        event = event_of(fact)
        if fact.year is None or len(event.split()) < 3 or re.search(r"\d{3,4}", event) or _LEANING.match(event):
            continue
        if not event.endswith("…") or len(event) > LONGEST_OPTION // 2:
            kept.setdefault(fact.year, fact)
    return [kept[year] for year in sorted(kept)]
