"""When the learner asks for it simpler, or for an example: shorter pieces and instances that the text itself has."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, PreparedItem, Step
from tutorium.app.agents.rules import drawings
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.explaining import objective_of, unit_for
from tutorium.app.agents.rules.secrets import is_safe, safe_only
from tutorium.app.agents.rules.wording import capitalised, listed, quotations, quoted
from tutorium.app.reading.findings import Definition, Quote, SourceDocument

_EXAMPLE: Final = re.compile(
    r"\b(?:for example|for instance|such as|e\.g\.|is an example|are examples|including|consider|imagine|"
    r"like the|one of them|zum Beispiel|par exemple|por ejemplo)\b",
    re.IGNORECASE,
)
_FIRST_CLAUSE: Final = re.compile(
    r"^(?:[^,;:]|,(?=\d|\s\$)){12,}?(?=,(?!\d|\s\$)|[;:]|\s(?:(?:at|in|on|through|by|with|from|to|of|for|under|over|along|around|between|after|before)\s)?(?:which|that\s\w+s\b|because|so\sthat)\s|$)"
)
_CONDITION: Final = re.compile(r"(?:if|when|where|while|because|since|this\s+is)\b", re.IGNORECASE)
FEWEST_CORE_WORDS: Final = 4
_PROPER_NAME: Final = re.compile(r"\s(?:in\s)?[A-Z][a-z]+\s[A-Z][a-z]+")


def simpler(
    sources: Sequence[SourceDocument], plan: LessonPlan, objective_key: str, *, closed_to: Sequence[PreparedItem] = ()
) -> tuple[Step, ...]:
    """Return the objective in fewer words: the beginnings of its definitions, or its shortest sentences.

    Nothing that would give away an item of `closed_to` is shown. Raises KeyError for an unknown objective.
    """
    catalog = Catalog.of(sources)
    objective = objective_of(plan, objective_key)
    unit = unit_for(catalog, plan, objective)
    definitions = [] if unit is None else list(unit.definitions)
    short = [(definition, _core(definition)) for definition in definitions]
    cores = [core.text for _, core in short if core is not None]
    # Two ideas that begin alike differ in what was cut off: then all of it is needed.
    short = [
        (definition, _core(definition, whole=core is not None and cores.count(core.text) > 1)) for definition, core in short
    ]
    safe = [
        (definition, core)
        for definition, core in short
        if core is not None and is_safe(f"{catalog.name(definition.concept)}: {core.text}", closed_to, quote=core)
    ]
    if safe:
        lines = " ".join(f"**{capitalised(catalog.name(d.concept))}**: {quoted(core.text)}." for d, core in safe)
        items = [f"{capitalised(catalog.name(d.concept))}: {core.text}" for d, core in safe]
        shown = [core for _, core in safe]
        drawing = drawings.item_list("In short", items, shown)
        return (Step(text=f"In fewer words. {lines}", quotes=tuple(shown), drawings=(drawing,)),)
    spoken = [quote for quote in objective.quotes if catalog.block(quote).kind not in ("formula", "table")]
    quotes = safe_only(sorted(spoken, key=lambda quote: len(quote.text)), closed_to)[:2]
    if not spoken:
        return (_around(catalog, objective, closed_to),)
    if not quotes:
        return (Step(text="The shortest way your text puts it would give the open question away. Ask for a hint instead."),)
    return (Step(text=f"The shortest sentences about it: {quotations(quotes)}", quotes=tuple(quotes)),)


def _core(definition: Definition, *, whole: bool = False) -> Quote | None:
    """Return the first clause of what the concept is, or all of it, as a quotation of its own."""
    quote = definition.quotes[-1]
    if len(definition.quotes) > 1:
        return None
    at = quote.text.find(definition.definiens)
    if at < 0:
        return None
    clause = None if whole or _CONDITION.match(definition.definiens) else _FIRST_CLAUSE.match(definition.definiens)
    text = clause.group().rstrip() if clause and len(clause.group().split()) >= FEWEST_CORE_WORDS else definition.definiens
    start = quote.span.start + at
    span = type(quote.span)(quote.span.block, start, start + len(text))
    return Quote(document=quote.document, span=span, text=text)


def example(
    sources: Sequence[SourceDocument], plan: LessonPlan, objective_key: str, *, closed_to: Sequence[PreparedItem] = ()
) -> tuple[Step, ...]:
    """Return an example from the text, or say that it has none. `closed_to` and errors as in `simpler`."""
    catalog = Catalog.of(sources)
    objective = objective_of(plan, objective_key)
    found = safe_only(_examples(catalog, plan, objective_key), closed_to)[:2]
    if found:
        drawing = drawings.callout("For example", found[:1], tone="example")
        return (Step(text=f"Your text gives this: {quotations(found)}", quotes=tuple(found), drawings=(drawing,)),)
    unit = unit_for(catalog, plan, objective)
    if unit is None or not unit.definitions:
        return (_around(catalog, objective, closed_to),)
    names = [catalog.name(definition.concept) for definition in unit.definitions[:3]]
    shown = [name for name in names if is_safe(name, closed_to)]
    text = f"Your text gives no example{' of ' if shown else ''}{listed(shown, last='or')} that I can quote."
    used = [quote for quote in safe_only(catalog.about(objective.concepts), closed_to) if quote not in objective.quotes]
    if used:
        return (Step(text=f"{text} This is where it is used: {quotations(used[:1])}", quotes=tuple(used[:1])),)
    return (Step(text=text),)


def _around(catalog: Catalog, objective: PlannedObjective, closed_to: Sequence[PreparedItem]) -> Step:
    """For events and steps, which have no examples: what else the same part tells."""
    own = {(quote.document, quote.span) for quote in objective.quotes}
    sections = {catalog.section(quote) for quote in objective.quotes}
    others = (q for q in catalog.quotable if catalog.section(q) in sections and (q.document, q.span) not in own)
    quotes = safe_only(others, closed_to)[:2]
    if not quotes:
        return Step(text="Your text gives nothing more about this part that I can quote.")
    return Step(text=f"Around it your text tells this: {quotations(quotes)}", quotes=tuple(quotes))


def _examples(catalog: Catalog, plan: LessonPlan, objective_key: str) -> Iterator[Quote]:
    objective = objective_of(plan, objective_key)
    sections = {catalog.section(quote) for quote in objective.quotes}
    about = list(catalog.about(objective.concepts, sections=sections)) or list(catalog.about(objective.concepts))
    yield from (quote for quote in about if _EXAMPLE.search(quote.text))
    # A proper name in a sentence about the concept is an instance more often than not.
    own = {(quote.document, quote.span) for quote in objective.quotes}
    names = mention_pattern([spelling for key in objective.concepts for spelling in catalog.spellings(key)])
    for quote in about:
        rest = names.sub(" ", quote.text)
        if (quote.document, quote.span) not in own and _PROPER_NAME.search(rest) and not _EXAMPLE.search(quote.text):
            yield quote
