"""What could be taught: units of finds that belong together, by kind of text. The planner chooses and orders among them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from tutorium.app.agents.rules.catalog import Catalog, Section
from tutorium.app.agents.rules.ordering import in_order, needs_of
from tutorium.app.reading.analysis.standing_alone import balanced
from tutorium.app.reading.analysis.terms import term_key
from tutorium.app.reading.analysis.text_type import is_step
from tutorium.app.reading.findings import Definition, Fact, Quote
from tutorium.app.reading.material import Block, Span

UnitKind = Literal["concepts", "events", "procedure", "formulas", "reading"]

MOST_CONCEPTS_OF_A_UNIT: Final = 4
MOST_JOINED: Final = 3
#: So few single ideas may stand each for itself.
FEWEST_APART: Final = 3
MOST_EVENTS_OF_A_UNIT: Final = 9
MOST_PERIODS: Final = 5
FEWEST_STEPS: Final = 3
FEWEST_EVENTS: Final = 8
READ_TOGETHER: Final = 3
MOST_READING_PARTS: Final = 4
_NUMBER: Final = re.compile(r"^\s*\(?\d{1,3}[.)]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Finds of one section, or of small neighbouring ones.

    `definitions` are in teaching order; `steps` quote whole instructions in their order.
    """

    kind: UnitKind
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...] = ()
    facts: tuple[Fact, ...] = ()
    steps: tuple[Quote, ...] = ()
    reading: tuple[Quote, ...] = ()
    concepts: tuple[str, ...] = field(default=())

    @property
    def section(self) -> Section:
        """The section the unit begins in."""
        return self.sections[0]

    @property
    def first_quote(self) -> Quote:
        """The quotation that decides the unit's place."""
        quotes = [*(d.quotes[0] for d in self.definitions), *(f.quote for f in self.facts), *self.steps, *self.reading]
        return min(quotes, key=lambda quote: (quote.document, quote.span.block, quote.span.start))


def concept_units(catalog: Catalog) -> list[Unit]:
    """Return units of up to four definitions with the numbers and tables beside them, in reading order.

    A section with more gives several; sections with one definition join their neighbour under the same heading.
    """
    grouped: dict[Section, list[Definition]] = {}
    for definition in catalog.definitions.values():
        grouped.setdefault(catalog.section(definition.quotes[-1]), []).append(definition)
    units: list[Unit] = []
    for section, members in grouped.items():
        by_key = {definition.concept: definition for definition in members}
        places = {key: catalog.place(definition.quotes[-1]) for key, definition in by_key.items()}
        ordered = in_order(list(by_key), needs_of(catalog, by_key), places)
        units.extend(_concept_unit((section,), [by_key[key] for key in part]) for part in _portions(ordered))
    joined = _joined(units)
    if sum(len(unit.definitions) == 1 for unit in joined) * 2 > len(joined) > FEWEST_APART:
        joined = _gathered(joined)
    return _with_facts(catalog, joined)


def _concept_unit(sections: tuple[Section, ...], definitions: Sequence[Definition]) -> Unit:
    return Unit(
        kind="concepts",
        sections=sections,
        definitions=tuple(definitions),
        concepts=tuple(definition.concept for definition in definitions),
    )


