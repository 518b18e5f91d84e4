"""Choices whose options are all real: siblings of one section, cells of one column, steps of one procedure, events, years."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.functions_of_x import expression_of
from tutorium.app.agents.rules.items.cloze import year_gap
from tutorium.app.agents.rules.items.drafts import GAP, Draft, Rival
from tutorium.app.agents.rules.items.leaks import blanked, leaks, overlap
from tutorium.app.agents.rules.units import Unit
from tutorium.app.agents.rules.wording import quoted, shortened, tidy
from tutorium.app.reading.findings import Definition, Fact, Quote

MOST_RIVALS: Final = 3
FEWEST_RIVALS: Final = 2
#: A rival whose definition shares this much with the stem may be right as well.
TOO_CLOSE: Final = 0.45
LONGEST_OPTION: Final = 110
FEWEST_LEAD_WORDS: Final = 8
NEWEST_YEAR: Final = 2030
_ASKS: Final = ("Which term is described here?", "Which idea is this?", "What is the word for this?")


def matching_choices(catalog: Catalog, unit: Unit, lesson: Sequence[str]) -> Iterator[Draft]:
    """Yield "Which term fits?" over the definitions of one section, all options being terms defined there.

    A section of few terms borrows from those with the same head noun, then from the other terms of the `lesson`.
    """
    siblings = [d for d in catalog.definitions.values() if catalog.section(d.quotes[-1]) in unit.sections]
    if len(siblings) < FEWEST_RIVALS + 1:
        siblings = _siblings_by_head(catalog, unit, siblings)
    if len(siblings) < FEWEST_RIVALS + 2:
        others = (catalog.definitions[key] for key in lesson if key in catalog.definitions)
        siblings = [*siblings, *(other for other in others if other not in siblings)]
    for definition in unit.definitions:
        if len(definition.quotes) == 1:
            draft = _term_choice(catalog, definition, siblings) or _meaning_choice(catalog, definition, siblings)
            if draft is not None:
                yield draft


def _siblings_by_head(catalog: Catalog, unit: Unit, siblings: Sequence[Definition]) -> list[Definition]:
    heads = {key.split("-")[-1] for key in unit.concepts}
    more = [
        d for d in catalog.definitions.values() if d not in siblings and d.concept.split("-")[-1] in heads and "-" in d.concept
    ]
    return [*siblings, *more]


def _rivals_of(catalog: Catalog, definition: Definition, siblings: Sequence[Definition], stem: str) -> list[Definition]:
    key = definition.concept
    kin = {
        end
        for relation in catalog.relations
        if relation.type == "is-a" and key in (relation.source, relation.target)
        for end in (relation.source, relation.target)
    }
    capital = catalog.name(key)[:1].isupper()
    fitting: list[Definition] = []
    for other in siblings:
        if other.concept == key or other.concept in kin or len(other.quotes) > 1:
            continue
        if set(other.concept.split("-")) < set(key.split("-")) or set(key.split("-")) < set(other.concept.split("-")):
            continue
        name = catalog.name(other.concept)
        if name[:1].isupper() != capital or leaks(stem, name, language=catalog.language()):
            continue
        own = blanked(other.definiens, catalog.spellings(other.concept))
        if (
            overlap(stem, own, language=catalog.language()) >= TOO_CLOSE
            or overlap(own, stem, language=catalog.language()) >= TOO_CLOSE + 0.2
        ):
            continue
        fitting.append(other)
    fitting.sort(
        key=lambda other: (
            other.concept.split("-")[-1] != key.split("-")[-1],
            abs(len(other.concept) - len(key)),
            other.concept,
        )
    )
    return fitting[:MOST_RIVALS]


def _term_choice(catalog: Catalog, definition: Definition, siblings: Sequence[Definition]) -> Draft | None:
    name = catalog.name(definition.concept)
    what = shortened(definition.definiens.split("; ")[0].rstrip("."), 160)
    if definition.quotes[-1].text.rstrip().endswith(":") or leaks(what, name, language=catalog.language()):
        return None
    rivals = _rivals_of(catalog, definition, siblings, what)
    if len(rivals) < FEWEST_RIVALS:
        return None
    return Draft(
        kind="choice",
        family=definition.concept,
        concept=definition.concept,
        stem=f"{_ASKS[len(what) % len(_ASKS)]} {quoted(what)}",
        key=name,
        quote=definition.quotes[-1],
        worth=1.1 + catalog.weight(definition.concept),
        rivals=tuple(Rival(text=catalog.name(other.concept), why=_says_of(other)) for other in rivals),
    )


def _meaning_choice(catalog: Catalog, definition: Definition, siblings: Sequence[Definition]) -> Draft | None:
    """Ask what a term means, with the definitions of its siblings as options: for terms that stand in their own definition."""
    name = catalog.name(definition.concept)
    if definition.quotes[-1].text.rstrip().endswith(":"):
        return None
    own = _as_option(catalog, definition)
    options: list[Definition] = []
    for other in siblings:
        if other.concept == definition.concept or len(other.quotes) != 1 or other.quotes[0].text.rstrip().endswith(":"):
            continue
        shown = _as_option(catalog, other)
        same_frame = _frame(shown) == _frame(own)
        if (
            shown == own
            or overlap(own, shown, language=catalog.language()) > (0.8 if same_frame else 0.6)
            or _names(name, shown)
        ):
            continue
        options.append(other)
    options.sort(
        key=lambda other: (_frame(_as_option(catalog, other)) != _frame(own), abs(len(_as_option(catalog, other)) - len(own)))
    )
    options = options[:MOST_RIVALS]
    if (
        len(options) < FEWEST_RIVALS
        or _names(name, own)
        or not _similar_length([own, *(_as_option(catalog, o) for o in options)])
    ):
        return None
    return Draft(
        kind="choice",
        family=definition.concept,
        concept=definition.concept,
        stem=f"What does the text say about {quoted(name)}?",
        key=own,
        quote=definition.quotes[-1],
        worth=1.0 + catalog.weight(definition.concept),
        rivals=tuple(Rival(text=_as_option(catalog, other), why=_says_of(other)) for other in options),
    )


def _as_option(catalog: Catalog, definition: Definition) -> str:
    text = blanked(definition.definiens.split("; ")[0], catalog.spellings(definition.concept)).replace(GAP, "…")
    return shortened(text.strip(" .;"), LONGEST_OPTION)


def _frame(text: str) -> str:
    return " ".join(text.split()[:3]).lower()


def _names(name: str, text: str) -> bool:
    head_free = name.lower().split()[:-1] or [name.lower()]
    return any(re.search(rf"\b{re.escape(word)}", text.lower()) for word in head_free)


def _similar_length(options: Sequence[str]) -> bool:
    lengths = [len(option) for option in options]
    return max(lengths) <= 3 * min(lengths) + 20


def _says_of(definition: Definition) -> str:
    return f"The text says of that: {quoted(tidy(definition.quotes[-1].text))}"


def table_choices(catalog: Catalog, unit: Unit, chance: random.Random) -> Iterator[Draft]:
    """Yield questions for cells of a table of the section; the other options are the other cells of that column."""
    for fact in unit.facts:
        if fact.kind != "table":
            continue
        header, rows = fact.rows[0], [row for row in fact.rows[1:] if row and row[0].strip()]
        if len({row[0] for row in rows}) < len(rows):
            continue
        for column in range(1, len(header)):
            draft = _cell_choice(fact, unit, header, rows, column, chance)
            if draft is not None:
                yield draft


def _cell_choice(
    fact: Fact, unit: Unit, header: Sequence[str], rows: Sequence[Sequence[str]], column: int, chance: random.Random
) -> Draft | None:
    cells = [tidy(row[column]) if column < len(row) else "" for row in rows]
    distinct = [cell for cell in dict.fromkeys(cells) if cell and len(cell) <= LONGEST_OPTION]
    if len(distinct) < FEWEST_RIVALS + 1:
        return None
    candidates = [index for index, cell in enumerate(cells) if cell in distinct and cells.count(cell) == 1]
    if not candidates:
        return None
    index = chance.choice(candidates)
    key = cells[index]
    if leaks(f"{header[column]} {rows[index][0]}", key):
        return None
    others = [cell for cell in distinct if cell != key]
    rivals = chance.sample(others, min(MOST_RIVALS, len(others)))
    owner = {cell: rows[position][0] for position, cell in reversed(list(enumerate(cells)))}
    subject = header[0].strip()
    whose = f"{subject}: {rows[index][0]}" if subject else rows[index][0]
    return Draft(
        kind="choice",
        family=f"table {fact.quote.span.block}.{column}",
        concept=unit.concepts[0],
        stem=f"From the table. {whose}. {header[column]}: {GAP}",
        key=key,
        quote=fact.quote,
        worth=0.85,
        rivals=tuple(Rival(text=cell, why=f"In the table this belongs to {quoted(owner[cell])}.") for cell in rivals),
    )


def step_choices(catalog: Catalog, unit: Unit, chance: random.Random) -> Iterator[Draft]:
    """Yield "Which step comes next?"; every option is a step of the same procedure."""
    steps = list(unit.steps)
    short = [shortened(step.text.rstrip("."), LONGEST_OPTION) for step in steps]
    if len(set(short)) < len(short) or len(steps) < FEWEST_RIVALS + 2:
        return
    heading = catalog.heading(unit.section)
    positions = list(range(len(steps) - 1))
    chance.shuffle(positions)
    yield _step_choice(unit, heading, steps, short, -1, chance)
    for at in positions[:3]:
        yield _step_choice(unit, heading, steps, short, at, chance)


def _step_choice(
    unit: Unit, heading: str, steps: Sequence[Quote], short: Sequence[str], at: int, chance: random.Random
) -> Draft:
    key = short[at + 1]
    others = [index for index in range(len(steps)) if index not in (at, at + 1)]
    picked = chance.sample(others, min(MOST_RIVALS, len(others)))
    stem = f"{heading}: which step comes first?" if at < 0 else f"{heading}: what comes right after {quoted(short[at])}?"
    return Draft(
        kind="choice",
        family=f"step {at}",
        concept=unit.concepts[0],
        stem=stem,
        key=key,
        quote=steps[at + 1],
        worth=1.0 if at < 0 else 0.9,
        rivals=tuple(Rival(text=short[index], why=f"That is step {index + 1} of {len(steps)}.") for index in picked),
    )


def year_choices(catalog: Catalog, unit: Unit, chance: random.Random) -> Iterator[Draft]:
    """Yield the years of events as choices; years of other events of the text first, near ones made up only when they lack."""
    years = {fact.year: fact for fact in catalog.facts if fact.kind == "date" and fact.year is not None and fact.year > 0}
    for fact in unit.facts:
        gap = year_gap(catalog, unit, fact)
        if gap is None or fact.year is None or fact.year < 0:
            continue
        rivals = _year_rivals(fact.year, years, chance)
        yield Draft(
            kind="choice",
            family=gap.family,
            concept=gap.concept,
            stem=gap.stem,
            key=gap.key,
            quote=fact.quote,
            worth=0.95,
            rivals=tuple(Rival(text=str(year), why=_year_why(years.get(year))) for year in rivals),
            keep_order=True,
        )


def _year_rivals(year: int, known: dict[int, Fact], chance: random.Random) -> list[int]:
    near = sorted((other for other in known if other != year), key=lambda other: (abs(other - year), other))
    reach = max(25, (2000 - year) // 6)
    rivals = [other for other in near if abs(other - year) <= reach][:2]
    spread = 1 if year > 1970 else 3 if year > 1900 else 8 if year > 1700 else 20
    while len(rivals) < MOST_RIVALS:
        made = year + chance.choice((-3, -2, -1, 1, 2, 3)) * spread
        if made != year and made not in rivals and made not in known and made <= NEWEST_YEAR:
            rivals.append(made)
        spread += 1
    return rivals


def _year_why(fact: Fact | None) -> str:
    if fact is None:
        return "Nothing is dated to that year."
    return f"To that year something else is dated: {quoted(tidy(fact.quote.text))}"


def formula_choices(catalog: Catalog, unit: Unit) -> Iterator[Draft]:
    """Yield "Which formula is that of ...?" over the displayed formulas: those that a definition or a sentence leads to."""
    formulas = [fact for fact in catalog.facts if fact.kind == "formula" and catalog.block(fact.quote).kind == "formula"]
    led_to = {definition.concept: catalog.formula_after(definition) for definition in unit.definitions}
    for fact in unit.facts:
        lead = catalog.lead_in(fact) if fact.kind == "formula" and fact not in led_to.values() else None
        if lead is not None and len(lead.text.split()) >= FEWEST_LEAD_WORDS:
            stem = f"Which formula completes this sentence? {quoted(tidy(lead.text))}"
            others = [other for other in formulas if other.value != fact.value]
            draft = _formula_choice(fact, others, stem, unit.concepts[0])
            if draft is not None:
                yield draft
    for definition in unit.definitions:
        own = led_to[definition.concept]
        if own is not None:
            stem = f"Which formula is given for {quoted(catalog.name(definition.concept))}?"
            draft = _formula_choice(own, [fact for fact in formulas if fact.value != own.value], stem, definition.concept)
            if draft is not None:
                yield draft


def _formula_choice(own: Fact, others: list[Fact], stem: str, concept: str) -> Draft | None:
    if len(others) < FEWEST_RIVALS:
        return None
    others.sort(key=lambda fact: (expression_of(fact.value) is None, abs(len(fact.value) - len(own.value)), fact.value))
    return Draft(
        kind="choice",
        family=f"formula {own.quote.span.block}",
        concept=concept,
        stem=stem,
        key=f"${own.value}$",
        quote=own.quote,
        worth=1.1,
        rivals=tuple(
            Rival(text=f"${fact.value}$", why=f"That formula is given elsewhere: ${fact.value}$.")
            for fact in others[:MOST_RIVALS]
        ),
    )
