"""The vocabulary of drawing: what is to be drawn and relative to what, never where, how big or in which colour.

Flat objects with a closed set of kinds. The annotations are the limits: `parse_intent` reads them to cut what is too long, and
a grammar for a model can be made from `msgspec.json.schema(Intent)`. Ids of blocks (`b1`, `b2`) are given by the engine; a part
is written `b1.n2`, and `last` names the block drawn before.
"""

from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta, Struct, field

from tutorium.app.boards.layout.lenient import convert_leniently

Relation = Literal["flow", "below", "above", "right_of", "left_of", "near", "inside"]

Short = Annotated[str, Meta(max_length=20)]
NodeText = Annotated[str, Meta(min_length=1, max_length=40)]
Name = Annotated[str, Meta(max_length=60)]
Heading = Annotated[str, Meta(max_length=60)]
Key = Annotated[str, Meta(min_length=1, max_length=40)]
Reference = Annotated[str, Meta(min_length=1, max_length=80)]
Source = Annotated[str, Meta(min_length=1, max_length=2_000)]
Item = Annotated[str, Meta(min_length=1, max_length=90)]
Cell = Annotated[str, Meta(max_length=60)]
Range = tuple[float, float]


class Citation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in the learner's material a drawing comes from: characters of a document's block, or a passage and its page."""

    document: Key | None = None
    block: int | None = None
    start: int | None = None
    end: int | None = None
    chunk: Key | None = None
    page: int | None = None


class Drawing(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all drawing kinds take: where it belongs (`to` is a block, a part, an element or "last"), and what it rests on."""

    relation: Relation = "flow"
    to: Reference | None = None
    cite: Annotated[tuple[Citation, ...], Meta(max_length=8)] = ()
    alt: Annotated[str, Meta(max_length=400)] | None = None
    grows: bool = False


class Title(Drawing, frozen=True, kw_only=True, tag="title"):
    """The name of what is being taught; begins a page."""

    text: Annotated[str, Meta(min_length=1, max_length=60)]


class Text(Drawing, frozen=True, kw_only=True, tag="text"):
    """A short paragraph."""

    text: Annotated[str, Meta(min_length=1, max_length=240)]


class ItemList(Drawing, frozen=True, kw_only=True, tag="list"):
    """Bullets, or numbered steps when `ordered`."""

    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=6)]
    ordered: bool = False
    heading: Heading | None = None


class Callout(Drawing, frozen=True, kw_only=True, tag="callout"):
    """A card that stands out: a definition, the point to remember, a warning, a mistake, an example."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    heading: Heading | None = None
    tone: Literal["note", "key", "warning", "mistake", "example"] = "note"


class Table(Drawing, frozen=True, kw_only=True, tag="table"):
    """Rows and columns; short rows are filled up with empty cells."""

    header: Annotated[tuple[Cell, ...], Meta(min_length=1, max_length=5)]
    rows: Annotated[tuple[Annotated[tuple[Cell, ...], Meta(max_length=5)], ...], Meta(min_length=1, max_length=6)]
    heading: Heading | None = None


class FlowStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a flowchart; `decision` is drawn as a diamond, `start` and `end` are round."""

    id: Key
    text: NodeText
    role: Literal["step", "start", "decision", "end"] = "step"


class Edge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An arrow between two nodes of the same drawing."""

    source: Key = field(name="from")
    target: Key = field(name="to")
    label: Short | None = None


class Node(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node of a graph, tree or concept map."""

    id: Key
    text: NodeText


class Flowchart(Drawing, frozen=True, kw_only=True, tag="flowchart"):
    """A procedure. With no edges, the steps follow each other."""

    steps: Annotated[tuple[FlowStep, ...], Meta(min_length=1, max_length=12)]
    edges: Annotated[tuple[Edge, ...], Meta(max_length=24)] = ()


class Nodes(Drawing, frozen=True, kw_only=True):
    """What graphs, trees and concept maps share."""

    nodes: Annotated[tuple[Node, ...], Meta(min_length=1, max_length=12)]
    edges: Annotated[tuple[Edge, ...], Meta(max_length=24)] = ()
    direction: Literal["down", "right"] | None = None


class Graph(Nodes, frozen=True, kw_only=True, tag="graph"):
    """Things and arrows between them."""


class Tree(Nodes, frozen=True, kw_only=True, tag="tree"):
    """A hierarchy; edges lead from parent to child."""


class ConceptMap(Nodes, frozen=True, kw_only=True, tag="concept_map"):
    """Concepts and the named relations between them; every edge should have a label."""


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named place on a scale (a year, a number)."""

    at: float
    text: Annotated[str, Meta(min_length=1, max_length=60)]


class Timeline(Drawing, frozen=True, kw_only=True, tag="timeline"):
    """Events true to scale. `since` and `until` bound the axis; on the wire `from` and a numeric `to` mean the same."""

    events: Annotated[tuple[Mark, ...], Meta(min_length=1, max_length=9)]
    since: float | None = None
    until: float | None = None


class NumberLine(Drawing, frozen=True, kw_only=True, tag="number_line"):
    """Numbers on a line, true to scale. Bounds as for `Timeline`."""

    marks: Annotated[tuple[Mark, ...], Meta(min_length=1, max_length=9)]
    since: float | None = None
    until: float | None = None


class Function(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A function of x in ordinary notation (`x^2 - 5*x + 6`)."""

    expr: Annotated[str, Meta(min_length=1, max_length=120)]
    label: Annotated[str, Meta(max_length=40)] | None = None