def _joined(units: Sequence[Unit]) -> list[Unit]:
    joined: list[Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last is not None and _belong_together(last, unit):
            joined[-1] = _concept_unit((*last.sections, *unit.sections), (*last.definitions, *unit.definitions))
        else:
            joined.append(unit)
    return joined


def _gathered(units: Sequence[Unit]) -> list[Unit]:
    """Put neighbours together, two or three ideas to a part: ideas one by one have nothing to be told apart from."""
    gathered: list[Unit] = []
    for unit in units:
        last = gathered[-1] if gathered else None
        same = last is not None and last.sections[-1][0] == unit.sections[0][0]
        if last is not None and same and len(last.definitions) + len(unit.definitions) <= MOST_JOINED:
            gathered[-1] = _concept_unit((*last.sections, *unit.sections), (*last.definitions, *unit.definitions))
        else:
            gathered.append(unit)
    return gathered


def _belong_together(first: Unit, second: Unit) -> bool:
    (document, path), (other_document, other_path) = first.sections[-1], second.sections[0]
    if document != other_document or path == other_path or path[:-1] != other_path[:-1]:
        return False
    sizes = len(first.definitions), len(second.definitions)
    return sum(sizes) <= MOST_JOINED and min(sizes) == 1


def _with_facts(catalog: Catalog, units: Sequence[Unit]) -> list[Unit]:
    """Give every number and table to the unit of its section whose definitions stand nearest before it."""
    facts: dict[int, list[Fact]] = {}
    starts = [min(catalog.place(definition.quotes[0]) for definition in unit.definitions) for unit in units]
    for fact in catalog.facts:
        if fact.kind not in ("number", "table"):
            continue
        place, section = catalog.place(fact.quote), catalog.section(fact.quote)
        homes = [index for index, unit in enumerate(units) if section in unit.sections]
        before = [index for index in homes if starts[index] <= place]
        if homes:
            home = max(before, key=lambda index: starts[index]) if before else homes[0]
            facts.setdefault(home, []).append(fact)
    return [replace(unit, facts=tuple(facts.get(index, ()))) for index, unit in enumerate(units)]


def _portions(keys: Sequence[str]) -> list[Sequence[str]]:
    # One more than fits is better than a part of two and one of three.
    count = 1 if len(keys) == MOST_CONCEPTS_OF_A_UNIT + 1 else -(-len(keys) // MOST_CONCEPTS_OF_A_UNIT)
    size = -(-len(keys) // count)
    return [keys[at : at + size] for at in range(0, len(keys), size)]


def event_units(catalog: Catalog) -> list[Unit]:
    """Return periods: the dated events of each section, or of the whole text in equal parts when sections say little."""
    dated = [fact for fact in catalog.facts if fact.kind == "date" and fact.year is not None and _is_told(fact)]
    standing = [fact for fact in dated if not catalog.leans_back(fact.quote)]
    # "The release was frozen" does not say which release; where there are enough others it can go.
    dated = standing if len(standing) >= FEWEST_EVENTS else dated
    grouped: dict[Section, list[Fact]] = {}
    for fact in dated:
        grouped.setdefault(catalog.section(fact.quote), []).append(fact)
    periods = [portion for facts in grouped.values() if len(facts) >= 2 for portion in _periods(facts, MOST_EVENTS_OF_A_UNIT)]
    if len(periods) < 2:
        # Headings say nothing here: cut what there is into periods of its own.
        periods = _periods(dated, max(4, -(-len(dated) // MOST_PERIODS)))
    units: list[Unit] = []
    counts: Counter[Section] = Counter()
    for facts in periods:
        section = catalog.section(facts[0].quote)
        first = counts[section] == 0
        inside = [d for d in catalog.definitions.values() if first and catalog.section(d.quotes[-1]) == section]
        concepts = (_key_of(catalog, section, counts[section]), *(definition.concept for definition in inside))
        counts[section] += 1
        units.append(Unit(kind="events", sections=(section,), facts=tuple(facts), definitions=tuple(inside), concepts=concepts))
    return units


def _is_told(fact: Fact) -> bool:
    """Whether a dated sentence tells an event by itself, rather than arguing, pointing elsewhere or opening a quotation."""
    text = fact.quote.text.strip()
    return text[-1:] in '.!”"’)' and balanced(text) and _ARGUES.search(text) is None


_ARGUES: Final = re.compile(
    r"^(?:As|However|But|This|These|That|Such|So|Indeed|Thus|Ironically|Unless|While|Although|Clearly|It\s(?:is|was|should|did))\b"
    r"|^(?:In\s(?:fact|other\swords)|Of\scourse|The\sfact)\b|\b(?:we|you|I|our|us)\b|\b(?:section|chapter|page)\s[A-Z]?\.?\d"
    r"|\[[^\]]*\d|\bp\.\s?\d|\b[Cc]it\.|\.\s\.\s\."
)


def _periods(facts: Sequence[Fact], most: int) -> list[Sequence[Fact]]:
    """Cut events into equal parts of at most `most`; a part of one event is none."""
    parts = -(-len(facts) // most) if facts else 0
    if parts > 1:
        # Cut by years, so that no period reaches into the next.
        facts = sorted(facts, key=lambda fact: fact.year or 0)
    size = -(-len(facts) // parts) if parts else 1
    return [facts[at : at + size] for at in range(0, len(facts), size) if len(facts[at : at + size]) > 1]


def procedure_units(catalog: Catalog) -> list[Unit]:
    """Return the procedures of the text: runs of numbered items, or of instructions, in one section."""
    units: list[Unit] = []
    for number, source in enumerate(catalog.sources):
        run: list[Quote] = []
        path: tuple[str, ...] = ()
        for block in source.extract.blocks:
            step = _step(source.id, block)
            if step is not None and (not run or block.path == path):
                run.append(step)
                path = block.path
                continue
            units.extend(_procedure(catalog, (number, path), run))
            run, path = ([step], block.path) if step is not None else ([], ())
        units.extend(_procedure(catalog, (number, path), run))
    return units


def instructing_units(catalog: Catalog) -> list[Unit]:
    """Return the procedures of a text of another kind: numbered lists most of whose points tell the reader to do something."""
    found = [unit for unit in procedure_units(catalog) if sum(is_step(step.text) for step in unit.steps) * 2 > len(unit.steps)]
    return [unit for unit in found if _NUMBER.match(catalog.block(unit.steps[0]).text)]


def _procedure(catalog: Catalog, section: Section, run: list[Quote]) -> list[Unit]:
    if len(run) < FEWEST_STEPS:
        return []
    return [Unit(kind="procedure", sections=(section,), steps=tuple(run), concepts=(_key_of(catalog, section, 0),))]


def _step(document: str, block: Block) -> Quote | None:
    if block.kind != "item":
        return None
    number = _NUMBER.match(block.text)
    start = number.end() if number else 0
    text = block.text[start:]
    if not text.strip() or not (number or is_step(text)):
        return None
    return Quote(document=document, span=Span(block.id, start, len(block.text)), text=text)


def formula_units(catalog: Catalog) -> list[Unit]:
    """Return the sections of a mathematical text: their definitions and the formulas that stand in them."""
    units = concept_units(catalog)
    formulas = [fact for fact in catalog.facts if fact.kind == "formula"]
    result: list[Unit] = []
    taken: set[Section] = set()
    for unit in units:
        own = (
            tuple(fact for fact in formulas if catalog.section(fact.quote) == unit.section) if unit.section not in taken else ()
        )
        taken.add(unit.section)
        result.append(
            Unit(kind="formulas", sections=unit.sections, definitions=unit.definitions, facts=own, concepts=unit.concepts)
        )
    lonely: dict[Section, list[Fact]] = {}
    for fact in formulas:
        section = catalog.section(fact.quote)
        if section not in taken:
            lonely.setdefault(section, []).append(fact)
    for section, facts in lonely.items():
        if not any(catalog.block(fact.quote).kind == "formula" for fact in facts):
            # A relation between two symbols within a sentence is no part of a lesson.
            continue
        result.append(Unit(kind="formulas", sections=(section,), facts=tuple(facts), concepts=(_key_of(catalog, section, 0),)))
    return result


def reading_units(catalog: Catalog) -> list[Unit]:
    """Return parts for a guided reading: two or three sentences of each section that say something by themselves."""
    grouped: dict[Section, list[Quote]] = {}
    defining = {(quote.document, quote.span) for definition in catalog.definitions.values() for quote in definition.quotes}
    for source in catalog.sources:
        for quote in source.analysis.sentences:
            if (quote.document, quote.span) in defining:
                continue
            grouped.setdefault(catalog.section(quote), []).append(quote)
    units: list[Unit] = []
    for section, quotes in grouped.items():
        parts = max(1, min(MOST_READING_PARTS, len(quotes) // 4)) if len(grouped) < MOST_READING_PARTS else 1
        ordered = sorted(quotes, key=catalog.place)
        size = -(-len(ordered) // parts)
        for part in range(parts):
            inside = ordered[part * size : (part + 1) * size]
            best = sorted(sorted(inside, key=quotes.index)[:READ_TOGETHER], key=catalog.place)
            if best:
                units.append(
                    Unit(kind="reading", sections=(section,), reading=tuple(best), concepts=(_key_of(catalog, section, part),))
                )
    return units


def _key_of(catalog: Catalog, section: Section, part: int) -> str:
    key = term_key(catalog.heading(section)) or f"part-{section[0] + 1}"
    return key if part == 0 else f"{key}-{part + 1}"
