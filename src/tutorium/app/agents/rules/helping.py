"""When the learner asks for it simpler, or for an example: shorter pieces and instances that the text itself has."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.agents.handovers import LessonPlan, PreparedItem, Step
from tutorium.app.agents.rules import drawings
from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.explaining import objective_of, unit_for
from tutorium.app.agents.rules.secrets import is_safe, safe_only
from tutorium.app.agents.rules.wording import capitalised, listed, quotations, quoted, shortened
from tutorium.app.reading.findings import Definition, Quote, SourceDocument

_EXAMPLE: Final = re.compile(
    r"\b(?:for example|for instance|such as|e\.g\.|is an example|are examples|including|consider|imagine|like the|one of them|zum Beispiel|"
    r"par exemple|por ejemplo)\b",
    re.IGNORECASE,
)
_FIRST_CLAUSE: Final = re.compile(r"^(?:[^,;:]|,(?=\d)){12,}?(?=[,;:]|\s(?:which|that\s\w+s\b|because|so\sthat)\s|$)")
SIMPLEST_WORDS: Final = 22


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
    short = [(definition, _core(catalog, definition)) for definition in definitions]
    safe = [(definition, core) for definition, core in short if core is not None and is_safe(core.text, closed_to, quote=core)]
    if safe:
        lines = " ".join(f"**{capitalised(catalog.name(d.concept))}**: {quoted(core.text)}." for d, core in safe)
        items = [f"{capitalised(catalog.name(d.concept))}: {core.text}" for d, core in safe]
        cores = [core for _, core in safe]
        drawing = drawings.item_list("In short", items, cores)
        return (Step(text=f"In fewer words. {lines}", quotes=tuple(cores), drawings=(drawing,)),)
    quotes = safe_only(sorted(objective.quotes, key=lambda quote: len(quote.text)), closed_to)[:2]
    if not quotes:
        return (Step(text="The shortest way your text puts it would give the open question away. Ask for a hint instead."),)
    return (Step(text=f"The shortest sentences about it: {quotations(quotes)}", quotes=tuple(quotes)),)


def _core(catalog: Catalog, definition: Definition) -> Quote | None:
    """Return the first clause of what the concept is, as a quotation of its own."""
    quote = definition.quotes[-1]
    if len(definition.quotes) > 1:
        return None
    at = quote.text.find(definition.definiens)
    if at < 0:
        return None
    clause = _FIRST_CLAUSE.match(definition.definiens)
    text = (clause.group() if clause else definition.definiens).rstrip()
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
    names = [catalog.name(concept) for concept in objective.concepts[:3]]
    text = f"Your text gives no example of {listed(names, last='or')} that I can quote."
    used = [quote for quote in safe_only(catalog.about(objective.concepts), closed_to) if quote not in objective.quotes]
    if used:
        return (Step(text=f"{text} This is where it is used: {quotations(used[:1])}", quotes=tuple(used[:1])),)
    return (Step(text=text),)


def _examples(catalog: Catalog, plan: LessonPlan, objective_key: str) -> Iterator[Quote]:
    objective = objective_of(plan, objective_key)
    sections = {catalog.section(quote) for quote in objective.quotes}
    about = list(catalog.about(objective.concepts, sections=sections)) or list(catalog.about(objective.concepts))
    yield from (quote for quote in about if _EXAMPLE.search(quote.text))
    # A proper name in a sentence about the concept is an instance more often than not.
    own = {(quote.document, quote.span) for quote in objective.quotes}
    for quote in about:
        if (quote.document, quote.span) not in own and re.search(r"\s[A-Z][a-z]+\s[A-Z][a-z]+", quote.text):
            yield quote


def short_form(text: str) -> str:
    """Return a sentence cut to the words a quick reminder has."""
    words = text.split()
    return text if len(words) <= SIMPLEST_WORDS else shortened(text, 120)
