"""Explaining one objective: what the text says about it, step by step, each step a few quotations and one drawing at most."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import structs

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, Step
from tutorium.app.agents.rules import drawings
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.functions_of_x import axes_of, expression_of, signature
from tutorium.app.agents.rules.opening import (
    FEWEST_EDGES,
    best_relations,
    connected,
    names_of,
    overview_relations,
    spread_events,
)
from tutorium.app.agents.rules.planner import units_of
from tutorium.app.agents.rules.units import Unit
from tutorium.app.agents.rules.wording import capitalised, counted, listed, quotations, quoted, shortened
from tutorium.app.reading.findings import Definition, Fact, Quote, SourceDocument
from tutorium.app.reading.material import Span

MOST_STEPS: Final = 9
MOST_FORMULAS: Final = 3
MOST_FIGURES: Final = 3
FEWEST_FIGURES: Final = 2
MOST_MORE: Final = 3
FEWEST_MORE: Final = 2
_FIRST: Final = (
    "We start with **{name}**.",
    "First, **{name}**.",
    "The first idea here: **{name}**.",
    "**{name}** comes first.",
)
_ONLY: Final = (
    "This part is about **{name}**.",
    "Now to **{name}**.",
    "One idea, then: **{name}**.",
    "Here it is all about **{name}**.",
)
_NEXT: Final = ("Next, **{name}**.", "Then there is **{name}**.", "Beside it stands **{name}**.", "Now **{name}**.")
_LAST: Final = (
    "That leaves **{name}**.",
    "Last in this part: **{name}**.",
    "And finally **{name}**.",
    "**{name}** closes this part.",
)
_ADDS: Final = ("More on it:", "The text adds:", "It goes on:", "And further:", "Worth keeping as well:")
_THEN: Final = ("After that:", "Then:", "What came next:", "Later:")
_MORE: Final = ("More from the same part:", "Around it the text says:", "To round it off:")
_EXAMPLE: Final = re.compile(r"\b(?:for example|for instance|such as|e\.g\.)", re.IGNORECASE)
_WARNINGS: Final = ("never", "do not", "don't", "must not", "careful", "make sure", "only after", "because", "avoid", "if the")


def explain(sources: Sequence[SourceDocument], plan: LessonPlan, objective_key: str) -> tuple[Step, ...]:
    """Return the steps of one objective. Raises KeyError when the plan has no such objective."""
    catalog = Catalog.of(sources)
    objective = objective_of(plan, objective_key)
    return catalog.remembered((objective_key, plan), lambda: _explained(catalog, plan, objective))


def _explained(catalog: Catalog, plan: LessonPlan, objective: PlannedObjective) -> tuple[Step, ...]:
    unit = unit_for(catalog, plan, objective)
    turn = plan.objectives.index(objective)
    if unit is None:
        steps: Iterable[Step] = _from_quotes(objective)
    elif unit.kind == "events":
        steps = _events(catalog, unit, turn)
    elif unit.kind == "procedure":
        steps = _procedure(catalog, unit)
    elif unit.kind == "reading":
        steps = _reading(catalog, unit)
    else:
        steps = _concepts(catalog, plan, unit, turn)
    first, *rest = tuple(steps)[:MOST_STEPS]
    heading = drawings.title(objective.title)
    return (structs.replace(first, drawings=(heading, *first.drawings)), *rest)


def _turned(phrases: Sequence[str], turn: int) -> str:
    """Vary fixed words from one place of the lesson to the next: the same place always has the same ones."""
    return phrases[turn % len(phrases)]


def objective_of(plan: LessonPlan, key: str) -> PlannedObjective:
    """Return the objective with this key. Raises KeyError."""
    for objective in plan.objectives:
        if objective.key == key:
            return objective
    raise KeyError(key)


def unit_for(catalog: Catalog, plan: LessonPlan, objective: PlannedObjective) -> Unit | None:
    """Return the unit an objective was made from: the one that shares most quotations with it."""
    own = {(quote.document, quote.span) for quote in objective.quotes}
    best: Unit | None = None
    most = 0
    for unit in [*units_of(catalog, plan.text_type), *units_of(catalog, "thin")]:
        quotes = [
            *(quote for definition in unit.definitions for quote in definition.quotes),
            *(fact.quote for fact in unit.facts),
            *unit.steps,
            *unit.reading,
        ]
        shared = len(own & {(quote.document, quote.span) for quote in quotes})
        if shared > most:
            best, most = unit, shared
    return best


def _from_quotes(objective: PlannedObjective) -> Iterator[Step]:
    """What is left when documents went away after planning: the quotations the plan kept."""
    for start in range(0, len(objective.quotes), 2):
        pair = objective.quotes[start : start + 2]
        yield Step(text=f"The text says: {quotations(pair)}", quotes=tuple(pair))


def _concepts(catalog: Catalog, plan: LessonPlan, unit: Unit, turn: int) -> Iterator[Step]:
    used: set[tuple[str, object]] = set()
    formulas = [fact for fact in unit.facts if fact.kind == "formula"]
    last = len(unit.definitions) - 1
    for index, definition in enumerate(unit.definitions):
        own = catalog.formula_after(definition)
        phrases = (_FIRST if last else _ONLY) if index == 0 else _LAST if index == last and last > 1 else _NEXT
        opening = _turned(phrases, turn + (index if phrases is _NEXT else 0))
        yield from _definition_steps(catalog, definition, opening, used, turn + index, has_formula=own is not None)
        if own is not None:
            formulas = [fact for fact in formulas if fact != own]
            yield _formula_step(catalog, own, caption=catalog.name(definition.concept))
    formulas = [fact for fact in formulas if not _is_inside(fact.quote, used)]
    for fact in _different(formulas)[:MOST_FORMULAS]:
        yield from _formula_and_curve(catalog, fact)
    yield from _figures(catalog, unit, used)
    yield from _more(catalog, unit, used, turn)
    yield from _connections(catalog, plan, unit, used)
    yield from _table_steps(catalog, unit)


def _definition_steps(
    catalog: Catalog, definition: Definition, opening: str, used: set[tuple[str, object]], turn: int, *, has_formula: bool
) -> Iterator[Step]:
    name = catalog.name(definition.concept)
    quotes = [*definition.quotes]
    used.update((quote.document, quote.span) for quote in quotes)
    text = f"{_opened(opening, name)} {quotations(quotes)}"
    extra = None if has_formula else _one_more(catalog, definition, used)
    example = extra if extra is not None and _EXAMPLE.search(extra.text) else None
    if extra is not None:
        used.add((extra.document, extra.span))
    if extra is not None and example is None:
        text += f" {_turned(_ADDS, turn)} {quotations([extra])}"
        quotes.append(extra)
    if has_formula:
        text += " The formula follows."
    yield Step(text=text, quotes=tuple(quotes), drawings=(drawings.callout(capitalised(name), definition.quotes),))
    if example is not None:
        drawing = drawings.callout(f"{capitalised(name)}: an example", [example], tone="example")
        yield Step(text=f"An example: {quotations([example])}", quotes=(example,), drawings=(drawing,))


def _opened(opening: str, name: str) -> str:
    return opening.format(name=capitalised(name) if opening.startswith("**") else name)


def _one_more(catalog: Catalog, definition: Definition, used: set[tuple[str, object]]) -> Quote | None:
    """Return the next sentence of the same section that says something about the concept and defines nothing itself."""
    section = catalog.section(definition.quotes[-1])
    defining = {(quote.document, quote.span) for other in catalog.definitions.values() for quote in other.quotes}
    name = catalog.name(definition.concept).lower()
    best: Quote | None = None
    for quote in catalog.about([definition.concept], sections=[section]):
        key = (quote.document, quote.span)
        if key in used or key in defining or "$" in quote.text:
            continue
        if name in quote.text[: len(name) + 12].lower():
            return quote
        best = best or quote
    return best


def _is_inside(quote: Quote, used: set[tuple[str, object]]) -> bool:
    """Whether a formula stands in a sentence that was said."""
    spans = [span for document, span in used if document == quote.document and isinstance(span, Span)]
    return any(
        span.block == quote.span.block and span.start <= quote.span.start and quote.span.end <= span.end for span in spans
    )


def _different(formulas: Sequence[Fact]) -> list[Fact]:
    """Leave out formulas of a curve that is there already: a product and its sum look the same."""
    seen: set[str] = set()
    kept: list[Fact] = []
    for fact in formulas:
        expression = expression_of(fact.value)
        shape = signature(expression) if expression is not None else fact.value
        if shape not in seen:
            seen.add(shape)
            kept.append(fact)
    return kept


def _formula_step(catalog: Catalog, fact: Fact, caption: str) -> Step:
    return Step(
        text=f"The formula for **{caption}**: ${drawings.as_tex(fact.value)}$",
        quotes=(fact.quote,),
        drawings=(drawings.formula(fact, capitalised(caption)),),
    )


def _formula_and_curve(catalog: Catalog, fact: Fact) -> Iterator[Step]:
    tex = drawings.as_tex(fact.value)
    around, lead = _sentence_around(catalog, fact), catalog.lead_in(fact)
    expression = expression_of(fact.value)
    named = "This is the curve of" if expression is not None else "A formula to know:"
    if lead is not None:
        text = f"{quotations([lead])} ${tex}${'. This is its curve.' if expression is not None else '.'}"
    elif around is not None:
        text = f"{named} ${tex}$. It stands in this sentence: {quotations([around])}"
    else:
        text = f"{named} ${tex}$."
    drawing = (
        drawings.formula(fact)
        if expression is None
        else drawings.plane(expression, fact.value, axes_of(fact.value), fact.quote)
    )
    said = lead or around
    yield Step(text=text, quotes=(fact.quote, *((said,) if said is not None else ())), drawings=(drawing,))


def _sentence_around(catalog: Catalog, fact: Fact) -> Quote | None:
    for quote in catalog.quotable:
        inside = quote.span.start <= fact.quote.span.start and fact.quote.span.end <= quote.span.end
        if quote.document == fact.quote.document and quote.span.block == fact.quote.span.block and inside:
            return quote
    return None


def _connections(catalog: Catalog, plan: LessonPlan, unit: Unit, used: set[tuple[str, object]]) -> Iterator[Step]:
    """A map of what the text relates to the unit's concepts beyond the map of the opening, with the sentences that say so."""
    drawn = {(relation.source, relation.target) for relation in overview_relations(catalog, plan)}
    fresh = [relation for relation in catalog.relations if (relation.source, relation.target) not in drawn]
    chosen = connected(best_relations(fresh, unit.concepts, catalog))
    strong = [relation for relation in chosen if relation.type != "explained-with"]
    if len(strong) < FEWEST_EDGES:
        return
    unsaid = [relation.quote for relation in strong if (relation.quote.document, relation.quote.span) not in used]
    quotes = list(dict.fromkeys(unsaid))[:2]
    words = f" {quotations(quotes)}" if quotes else ""
    yield Step(
        text=f"This is how it hangs together.{words}",
        quotes=tuple(dict.fromkeys(relation.quote for relation in chosen)),
        drawings=(drawings.concept_map(chosen, names_of(catalog, chosen)),),
    )


