"""Gaps in quoted sentences: the defined term, the end of a relation, a number, a year."""

import re
from collections.abc import Iterator
from typing import Final

from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.items.drafts import GAP, Draft
from tutorium.app.agents.rules.items.leaks import blanked, leaks
from tutorium.app.agents.rules.units import Unit
from tutorium.app.agents.rules.wording import tidy
from tutorium.app.reading.analysis.standing_alone import stands_alone
from tutorium.app.reading.analysis.words import content_stems, grammar_of
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.findings import Definition, Fact, Relation

FEWEST_WORDS_LEFT: Final = 4
_ARTICLE_BEFORE_GAP: Final = re.compile(rf"\b([Aa])n?\s+(?={GAP})")
_LIGHT: Final = word_set(
    """
    type types list number kind kinds form forms part parts set way ways amount
    """
)


def definition_gaps(catalog: Catalog, unit: Unit) -> Iterator[Draft]:
    """Yield "_____ is the zone where two plates meet." for each definition whose sentence does not give the term away."""
    for definition in unit.definitions:
        draft = _definition_gap(catalog, definition)
        if draft is not None:
            yield draft


def _definition_gap(catalog: Catalog, definition: Definition) -> Draft | None:
    key = catalog.name(definition.concept)
    sentence = tidy(" ".join(quote.text for quote in definition.quotes))
    formula = catalog.formula_after(definition)
    if formula is not None:
        sentence = f"{sentence} ${formula.value}$"
    language = catalog.language()
    if mention_pattern(catalog.spellings(definition.concept)).search(definition.definiens) and len(definition.quotes) == 1:
        # "A zero is a number at which the value is zero": the word means two things here.
        return None
    stem = _neutral_article(blanked(sentence, catalog.spellings(definition.concept)))
    if stem == sentence or not _says_enough(stem):
        return None
    accept = _accepted(catalog, definition.concept)
    if not leaks(stem, key, language=language):
        return Draft(
            kind="cloze",
            family=definition.concept,
            concept=definition.concept,
            stem=stem,
            key=key,
            quote=definition.quotes[-1],
            worth=1.0 + catalog.weight(definition.concept),
            accept=accept,
        )
    return _modifier_gap(catalog, definition, sentence, key)


def _modifier_gap(catalog: Catalog, definition: Definition, sentence: str, key: str) -> Draft | None:
    """Ask for what is before the head when only that stands in the definition: "An _____ sequence is a sequence ..."."""
    words = key.split()
    if len(words) < 2:
        return None
    modifier, head = " ".join(words[:-1]), words[-1]
    match = mention_pattern([key]).search(sentence)
    if match is None:
        return None
    stem = _neutral_article(sentence[: match.start()] + GAP + match.group()[len(modifier) :] + sentence[match.end() :])
    rest = stem.replace(head, " ")
    if modifier.casefold() not in match.group().casefold() or leaks(rest, modifier, language=catalog.language()):
        return None
    if not _says_enough(stem):
        return None
    return Draft(
        kind="cloze",
        family=definition.concept,
        concept=definition.concept,
        stem=stem,
        key=modifier,
        quote=definition.quotes[-1],
        worth=0.9 + catalog.weight(definition.concept),
        accept=(modifier, *_accepted(catalog, definition.concept)),
    )


def _accepted(catalog: Catalog, concept: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(catalog.spellings(concept)))


def _neutral_article(stem: str) -> str:
    """ "An _____" would show how the key begins."""
    return _ARTICLE_BEFORE_GAP.sub(lambda match: f"{match[1]}(n) ", stem)


def _says_enough(stem: str) -> bool:
    words = content_stems(stem.replace(GAP, " "), grammar_of("en").function_words, "en")
    return len(words) >= FEWEST_WORDS_LEFT or len(stem.split()) >= 9


def relation_gaps(catalog: Catalog, unit: Unit) -> Iterator[Draft]:
    """Yield gaps for the object of a stated relation: "Subduction also feeds _____, because ..."."""
    for relation in catalog.relations:
        draft = _relation_gap(catalog, relation) if relation.source in unit.concepts else None
        if draft is not None:
            yield draft


def _relation_gap(catalog: Catalog, relation: Relation) -> Draft | None:
    # Only relations read from a sentence of their own; an is-a edge repeats its definition.
    if relation.type in ("explained-with", "is-a") or relation.target.split("-")[-1] in _LIGHT:
        return None
    sentence = tidy(relation.quote.text)
    key = catalog.name(relation.target)
    stem = _neutral_article(blanked(sentence, catalog.spellings(relation.target)))
    if stem.count(GAP) != 1 or leaks(stem, key, language=catalog.language()) or not _says_enough(stem):
        return None
    return Draft(
        kind="cloze",
        family=f"{relation.source}>{relation.target}",
        concept=relation.source,
        stem=stem,
        key=key,
        quote=relation.quote,
        worth=0.7,
        accept=_accepted(catalog, relation.target),
    )


def number_gaps(catalog: Catalog, unit: Unit) -> Iterator[Draft]:
    """Yield gaps for quantities that the section states of a thing it names."""
    for fact in unit.facts:
        if fact.kind != "number":
            continue
        sentence = tidy(fact.quote.text)
        at = sentence.find(fact.value)
        if at < 0 or fact.value.startswith(("-", "−")):
            continue
        stem = sentence[:at] + GAP + sentence[at + len(fact.value) :]
        if leaks(stem, fact.value) or not stands_alone(sentence, catalog.language()):
            continue
        yield Draft(
            kind="cloze",
            family=f"number {fact.quote.span.block}.{fact.quote.span.start}",
            concept=_concept_in(catalog, unit, sentence),
            stem=stem,
            key=fact.value,
            quote=fact.quote,
            worth=0.6,
            accept=(fact.value, f"{fact.value} {fact.unit or ''}".strip()),
            numeric=True,
        )


def year_of(fact: Fact) -> str | None:
    """Return the digits of a fact's year as they stand in its quotation."""
    if fact.year is None:
        return None
    year = str(abs(fact.year))
    return year if year in fact.value else None


def year_gap(catalog: Catalog, unit: Unit, fact: Fact) -> Draft | None:
    """Return "In _____, Louis Pasteur showed that ...": the year of an event, for a typed answer or a choice."""
    year = year_of(fact)
    sentence = tidy(fact.quote.text)
    if (
        year is None
        or not stands_alone(sentence, catalog.language())
        or len(re.findall(r"(?<!\d)\d{3,4}(?!\d)", sentence)) != 1
    ):
        return None
    stem = re.sub(rf"(?<![\d.,]){year}(?!\d)", GAP, sentence, count=1)
    if stem == sentence or leaks(stem, year):
        return None
    concept = _concept_in(catalog, unit, sentence)
    return Draft(
        kind="cloze",
        family=f"year {fact.quote.span.block}.{fact.quote.span.start}",
        concept=concept,
        stem=stem,
        key=year,
        quote=fact.quote,
        worth=0.8,
        accept=(year,),
        numeric=True,
    )


def _concept_in(catalog: Catalog, unit: Unit, sentence: str) -> str:
    """Return the concept of the unit that a sentence names, or the unit's first."""
    for concept in unit.concepts:
        if mention_pattern(catalog.spellings(concept)).search(sentence):
            return concept
    return unit.concepts[0]
