"""The items of an objective: drafts of all kinds, checked, given hints, and put in an order that mixes kinds and facts."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, PreparedItem
from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.explaining import explain, objective_of, unit_for
from tutorium.app.agents.rules.items import choices, cloze, thinking
from tutorium.app.agents.rules.items.drafts import GAP, Draft
from tutorium.app.agents.rules.items.hints import RUNGS, hints_for
from tutorium.app.agents.rules.items.leaks import blanked, leaks
from tutorium.app.agents.rules.units import Unit
from tutorium.app.agents.rules.wording import quoted, tidy
from tutorium.app.reading.analysis.words import commonness, fold, grammar_of
from tutorium.app.reading.findings import Quote, SourceDocument

MOST_ITEMS: Final = 6
FEWEST_ITEMS: Final = 3
#: Words rarer than this (Zipf) are worth asking for in a guided reading.
WORTH_ASKING: Final = 5.2


def write_items(
    sources: Sequence[SourceDocument], plan: LessonPlan, objective_key: str, *, seed: int
) -> tuple[PreparedItem, ...]:
    """Return up to six items for an objective, best first; the same seed gives the same items.

    What is asked was shown before: the quotation of an item is among those of the explanation.

    Fewer, or none, when nothing passes the checks. Raises KeyError when the plan has no such objective.
    """
    catalog = Catalog.of(sources)
    objective = objective_of(plan, objective_key)
    unit = unit_for(catalog, plan, objective)
    if unit is None:
        return ()
    chance = random.Random(seed)
    taught = [quote for step in explain(sources, plan, objective_key) for quote in step.quotes]
    lesson = [concept for other in plan.objectives for concept in other.concepts]
    drafts = [_weighed(draft, unit) for draft in _drafts(catalog, unit, taught, lesson, chance) if is_sound(draft)]
    if len(drafts) < FEWEST_ITEMS:
        around = [quote for quote in catalog.quotable if catalog.section(quote) in unit.sections and "$" not in quote.text]
        gaps = [draft for draft in _reading_gaps(catalog, unit, [*_sentences_of(unit), *around]) if is_sound(draft)]
        asked = [draft.quote for draft in drafts]
        # A second gap in a sentence just asked about is no question.
        drafts += [gap for gap in gaps if not any(_overlap(gap.quote, quote) for quote in asked)] if drafts else gaps
    fair = [draft for draft in drafts if any(_overlap(draft.quote, quote) for quote in taught)]
    return tuple(_prepared(catalog, draft, objective, chance) for draft in _arranged(fair or drafts))


def _overlap(first: Quote, second: Quote) -> bool:
    same_block = first.document == second.document and first.span.block == second.span.block
    return same_block and first.span.start < second.span.end and second.span.start < first.span.end


def _drafts(
    catalog: Catalog, unit: Unit, taught: Sequence[Quote], lesson: Sequence[str], chance: random.Random
) -> Iterator[Draft]:
    yield from choices.matching_choices(catalog, unit, lesson)
    yield from cloze.definition_gaps(catalog, unit)
    yield from thinking.use_choices(catalog, unit, taught, lesson, chance)
    if unit.kind == "events":
        yield from thinking.order_choices(unit, chance)
        yield from thinking.span_choices(unit, chance)
        yield from choices.year_choices(catalog, unit, chance)
        yield from (gap for fact in unit.facts if (gap := cloze.year_gap(catalog, unit, fact)) is not None)
    if unit.kind == "procedure":
        yield from choices.step_choices(catalog, unit, chance)
    if unit.kind == "formulas":
        yield from choices.formula_choices(catalog, unit)
    if unit.kind == "reading":
        yield from _reading_gaps(catalog, unit, unit.reading)
    yield from choices.table_choices(catalog, unit, chance)
    yield from cloze.relation_gaps(catalog, unit)
    yield from cloze.number_gaps(catalog, unit)


def _weighed(draft: Draft, unit: Unit) -> Draft:
    """Events come before the words that are explained among them."""
    is_word = unit.kind == "events" and draft.family in unit.concepts
    return replace(draft, worth=draft.worth * 0.5) if is_word else draft


def is_sound(draft: Draft) -> bool:
    """Whether a draft can be asked: no leak in the stem, all options different and of one format."""
    if draft.kind == "cloze":
        return GAP in draft.stem and bool(draft.accept)
    options = [draft.key, *(rival.text for rival in draft.rivals)]
    if len({fold(option) for option in options}) < len(options) or len(options) < choices.FEWEST_RIVALS + 1:
        return False
    formats = {(option[:1].isdigit(), option.endswith("$")) for option in options}
    return len(formats) == 1 and all(option.strip() for option in options)


def _arranged(drafts: Iterable[Draft]) -> list[Draft]:
    """Best first, no stem twice, and a fact that was asked as a choice comes again as a gap only after the others."""
    rest = sorted(drafts, key=lambda draft: -draft.worth)
    stems: set[str] = set()
    asked: dict[str, int] = {}
    arranged: list[Draft] = []
    while rest and len(arranged) < MOST_ITEMS:
        last = arranged[-1].kind if arranged else None
        draft = min(rest, key=lambda one: (asked.get(one.family, 0), -one.worth + (0.15 if one.kind == last else 0.0)))
        rest.remove(draft)
        if draft.stem in stems or asked.get(draft.family, 0) > 1:
            continue
        stems.add(draft.stem)
        asked[draft.family] = asked.get(draft.family, 0) + 1
        arranged.append(draft)
    return arranged


def _prepared(catalog: Catalog, draft: Draft, objective: PlannedObjective, chance: random.Random) -> PreparedItem:
    hints = hints_for(catalog, draft)
    if len(hints) < RUNGS:
        raise AssertionError(f"a ladder has {RUNGS} rungs")
    key = sha256(f"{draft.kind}|{draft.stem}|{draft.key}".encode()).hexdigest()[:12]
    solution = _solution(draft)
    if draft.kind == "cloze":
        return PreparedItem(
            key=key,
            kind="cloze",
            concept=draft.concept,
            objective=objective.key,
            prompt=draft.stem,
            hints=hints,
            solution=solution,
            quote=draft.quote,
            accept=tuple(dict.fromkeys((draft.key, *draft.accept))),
            numeric=draft.numeric,
        )
    options = [(draft.key, ""), *((rival.text, rival.why) for rival in draft.rivals)]
    if draft.keep_order:
        options.sort(key=lambda option: (len(option[0]), option[0]))
    else:
        chance.shuffle(options)
    texts = tuple(text for text, _ in options)
    return PreparedItem(
        key=key,
        kind="choice",
        concept=draft.concept,
        objective=objective.key,
        prompt=draft.stem,
        hints=hints,
        solution=solution,
        quote=draft.quote,
        choices=texts,
        correct=texts.index(draft.key),
        why_wrong=tuple(why for _, why in options),
    )


def _solution(draft: Draft) -> str:
    if draft.solution is not None:
        return draft.solution
    if draft.family.startswith("table"):
        return f"In the table it is {quoted(draft.key)}."
    if draft.key.startswith("$"):
        return f"The text gives {draft.key}."
    return f"The text says: {quoted(tidy(draft.quote.text))}"


def _sentences_of(unit: Unit) -> list[Quote]:
    """The sentences a unit has shown, for when its terms cannot be asked for without giving them away."""
    definitions = [definition.quotes[-1] for definition in unit.definitions if not definition.quotes[-1].text.endswith(":")]
    return [*definitions, *(fact.quote for fact in unit.facts if fact.kind in ("date", "number")), *unit.steps]


def _reading_gaps(catalog: Catalog, unit: Unit, quotes: Iterable[Quote]) -> Iterator[Draft]:
    """For a guided reading: a gap in each key sentence, at a word that names what it is about, or else at the rarest one."""
    for quote in quotes:
        draft = _rare_word_gap(catalog, unit, quote)
        if draft is not None:
            yield draft


def _concept_of(unit: Unit, quote: Quote) -> str:
    return next((d.concept for d in unit.definitions if quote in d.quotes), unit.concepts[0])


def _words_of_concepts(catalog: Catalog) -> frozenset[str]:
    """The words that name what the material is about, in the singular and the plural: what is worth asking for first."""
    words = {word for concept in catalog.concepts.values() if concept.weight > 0 for word in fold(concept.name).split()}
    return frozenset(words | {f"{word}s" for word in words})


def _rare_word_gap(catalog: Catalog, unit: Unit, quote: Quote) -> Draft | None:
    sentence = tidy(quote.text)
    words = [word.strip(".,;:!?“”\"'()") for word in sentence.split()[1:]]
    language = catalog.language()
    # A noun is the fairest thing to ask for; German shows its nouns.
    is_fair = str.istitle if language == "de" else str.islower
    candidates = [
        word for word in words if len(word) > 3 and word.isalpha() and is_fair(word) and not word.endswith(("ly", "ing", "ed"))
    ]
    carrying = catalog.remembered("words of concepts", lambda: _words_of_concepts(catalog))
    verbs = grammar_of(language).verbs
    nouns = [word for word in candidates if word.lower() not in verbs or fold(word) in carrying]
    ranked = sorted(set(nouns), key=lambda word: (fold(word) not in carrying, commonness(word, language), word))
    for word in ranked[:3]:
        stem = blanked(sentence, [word])
        if commonness(word, language) < WORTH_ASKING and stem.count(GAP) == 1 and not leaks(stem, word, language=language):
            return Draft(
                kind="cloze",
                family=f"reading {quote.span.block}.{quote.span.start}",
                concept=_concept_of(unit, quote),
                stem=stem,
                key=word,
                quote=quote,
                worth=0.5,
                accept=(word,),
            )
    return None