def _figures(catalog: Catalog, unit: Unit, used: set[tuple[str, object]]) -> Iterator[Step]:
    """The numbers of the part that were not said yet."""
    facts = [fact for fact in unit.facts if fact.kind == "number" and (fact.quote.document, fact.quote.span) not in used]
    facts = facts[:MOST_FIGURES]
    chosen = list(dict.fromkeys(fact.quote for fact in facts))
    if not chosen:
        return
    used.update((quote.document, quote.span) for quote in chosen)
    opening = "One figure to know:" if len(chosen) == 1 else "Some figures to know:"
    named = [fact for fact in facts if fact.subject]
    shown = (drawings.figures(named, f"{catalog.heading(unit.section)} in figures"),) if len(named) >= FEWEST_FIGURES else ()
    yield Step(text=f"{opening} {quotations(chosen)}", quotes=tuple(chosen), drawings=shown)


def _table_steps(catalog: Catalog, unit: Unit) -> Iterator[Step]:
    for fact in unit.facts:
        if fact.kind == "table":
            heading = fact.subject or catalog.heading(unit.section)
            columns = [cell for cell in fact.rows[0] if cell.strip()]
            yield Step(
                text=f"A table sets this side by side: {listed(columns[:5])}.",
                quotes=(fact.quote,),
                drawings=(drawings.table(fact, heading),),
            )


