"""How a lesson begins and ends: its title with a map or timeline of what is to come; what was taught, at the close."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from tutorium.app.agents.handovers import LessonPlan, PlannedObjective, Step
from tutorium.app.agents.rules import drawings
from tutorium.app.agents.rules.catalog import Catalog, mention_pattern
from tutorium.app.agents.rules.wording import counted, quotations, shortened
from tutorium.app.reading.findings import Fact, Quote, Relation, SourceDocument

MOST_NODES: Final = 8
MOST_EDGES: Final = 9
FEWEST_EDGES: Final = 2
FEWEST_EDGES_OF_A_MAP: Final = 4
FEWEST_NODES: Final = 3
FEWEST_EVENT_WORDS: Final = 4
_SUMMARY_QUOTES: Final = 3
_WEAK_KINDS: Final = frozenset({"explained-with"})
LONGEST_REASON: Final = 32
_MATTERS: Final = re.compile(
    r"\b(?:important|importance|essential|crucial|vital|indispensable|cornerstone|central (?:to|role)|"
    r"key to|(?:foundation|basis|heart) of|"
    r"make[s]? it possible|(?:is|are) (?:widely|commonly) used|(?:is|are) (?:needed|necessary|used) (?:to|for|by))\b"
)
_DOUBT: Final = re.compile(r"\b(?:not|never|no|only|but|although|however|less|hardly|once)\b", re.IGNORECASE)


def opening_steps(sources: Sequence[SourceDocument], plan: LessonPlan) -> tuple[Step, ...]:
    """Return the title with what will be taught and why, and an overview drawn from findings. Fast: nothing is searched."""
    if not plan.objectives:
        return (Step(text=plan.notice or plan.why, drawings=(drawings.title(plan.title),)),)
    catalog = Catalog.of(sources)
    matters = reason(catalog, plan)
    quotes = () if matters is None else (matters,)
    first = Step(text=_welcome(plan, matters), quotes=quotes, drawings=(drawings.title(plan.title),))
    overview = _overview(catalog, plan)
    return (first,) if overview is None else (first, overview)


def reason(catalog: Catalog, plan: LessonPlan) -> Quote | None:
    """Return the sentence that says of the lesson's subject, or of an idea of it, why it matters; None when there is none."""
    if catalog.language() != "en":
        return None
    spellings = [plan.title, *(name for key in _taught(catalog, plan) for name in catalog.spellings(key))]
    subject = mention_pattern(spellings)
    shown = {(quote.document, quote.span) for objective in plan.objectives for quote in objective.quotes}
    for quote in catalog.quotable:
        cue = _MATTERS.search(quote.text)
        if cue is None or (quote.document, quote.span) in shown or len(quote.text.split()) > LONGEST_REASON:
            continue
        if subject.search(quote.text[: cue.start()]) and not _DOUBT.search(quote.text):
            return quote
    return None


def summary_steps(sources: Sequence[SourceDocument], plan: LessonPlan) -> tuple[Step, ...]:
    """Return what was taught: each objective with the quotation it rests on."""
    catalog = Catalog.of(sources)
    lines: list[str] = []
    quotes: list[Quote] = []
    for objective in plan.objectives:
        quote = _best_quote(catalog, objective)
        if quote is not None and quote not in quotes:
            lines.append(quote.text)
            quotes.append(quote)
    if not quotes:
        return ()
    drawing = drawings.item_list("To take with you", lines, quotes)
    return (
        Step(
            text=f"These are the sentences to take with you. {quotations(quotes[:_SUMMARY_QUOTES])}",
            quotes=tuple(quotes),
            drawings=(drawing,),
        ),
    )


def _best_quote(catalog: Catalog, objective: PlannedObjective) -> Quote | None:
    for concept in objective.concepts:
        definition = catalog.definitions.get(concept)
        if definition is not None and len(definition.quotes) == 1:
            return definition.quotes[0]
    spoken = [quote for quote in objective.quotes if catalog.block(quote).kind not in ("formula", "table")]
    return spoken[0] if spoken else None


def _welcome(plan: LessonPlan, matters: Quote | None) -> str:
    parts = "\n".join(f"{number}. {objective.title}" for number, objective in enumerate(plan.objectives, 1))
    size = counted(len(plan.objectives), "part")
    about = f"This lesson is about **{plan.title}**{'' if plan.title.endswith(('.', '?', '!')) else '.'}"
    why = "" if matters is None else f" Why it matters, in the words of the text: {quotations([matters])}"
    notice = f"\n\n{plan.notice}" if plan.notice else ""
    return f"{about}{why}\n\nIt has {size}:\n\n{parts}\n\n{plan.why}{notice}"


def _overview(catalog: Catalog, plan: LessonPlan) -> Step | None:
    match plan.text_type:
        case "history":
            return _timeline(catalog, plan) or _map(catalog, plan)
        case "procedure":
            return _parts(plan)
        case "thin":
            return _map(catalog, plan) or _parts(plan)
        case _:
            return _map(catalog, plan) or _parts(plan)


def _timeline(catalog: Catalog, plan: LessonPlan) -> Step | None:
    shown = {(quote.document, quote.span) for objective in plan.objectives for quote in objective.quotes}
    dated = [fact for fact in catalog.facts if fact.kind == "date" and (fact.quote.document, fact.quote.span) in shown]
    chosen = spread_events(dated, drawings.EVENTS - 1)
    if len(chosen) < 3:
        return None
    first, last = chosen[0], chosen[-1]
    return Step(
        text=f"Here is the course of events, from {first.value} to {last.value}.",
        quotes=tuple(fact.quote for fact in chosen),
        drawings=(drawings.timeline(chosen),),
    )


