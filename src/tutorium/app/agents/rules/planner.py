"""Planning by rules: what is taught, in which order, and why; chosen from what the analysis found, promised by kind of text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.ordering import in_order, needs_of
from tutorium.app.agents.rules.units import (
    Unit,
    concept_units,
    event_units,
    formula_units,
    instructing_units,
    procedure_units,
    reading_units,
)
from tutorium.app.agents.rules.wording import capitalised, counted, listed, quoted, shortened
from tutorium.app.reading.analysis.sections import plain_title
from tutorium.app.reading.findings import Quote, SourceDocument, TextType

MOST_OBJECTIVES: Final = 6
#: What is known with at least this chance is left out, unless that leaves nothing.
KNOWN_FROM: Final = 0.9
#: From this length on, fewer than one find for a thousand words is worth a frank remark.
LONG_TEXT: Final = 1500
NOTHING_FOUND: Final = (
    "I could not find anything to teach in this text: no definitions, dates, steps or sentences that stand on their own. "
    "A text that explains something will work better."
)
GUIDED_READING: Final = (
    "This text explains few things that I can check questions against, so this is a guided reading: I show you its key "
    "sentences and ask about them. A text that defines its terms gives a fuller lesson."
)
FEW_FINDS: Final = "This text gave little for its length; here is what was found."
#: A long text that gives fewer parts than this by its own type is tried as a history, then filled up with close reading.
FEWEST_UNITS: Final = 3
NAMES_IN_TITLE: Final = 3
FEWEST_READ: Final = 2
_LANGUAGES: Final = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "pl": "Polish",
    "sv": "Swedish", "da": "Danish", "cs": "Czech", "ru": "Russian", "ja": "Japanese", "zh": "Chinese", "ko": "Korean",
}  # fmt: skip
_WHY: Final[dict[TextType, str]] = {
    "concepts": "Each idea comes before those that need it.",
    "history": "Dated events are the backbone, so we go period by period.",
    "procedure": "It tells how something is done, so each part is taught as steps in their order.",
    "mathematics": "Definitions and formulas come in the order in which they need each other.",
    "thin": "Reading closely, part by part, is what this text allows.",
}


def plan_lesson(sources: Sequence[SourceDocument], *, known: Mapping[str, float]) -> LessonPlan:
    """Return a plan of at most six objectives. `known` is the chance of mastery by concept key; what is known is left out."""
    catalog = Catalog.of(sources)
    text_type = _text_type(catalog)
    units = units_of(catalog, text_type)
    if len(units) < FEWEST_UNITS and text_type != "history" and _words(catalog) > LONG_TEXT:
        text_type, units = _richer(catalog, text_type, units)
    if not units and text_type != "thin":
        text_type = "thin"
        units = units_of(catalog, text_type)
    chosen, left_out = _chosen(catalog, units, known)
    ordered = _ordered(catalog, chosen)
    return LessonPlan(
        title=_title(catalog),
        why=_WHY[text_type] if ordered else NOTHING_FOUND,
        text_type=text_type,
        objectives=_named(catalog, ordered),
        notice=_notice(catalog, text_type, ordered, left_out),
    )


def _words(catalog: Catalog) -> int:
    return sum(source.extract.words for source in catalog.sources)


def _richer(catalog: Catalog, text_type: TextType, units: list[Unit]) -> tuple[TextType, list[Unit]]:
    """Return what a long text gives that gives little by its own type: its dated events, or what there is and close reading."""
    events = event_units(catalog)
    if len(events) >= FEWEST_UNITS:
        return "history", events
    taken = {section for unit in units for section in unit.sections}
    apart = [unit for unit in reading_units(catalog) if unit.section not in taken and len(unit.reading) >= FEWEST_READ]
    best = sorted(apart, key=lambda unit: (-worth(catalog, unit), catalog.place(unit.first_quote)))
    return text_type, [*units, *best[: FEWEST_UNITS + 1 - len(units)]]


def units_of(catalog: Catalog, text_type: TextType) -> list[Unit]:
    """Return all units the text offers for its type."""
    return catalog.remembered(f"units {text_type}", lambda: _units_of(catalog, text_type))


def _units_of(catalog: Catalog, text_type: TextType) -> list[Unit]:
    match text_type:
        case "concepts":
            return [*concept_units(catalog), *instructing_units(catalog)]
        case "history":
            return event_units(catalog)
        case "procedure":
            procedures = procedure_units(catalog)
            return [*concept_units(catalog), *procedures] if procedures else concept_units(catalog)
        case "mathematics":
            return [*formula_units(catalog), *instructing_units(catalog)]
        case "thin":
            return [*concept_units(catalog), *reading_units(catalog)]


def _text_type(catalog: Catalog) -> TextType:
    """The type of most of the words; thin documents don't outvote others."""
    votes: Counter[TextType] = Counter()
    for source in catalog.sources:
        if source.analysis.text_type != "thin":
            votes[source.analysis.text_type] += source.extract.words
    return max(votes, key=lambda kind: (votes[kind], kind)) if votes else "thin"