def _more(catalog: Catalog, unit: Unit, used: set[tuple[str, object]], turn: int) -> Iterator[Step]:
    """Two or three more sentences of the part about its ideas, for a unit that would otherwise be over too soon."""
    if len(unit.definitions) > 2:
        return
    defining = {(quote.document, quote.span) for definition in catalog.definitions.values() for quote in definition.quotes}
    spellings = [spelling for key in unit.concepts for spelling in catalog.spellings(key)]
    about = mention_pattern([*spellings, *(key.rsplit("-", maxsplit=1)[-1] for key in unit.concepts)])
    best: list[Quote] = []
    for source in catalog.sources:
        for quote in source.analysis.sentences:
            key = (quote.document, quote.span)
            if catalog.section(quote) not in unit.sections or key in used | defining or "$" in quote.text:
                continue
            if catalog.block(quote).kind != "item" and about.search(quote.text):
                best.append(quote)
    chosen = sorted(best[:MOST_MORE], key=catalog.place)
    if len(chosen) < FEWEST_MORE:
        return
    used.update((quote.document, quote.span) for quote in chosen)
    names = listed([catalog.name(definition.concept) for definition in unit.definitions]) or catalog.heading(unit.section)
    yield Step(
        text=f"{_turned(_MORE, turn)} {quotations(chosen)}",
        quotes=tuple(chosen),
        drawings=(drawings.item_list(f"More about {names}", [quote.text for quote in chosen], chosen),),
    )


