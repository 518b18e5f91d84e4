"""What could be taught: units of finds that belong together, by kind of text. The planner chooses and orders among them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from tutorium.app.agents.rules.catalog import Catalog, Section
from tutorium.app.agents.rules.ordering import in_order, needs_of
from tutorium.app.reading.analysis.terms import term_key
from tutorium.app.reading.analysis.text_type import is_step
from tutorium.app.reading.findings import Definition, Fact, Quote
from tutorium.app.reading.material import Block, Span

UnitKind = Literal["concepts", "events", "procedure", "formulas", "reading"]

MOST_CONCEPTS_OF_A_UNIT: Final = 4
MOST_EVENTS_OF_A_UNIT: Final = 9
FEWEST_STEPS: Final = 3
_NUMBER: Final = re.compile(r"^\s*\(?\d{1,3}[.)]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Finds of one section. `definitions` are in teaching order; `steps` quote whole instructions in their order."""

    kind: UnitKind
    section: Section
    definitions: tuple[Definition, ...] = ()
    facts: tuple[Fact, ...] = ()
    steps: tuple[Quote, ...] = ()
    reading: tuple[Quote, ...] = ()
    concepts: tuple[str, ...] = field(default=())

    @property
    def first_quote(self) -> Quote:
        """The quotation that decides the unit's place."""
        quotes = [*(d.quotes[0] for d in self.definitions), *(f.quote for f in self.facts), *self.steps, *self.reading]
        return min(quotes, key=lambda quote: (quote.document, quote.span.block, quote.span.start))


def concept_units(catalog: Catalog, *, definitions: Iterable[Definition] | None = None) -> list[Unit]:
    """Return one unit for each section with definitions; long sections give several, split where fewest ideas hang together."""
    grouped: dict[Section, list[Definition]] = {}
    for definition in catalog.definitions.values() if definitions is None else definitions:
        grouped.setdefault(_section_of(catalog, definition.quotes[-1]), []).append(definition)
    units: list[Unit] = []
    for section, members in grouped.items():
        by_key = {definition.concept: definition for definition in members}
        ordered = in_order(list(by_key), needs_of(catalog, by_key), lambda key: catalog.place(by_key[key].quotes[-1]))
        for part in _portions(ordered):
            units.append(
                Unit(kind="concepts", section=section, definitions=tuple(by_key[key] for key in part), concepts=tuple(part))
            )
    return units


def _section_of(catalog: Catalog, quote: Quote) -> Section:
    return catalog.section(quote)


def _portions(keys: Sequence[str]) -> list[Sequence[str]]:
    count = -(-len(keys) // MOST_CONCEPTS_OF_A_UNIT)
    size = -(-len(keys) // count)
    return [keys[at : at + size] for at in range(0, len(keys), size)]


def event_units(catalog: Catalog) -> list[Unit]:
    """Return periods: the dated events of each section, or of the whole text in equal parts when sections say little."""
    dated = [fact for fact in catalog.facts if fact.kind == "date" and fact.year is not None]
    grouped: dict[Section, list[Fact]] = {}
    for fact in dated:
        grouped.setdefault(catalog.section(fact.quote), []).append(fact)
    if len([facts for facts in grouped.values() if len(facts) >= 2]) < 2:
        parts = max(1, min(5, len(dated) // 4))
        size = -(-len(dated) // parts) if dated else 1
        grouped = {catalog.section(dated[at].quote): dated[at : at + size] for at in range(0, len(dated), size)}
    units: list[Unit] = []
    for section, facts in grouped.items():
        if len(facts) < 2:
            continue
        inside = [d for d in catalog.definitions.values() if catalog.section(d.quotes[-1]) == section]
        parts = -(-len(facts) // MOST_EVENTS_OF_A_UNIT)
        size = -(-len(facts) // parts)
        for at in range(0, len(facts), size):
            portion = facts[at : at + size]
            own = tuple(inside) if at == 0 else ()
            units.append(
                Unit(
                    kind="events",
                    section=section,
                    facts=tuple(portion),
                    definitions=own,
                    concepts=(_key_of(catalog, section, at), *(definition.concept for definition in own)),
                )
            )
    return units


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


def _procedure(catalog: Catalog, section: Section, run: list[Quote]) -> list[Unit]:
    if len(run) < FEWEST_STEPS:
        return []
    return [Unit(kind="procedure", section=section, steps=tuple(run), concepts=(_key_of(catalog, section, 0),))]


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
            Unit(kind="formulas", section=unit.section, definitions=unit.definitions, facts=own, concepts=unit.concepts)
        )
    lonely: dict[Section, list[Fact]] = {}
    for fact in formulas:
        section = catalog.section(fact.quote)
        if section not in taken:
            lonely.setdefault(section, []).append(fact)
    for section, facts in lonely.items():
        result.append(Unit(kind="formulas", section=section, facts=tuple(facts), concepts=(_key_of(catalog, section, 0),)))
    return result


def reading_units(catalog: Catalog) -> list[Unit]:
    """Return parts for a guided reading: two or three sentences of each section that say something by themselves."""
    grouped: dict[Section, list[Quote]] = {}
    for source in catalog.sources:
        for quote in source.analysis.sentences:
            grouped.setdefault(catalog.section(quote), []).append(quote)
    units: list[Unit] = []
    for section, quotes in grouped.items():
        best = sorted(quotes[:3], key=catalog.place)
        units.append(Unit(kind="reading", section=section, reading=tuple(best), concepts=(_key_of(catalog, section, 0),)))
    return units


def _key_of(catalog: Catalog, section: Section, part: int) -> str:
    key = term_key(catalog.heading(section)) or f"part-{section[0] + 1}"
    return key if part == 0 else f"{key}-{part}"