def worth(catalog: Catalog, unit: Unit) -> float:
    """Return how much a unit gives: its concepts by weight, its events, steps and formulas by number."""
    concepts = sum(0.3 + catalog.weight(definition.concept) for definition in unit.definitions)
    reading = 0.1 * sum(1 + catalog.standing(quote) for quote in unit.reading)
    return concepts + 0.3 * len(unit.facts) + 0.35 * min(len(unit.steps), 8) + reading


def _chosen(catalog: Catalog, units: Sequence[Unit], known: Mapping[str, float]) -> tuple[list[Unit], list[str]]:
    fresh = [unit for unit in units if _mastery(unit, known) < KNOWN_FROM]
    left_out = [catalog.name(unit.concepts[0]) for unit in units if unit not in fresh]
    pool = fresh or list(units)
    if not fresh:
        left_out = []
    ranked = sorted(
        pool, key=lambda unit: (-worth(catalog, unit) * (1.1 - _mastery(unit, known)), catalog.place(unit.first_quote))
    )
    sections: set[object] = set()
    firsts: list[Unit] = []
    for unit in ranked:
        # A long list of dates in one section must not crowd out the rest of a history.
        if unit.kind != "events" or unit.section not in sections:
            firsts.append(unit)
        sections.add(unit.section)
    others = [unit for unit in ranked if unit not in firsts]
    return [*firsts, *others][:MOST_OBJECTIVES], left_out


def _mastery(unit: Unit, known: Mapping[str, float]) -> float:
    """The least known of the unit's concepts decides."""
    return min((known.get(concept, 0.0) for concept in unit.concepts), default=0.0)


def _ordered(catalog: Catalog, units: Sequence[Unit]) -> list[Unit]:
    home = {concept: index for index, unit in enumerate(units) for concept in unit.concepts}
    needs = needs_of(catalog, home)
    unit_needs: dict[int, set[int]] = {index: set() for index in range(len(units))}
    for concept, others in needs.items():
        unit_needs[home[concept]].update(home[other] for other in others)
    if any(unit.kind == "events" for unit in units):
        unit_needs = {}
    places = {index: catalog.place(unit.first_quote) for index, unit in enumerate(units)}
    order = in_order(list(places), unit_needs, places)
    return [units[index] for index in order]


def _title(catalog: Catalog) -> str:
    titles = list(dict.fromkeys(plain_title(source.extract.title) or source.name for source in catalog.sources))
    if not titles:
        return "Nothing to teach yet"
    if len(titles) > 2:
        return f"{shortened(titles[0], 50)} and {counted(len(titles) - 1, 'more text')}"
    return listed([shortened(title, 60) for title in titles])


def _named(catalog: Catalog, units: Sequence[Unit]) -> tuple[PlannedObjective, ...]:
    objectives: list[PlannedObjective] = []
    used: set[str] = set()
    for unit in units:
        concepts = tuple(concept for concept in unit.concepts if concept not in used) or unit.concepts
        used.update(concepts)
        key = concepts[0]
        while any(objective.key == key for objective in objectives):
            key += "-again"
        objectives.append(
            PlannedObjective(
                key=key,
                title=_objective_title(catalog, unit),
                why=_objective_why(catalog, unit, units),
                concepts=concepts,
                quotes=_objective_quotes(unit),
            )
        )
    return tuple(objectives)


