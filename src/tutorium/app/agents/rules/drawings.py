"""Drawing intents made from findings: what is related to what, never where. Limits are those of the drawing vocabulary."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from tutorium.app.agents.rules.wording import capitalised, shortened, tidy
from tutorium.app.reading.analysis.words.english import RELATION_VERBS, present
from tutorium.app.reading.findings import Fact, Quote, Relation

TITLE: Final = 60
CALLOUT: Final = 200
LIST_ITEM: Final = 90
LIST_ITEMS: Final = 6
NODE: Final = 40
EDGE: Final = 20
STEP: Final = 40
EVENT: Final = 60
EVENTS: Final = 9
FLOW_STEPS: Final = 12
CELL: Final = 60
COLUMNS: Final = 5
ROWS: Final = 6
NODES: Final = 12
#: More leaves than this round one node are a bunch of lines.
LEAVES: Final = 7
CITES: Final = 8

Drawing = dict[str, Any]
_BASE_VERBS: Final = frozenset(verb for verbs in RELATION_VERBS.values() for verb in verbs)


def cites(quotes: Iterable[Quote]) -> list[dict[str, Any]]:
    """Return where a drawing comes from: document and characters of a block."""
    return [
        {"document": quote.document, "block": quote.span.block, "start": quote.span.start, "end": quote.span.end}
        for quote in quotes
    ]


def title(text: str) -> Drawing:
    """Return the heading of a page."""
    return {"kind": "title", "text": shortened(text, TITLE)}


def callout(heading: str, quotes: Sequence[Quote], *, tone: str = "key") -> Drawing:
    """Return a card with a quotation."""
    text = shortened(" ".join(tidy(quote.text) for quote in quotes).rstrip(" :"), CALLOUT)
    return {"kind": "callout", "heading": shortened(heading, TITLE), "text": text, "tone": tone, "cite": cites(quotes)}


def item_list(heading: str, items: Sequence[str], quotes: Iterable[Quote], *, ordered: bool = False) -> Drawing:
    """Return a list of at most six items."""
    shown = [shortened(item, LIST_ITEM) for item in items[:LIST_ITEMS]]
    return {"kind": "list", "heading": shortened(heading, TITLE), "items": shown, "ordered": ordered, "cite": cites(quotes)}


def edge_label(label: str) -> str:
    """Return a label in the singular, as the nodes are: "explain" becomes "explains", "are driven by" "is driven by"."""
    first, _, rest = label.partition(" ")
    if first == "are":
        first = "is"
    elif first in _BASE_VERBS:
        first = present(first)
    return f"{first} {rest}".strip()


def concept_map(relations: Sequence[Relation], names: Mapping[str, str]) -> Drawing:
    """Return a map of relations; every edge carries the words of the text."""
    keys = list(dict.fromkeys(key for relation in relations for key in (relation.source, relation.target)))
    ids = {key: f"n{number}" for number, key in enumerate(keys, 1)}
    return {
        "kind": "concept_map",
        "nodes": [{"id": ids[key], "text": shortened(capitalised(names[key]), NODE)} for key in keys],
        "edges": [
            {
                "from": ids[relation.source],
                "to": ids[relation.target],
                "label": shortened(edge_label(relation.label), EDGE),
            }
            for relation in relations
        ],
        "cite": cites(_distinct(relation.quote for relation in relations))[:8],
    }


def outline_tree(root: str, parts: Mapping[str, Sequence[str]]) -> Drawing:
    """Return the ideas of a text under the headings they stand under, as many as a tree can hold.

    A part whose only idea has its name, and parts of a text with one heading only, are left out between the two.
    """
    nodes: list[dict[str, str]] = []
    ids: dict[str, str] = {}
    edges: list[dict[str, str]] = []

    def add(text: str, parent: str | None) -> str:
        shown = shortened(capitalised(text), NODE)
        if shown not in ids and len(nodes) < NODES:
            ids[shown] = f"n{len(nodes) + 1}"
            nodes.append({"id": ids[shown], "text": shown})
            if parent is not None:
                edges.append({"from": parent, "to": ids[shown]})
        return ids.get(shown, "")

    top = add(root, None)
    names = {heading: [name for name in ideas if name.casefold() != heading.casefold()] for heading, ideas in parts.items()}
    whole = len(parts) == 1 or len(parts) > NODES // 2
    names = {heading: list(ideas) for heading, ideas in parts.items()} if whole else names
    homes = {heading: top if whole or heading.casefold() == root.casefold() else add(heading, top) for heading in parts}
    most = LEAVES if whole else NODES
    for row in zip_longest(*names.values()):
        for heading, name in zip(names, row, strict=True):
            if name is not None and homes[heading] and len(nodes) < most:
                add(name, homes[heading])
    return {"kind": "tree", "direction": "right", "nodes": nodes, "edges": edges}


def timeline(facts: Sequence[Fact]) -> Drawing:
    """Return the events of dated facts, true to scale."""
    events = [{"at": fact.year, "text": event_text(fact)} for fact in facts[:EVENTS] if fact.year is not None]
    return {"kind": "timeline", "events": events, "cite": cites(fact.quote for fact in facts[:EVENTS])[:8]}


def event_text(fact: Fact) -> str:
    """Return what happened, short enough for a timeline."""
    return shortened(fact.subject or fact.quote.text, EVENT)


def table(fact: Fact, heading: str) -> Drawing:
    """Return a table of the material, cut to what a board can show."""
    rows = [[shortened(cell, CELL) for cell in row[:COLUMNS]] for row in fact.rows]
    return {
        "kind": "table",
        "heading": shortened(heading, TITLE),
        "header": rows[0],
        "rows": rows[1 : ROWS + 1],
        "cite": cites([fact.quote]),
    }


def figures(facts: Sequence[Fact], heading: str) -> Drawing:
    """Return numbers of a part side by side: of what, and how much."""
    rows = [
        [shortened(capitalised(fact.subject or ""), CELL), f"{fact.value} {fact.unit or ''}".strip()] for fact in facts[:ROWS]
    ]
    return {
        "kind": "table",
        "heading": shortened(heading, TITLE),
        "header": ["What", "How much"],
        "rows": rows,
        "cite": cites(fact.quote for fact in facts)[:CITES],
    }


def formula(fact: Fact, caption: str | None = None) -> Drawing:
    """Return a formula with what it is of."""
    drawing: Drawing = {"kind": "formula", "tex": as_tex(fact.value), "cite": cites([fact.quote])}
    if caption:
        drawing["caption"] = shortened(caption, TITLE)
    return drawing


def as_tex(text: str) -> str:
    """Return plain notation as TeX; TeX stays."""
    if "\\" in text:
        return text
    tex = re.sub(r"sqrt\(([^()]+)\)", r"\\sqrt{\1}", text)
    tex = re.sub(r"(?<![A-Za-z\\])(sin|cos|tan|log|ln|exp)(?![A-Za-z])", r"\\\1", tex)
    tex = re.sub(r"\^\(([^()]+)\)", r"^{\1}", tex)
    tex = re.sub(r"\^(\d{2,})", r"^{\1}", tex)
    return tex.replace("*", r" \cdot ").replace("×", r"\times ").replace("·", r"\cdot ")


def plane(expression: str, label: str, axes: tuple[str, str], quote: Quote) -> Drawing:
    """Return the curve of a function of x; `axes` are the letters the text has for x and y."""
    return {
        "kind": "plane",
        "functions": [{"expr": expression, "label": label[:40]}],
        "xlabel": axes[0],
        "ylabel": axes[1],
        "cite": cites([quote]),
    }


def flowchart(steps: Sequence[str], quotes: Iterable[Quote]) -> Drawing:
    """Return a procedure whose steps follow each other."""
    return {
        "kind": "flowchart",
        "steps": [{"id": f"s{number}", "text": shortened(step, STEP)} for number, step in enumerate(steps[:FLOW_STEPS], 1)],
        "edges": [],
        "cite": cites(quotes)[:8],
    }


def _distinct(quotes: Iterable[Quote]) -> list[Quote]:
    return list({(quote.document, quote.span): quote for quote in quotes}.values())