def spread_events(facts: Sequence[Fact], most: int) -> list[Fact]:
    """Return at most `most` events in time order, one a year, first and last kept, the rest evenly from between."""
    by_year: dict[int, Fact] = {}
    for fact in facts:
        if fact.year is not None and fact.year not in by_year and _is_telling(fact):
            by_year[fact.year] = fact
    ordered = [by_year[year] for year in sorted(by_year)]
    if len(ordered) <= most:
        return ordered
    picks = sorted({round(index * (len(ordered) - 1) / (most - 1)) for index in range(most)})
    return [ordered[index] for index in picks]


def _is_telling(fact: Fact) -> bool:
    """Whether an event says something on a timeline; "The release was frozen" does not say which."""
    return len((fact.subject or "").split()) > FEWEST_EVENT_WORDS


def _map(catalog: Catalog, plan: LessonPlan) -> Step | None:
    chosen = overview_relations(catalog, plan)
    if chosen:
        return Step(
            text="This map shows how the main ideas hang together. We will fill it with meaning part by part.",
            quotes=tuple(dict.fromkeys(relation.quote for relation in chosen)),
            drawings=(drawings.concept_map(chosen, names_of(catalog, chosen)),),
        )
    return _tree(catalog, plan)


def overview_relations(catalog: Catalog, plan: LessonPlan) -> list[Relation]:
    """Return the edges of the map the lesson opens with, none when they are too few for a map or it opens otherwise."""
    keys = _taught(catalog, plan)
    if len(keys) < FEWEST_NODES or plan.text_type in ("history", "procedure"):
        return []
    chosen = connected(best_relations(catalog.relations, keys, catalog))
    strong = [relation for relation in chosen if relation.type not in _WEAK_KINDS]
    return chosen if len(chosen) >= FEWEST_EDGES_OF_A_MAP and len(strong) >= FEWEST_EDGES else []


def _taught(catalog: Catalog, plan: LessonPlan) -> list[str]:
    return [concept for objective in plan.objectives for concept in objective.concepts if concept in catalog.definitions]


def _tree(catalog: Catalog, plan: LessonPlan) -> Step | None:
    """The parts of the text with the ideas that each explains: what there is to show when little is said of how they relate."""
    parts: dict[str, list[str]] = {}
    for concepts in zip_longest(*(_defined(catalog, objective) for objective in plan.objectives)):
        for concept in filter(None, concepts):
            heading = catalog.heading(catalog.section(catalog.definitions[concept].quotes[-1]))
            parts.setdefault(heading, []).append(catalog.name(concept))
    quotes = tuple(catalog.definitions[concept].quotes[-1] for concept in _taught(catalog, plan))
    if len(quotes) < FEWEST_NODES:
        return None
    drawing = drawings.outline_tree(plan.title, parts)
    drawing["cite"] = drawings.cites(quotes)[: drawings.CITES]
    return Step(text="These are the ideas of the lesson and where they belong.", quotes=quotes, drawings=(drawing,))


def _defined(catalog: Catalog, objective: PlannedObjective) -> list[str]:
    return [concept for concept in objective.concepts if concept in catalog.definitions]


def best_relations(relations: Iterable[Relation], keys: Sequence[str], catalog: Catalog) -> list[Relation]:
    """Return the edges of a small connected map about `keys`: those in the words of the text first, few of the weak kind."""
    wanted = set(keys)
    touching = [
        relation
        for relation in relations
        if (relation.source in wanted and (relation.target in wanted or relation.type not in _WEAK_KINDS))
        or (relation.target in wanted and relation.type not in _WEAK_KINDS)
    ]
    ranked = sorted(touching, key=lambda relation: (-_edge_worth(relation, wanted), catalog.place(relation.quote)))
    nodes: set[str] = set()
    chosen: list[Relation] = []
    degree: dict[str, int] = {}
    for relation in ranked:
        added = {relation.source, relation.target} - nodes
        is_weak = relation.type in _WEAK_KINDS
        # A weak edge only joins a node that has none: the map should not be a web of "explained with".
        if len(chosen) >= MOST_EDGES or len(nodes) + len(added) > MOST_NODES or (is_weak and not added):
            continue
        if is_weak and degree.get(relation.target, 0) >= 3:
            continue
        chosen.append(relation)
        nodes |= added
        for end in (relation.source, relation.target):
            degree[end] = degree.get(end, 0) + 1
    return chosen


def _edge_worth(relation: Relation, wanted: set[str]) -> float:
    ends = (relation.source in wanted) + (relation.target in wanted)
    return relation.score + 0.5 * ends - (0.8 if relation.type in _WEAK_KINDS else 0.0)


def connected(relations: Sequence[Relation]) -> list[Relation]:
    """Return the largest part of a map that hangs together."""
    group: dict[str, str] = {}

    def root(key: str) -> str:
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    for relation in relations:
        group[root(relation.source)] = root(relation.target)
    parts: dict[str, list[Relation]] = {}
    for relation in relations:
        parts.setdefault(root(relation.source), []).append(relation)
    return max(parts.values(), key=len) if parts else []


def _parts(plan: LessonPlan) -> Step:
    items = [shortened(objective.title, drawings.LIST_ITEM) for objective in plan.objectives]
    quotes = [objective.quotes[0] for objective in plan.objectives if objective.quotes]
    return Step(
        text="We go through them in this order.",
        quotes=tuple(quotes),
        drawings=(drawings.item_list("What we will do", items, quotes, ordered=True),),
    )


def names_of(catalog: Catalog, relations: Iterable[Relation]) -> Mapping[str, str]:
    """Return how each end of the relations is written."""
    return {key: catalog.name(key) for relation in relations for key in (relation.source, relation.target)}