class Point(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A marked point of a plane."""

    x: float
    y: float
    text: Annotated[str, Meta(max_length=30)] = ""


class Plane(Drawing, frozen=True, kw_only=True, tag="plane"):
    """Axes with curves and marked points. Without `y` the range follows the curves."""

    functions: Annotated[tuple[Function, ...], Meta(max_length=3)] = ()
    x: Range | None = None
    y: Range | None = None
    points: Annotated[tuple[Point, ...], Meta(max_length=8)] = ()
    xlabel: Short | None = None
    ylabel: Short | None = None


class Series(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of values, one for each label of its chart."""

    name: Annotated[str, Meta(max_length=30)] = ""
    values: Annotated[tuple[float, ...], Meta(min_length=1, max_length=12)]


class Chart(Drawing, frozen=True, kw_only=True, tag="chart"):
    """Bars or lines over named categories; zero is always on the axis."""

    labels: Annotated[tuple[Annotated[str, Meta(max_length=30)], ...], Meta(min_length=1, max_length=12)]
    series: Annotated[tuple[Series, ...], Meta(min_length=1, max_length=3)]
    style: Literal["bar", "line"] = "bar"
    unit: Short | None = None
    heading: Heading | None = None


class Formula(Drawing, frozen=True, kw_only=True, tag="formula"):
    """A formula in LaTeX, drawn as an image with its source kept."""

    tex: Annotated[str, Meta(min_length=1, max_length=300)]
    caption: Annotated[str, Meta(max_length=120)] | None = None


class Code(Drawing, frozen=True, kw_only=True, tag="code"):
    """Source text in a fixed-width font; lines are kept."""

    code: Source
    language: Short | None = None


class Question(Drawing, frozen=True, kw_only=True, tag="question"):
    """A question with its choices and empty room for the verdict; never an answer."""

    prompt: Annotated[str, Meta(min_length=1, max_length=240)]
    options: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=120)], ...], Meta(max_length=5)] = ()


class Feedback(Drawing, frozen=True, kw_only=True, tag="feedback"):
    """The verdict on an answer, written into the room that its question kept."""

    of: Reference
    verdict: Literal["right", "wrong", "partly"] = "partly"
    text: Annotated[str, Meta(max_length=240)] = ""


class Highlight(Drawing, frozen=True, kw_only=True, tag="highlight"):
    """A ring, line or bracket round something that is already there."""

    of: Reference
    style: Literal["ring", "underline", "bracket"] = "ring"


class Remove(Drawing, frozen=True, kw_only=True, tag="remove"):
    """Take a block that the tutor drew off the board."""

    of: Reference


class NewPage(Drawing, frozen=True, kw_only=True, tag="page"):
    """Begin a fresh page on purpose, with a title if one is given."""

    title: Annotated[str, Meta(max_length=60)] | None = None


Intent = (
    Title
    | Text
    | ItemList
    | Callout
    | Table
    | Flowchart
    | Graph
    | Tree
    | ConceptMap
    | Timeline
    | NumberLine
    | Plane
    | Chart
    | Formula
    | Code
    | Question
    | Feedback
    | Highlight
    | Remove
    | NewPage
)

KINDS: dict[str, type[Drawing]] = {
    cast("str", cls.__struct_config__.tag): cls
    for cls in (
        Title, Text, ItemList, Callout, Table, Flowchart, Graph, Tree, ConceptMap, Timeline, NumberLine, Plane, Chart, Formula,
        Code, Question, Feedback, Highlight, Remove, NewPage,
    )
}  # fmt: skip
"""Every kind by its name on the wire."""


def parse_intent(obj: dict[str, Any]) -> Intent | None:
    """Return the intent that `obj` means, or None when its kind is unknown or what the kind cannot do without is missing.

    Lenient: unknown fields are dropped, a bad optional field gets its default, bad members of a list are left out, and texts,
    lists and tables are cut at their limits.
    """
    kind = obj.get("kind")
    cls = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        return None
    fields = dict(obj)
    if cls in (Timeline, NumberLine):
        fields.setdefault("since", fields.get("from"))
        if isinstance(fields.get("to"), int | float):
            fields.setdefault("until", fields.pop("to"))
    return cast("Intent | None", convert_leniently(fields, cls))


def intent_as_dict(intent: Intent) -> dict[str, Any]:
    """Return the plain object that `parse_intent` reads back as an equal intent; defaults are left out."""
    return cast("dict[str, Any]", msgspec.to_builtins(intent))