def _objective_title(catalog: Catalog, unit: Unit) -> str:
    heading = shortened(catalog.heading(unit.section), 60)
    match unit.kind:
        case "events":
            years = [fact.year for fact in unit.facts if fact.year is not None]
            span = f"{_year(min(years))} to {_year(max(years))}" if min(years) != max(years) else _year(min(years))
            return f"Place in time: {heading} ({span})"
        case "procedure":
            return f"Go through the steps: {heading}"
        case "reading":
            return f"Read closely: {heading}"
        case _:
            names = [catalog.name(definition.concept) for definition in unit.definitions]
            if not names:
                return f"Use the formulas: {heading}"
            if len(names) == 1:
                is_named = mention_pattern(catalog.spellings(unit.definitions[0].concept)).search(heading) is not None
                is_title = heading == shortened(_title(catalog), 60)
                return f"What {quoted(names[0])} means" if is_title or is_named else f"{heading}: {names[0]}"
            if len(names) <= NAMES_IN_TITLE:
                return capitalised(listed(names))
            rest = counted(len(names) - 2, "more idea")
            return f"{heading}: {listed([*names[:2], rest])}"


def _year(year: int) -> str:
    return f"{-year} BC" if year < 0 else str(year)


def _objective_why(catalog: Catalog, unit: Unit, units: Sequence[Unit]) -> str:
    heading = quoted(shortened(catalog.heading(unit.section), 60))
    match unit.kind:
        case "events":
            return f"{heading} dates {counted(len(unit.facts), 'event')}."
        case "procedure":
            return f"The part {heading} gives {counted(len(unit.steps), 'step')}, and their order matters."
        case "reading":
            return f"These are the sentences of {heading} that say most by themselves."
        case _:
            return _concepts_why(catalog, unit, units, heading)


def _concepts_why(catalog: Catalog, unit: Unit, units: Sequence[Unit], heading: str) -> str:
    own = {definition.concept for definition in unit.definitions}
    others = [definition.concept for other in units if other is not unit for definition in other.definitions]
    needs = needs_of(catalog, [*own, *others])
    built = [key for key in others if needs[key] & own]
    if len(unit.sections) > 1:
        heading = listed([quoted(shortened(catalog.heading(section), 40)) for section in unit.sections])
    parts = "part" if len(unit.sections) == 1 else "parts"
    where = f"{'It is' if len(own) == 1 else 'They are'} defined in the {parts} {heading}"
    if not own:
        return f"{capitalised(counted(len(unit.facts), 'formula'))} of the part {heading}."
    if built:
        names = listed([catalog.name(key) for key in built[:3]])
        return (
            f"{where}, and {names} {'is' if len(built[:3]) == 1 else 'are'} explained with {'it' if len(own) == 1 else 'them'}."
        )
    formulas = [fact for fact in unit.facts if fact.kind == "formula"]
    if formulas:
        return f"{where}, with {counted(len(formulas), 'formula')}."
    return f"{where}."


def _objective_quotes(unit: Unit) -> tuple[Quote, ...]:
    quotes = [
        *(quote for definition in unit.definitions for quote in definition.quotes),
        *(fact.quote for fact in unit.facts if fact.kind != "table"),
        *unit.steps,
        *unit.reading,
    ]
    distinct = {(quote.document, quote.span): quote for quote in quotes}
    return tuple(sorted(distinct.values(), key=lambda quote: (quote.document, quote.span.block, quote.span.start)))


def _notice(catalog: Catalog, text_type: TextType, units: Sequence[Unit], left_out: Sequence[str]) -> str | None:
    remarks = [remark for remark in (_richness(catalog, text_type, units, left_out), _tongue(catalog)) if remark is not None]
    return " ".join(remarks) or None


def _richness(catalog: Catalog, text_type: TextType, units: Sequence[Unit], left_out: Sequence[str]) -> str | None:
    if not units:
        return NOTHING_FOUND
    if all(unit.kind == "reading" for unit in units):
        return GUIDED_READING
    words = _words(catalog)
    finds = sum(len(unit.definitions) + len(unit.facts) + len(unit.steps) for unit in units)
    if text_type == "thin" or (words > LONG_TEXT and finds * 1000 < words):
        return FEW_FINDS
    if left_out:
        return f"Left out because you know it well already: {listed(list(dict.fromkeys(left_out))[:4])}."
    return None


def _tongue(catalog: Catalog) -> str | None:
    """A frank word on a text that is not in the tutor's own language."""
    language = catalog.language()
    if language == "en":
        return None
    name = f"in {_LANGUAGES[language]}" if language in _LANGUAGES else "not in English"
    return f"This text is {name}. What it says is quoted as it stands; my own sentences are English."