def _events(catalog: Catalog, unit: Unit, turn: int) -> Iterator[Step]:
    facts = list(unit.facts)
    heading = catalog.heading(unit.section)
    shown = spread_events(facts, drawings.EVENTS)
    if len(shown) > 1:
        yield Step(
            text=f"**{heading}**: {counted(len(facts), 'dated event')}, from {shown[0].value} to {shown[-1].value}.",
            quotes=tuple(fact.quote for fact in shown),
            drawings=(drawings.timeline(shown),),
        )
    definitions = list(unit.definitions)
    key = max((fact.quote for fact in facts), key=catalog.standing, default=None)
    for index, pair in enumerate(_pairs(facts)):
        quotes = [catalog.with_lead(fact.quote) for fact in pair]
        text = quotations(quotes[:1])
        if len(pair) > 1:
            is_later = (pair[1].year or 0) > (pair[0].year or 0)
            text += f" {_turned(_THEN, turn + index) if is_later else 'And:'} {quotations(quotes[1:])}"
        told = [quote for quote in quotes if quote == key]
        yield Step(text=text, quotes=tuple(quotes), drawings=tuple(_event_card(pair, quote) for quote in told))
        while definitions and catalog.place(definitions[0].quotes[0]) < catalog.place(quotes[-1]):
            yield _word_step(catalog, definitions.pop(0))
    for definition in definitions:
        yield _word_step(catalog, definition)


def _event_card(pair: Sequence[Fact], quote: Quote) -> drawings.Drawing:
    """The sentence that carries a period most, with its date, in full: the timeline has only its beginning."""
    date = next((fact.value for fact in pair if fact.quote == quote), "")
    return drawings.callout(capitalised(date), [quote], tone="note")


def _pairs(facts: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
    """Yield events two by two in time order, each quotation once."""
    by_quote: dict[tuple[str, Span], Fact] = {}
    for fact in facts:
        by_quote.setdefault((fact.quote.document, fact.quote.span), fact)
    ordered = sorted(by_quote.values(), key=lambda fact: fact.year or 0)
    for at in range(0, len(ordered), 2):
        yield tuple(ordered[at : at + 2])


def _word_step(catalog: Catalog, definition: Definition) -> Step:
    name = catalog.name(definition.concept)
    return Step(
        text=f"A word you need here is **{name}**. {quotations(definition.quotes)}",
        quotes=definition.quotes,
        drawings=(drawings.callout(capitalised(name), definition.quotes),),
    )


def _procedure(catalog: Catalog, unit: Unit) -> Iterator[Step]:
    heading = catalog.heading(unit.section)
    steps = list(unit.steps)
    short = [shortened(step.text.rstrip("."), drawings.STEP) for step in steps]
    whole = all(len(step.text) <= drawings.LIST_ITEM for step in steps) and len(steps) <= drawings.LIST_ITEMS
    cut = sum(1 for text in short if text.endswith("…"))
    if whole and cut * 2 > len(steps):
        drawing = drawings.item_list(heading, [step.text for step in steps], steps, ordered=True)
    else:
        drawing = drawings.flowchart(short, steps)
    yield Step(
        text=f"**{heading}** takes {counted(len(steps), 'step')}. Here they are in their order.",
        quotes=tuple(steps),
        drawings=(drawing,),
    )
    for at in range(0, min(len(steps), 9), 3):
        portion = steps[at : at + 3]
        lines = "\n".join(f"{at + offset}. {quoted(' '.join(step.text.split()))}" for offset, step in enumerate(portion, 1))
        opening = "It starts like this." if at == 0 else "Then it goes on."
        yield Step(text=f"{opening}\n\n{lines}", quotes=tuple(portion))
    yield from _advice(catalog, unit)


def _advice(catalog: Catalog, unit: Unit) -> Iterator[Step]:
    """Sentences of the same part that warn or give a reason."""
    own = {(step.document, step.span.block) for step in unit.steps}
    for source in catalog.sources:
        for quote in sorted(source.analysis.sentences, key=catalog.place):
            if catalog.section(quote) != unit.section or (quote.document, quote.span.block) in own:
                continue
            lowered = quote.text.lower()
            if any(mark in lowered for mark in _WARNINGS):
                drawing = drawings.callout("Mind this", [quote], tone="warning")
                yield Step(text=f"Mind this: {quotations([quote])}", quotes=(quote,), drawings=(drawing,))
                return


def _reading(catalog: Catalog, unit: Unit) -> Iterator[Step]:
    heading = catalog.heading(unit.section)
    quotes = list(unit.reading)
    drawing = drawings.item_list(heading, [quote.text for quote in quotes], quotes)
    yield Step(
        text=f"We read **{heading}**. These sentences carry it: {quotations(quotes)}", quotes=tuple(quotes), drawings=(drawing,)
    )
