"""One maker for each kind of drawing: an intent and the room it may take become a block. No board, no positions on it.

`highlight`, `feedback` and `remove` depend on what is already there and are made where blocks are placed.
"""

import math
from typing import Any, assert_never

from tutorium.app.boards.layout.alt import describe
from tutorium.app.boards.layout.block import Block, Formulas, Room
from tutorium.app.boards.layout.boxes import Fragment, union
from tutorium.app.boards.layout.intents import (
    Callout,
    Chart,
    Code,
    ConceptMap,
    Feedback,
    Flowchart,
    Formula,
    Graph,
    Highlight,
    Intent,
    ItemList,
    NewPage,
    NumberLine,
    Plane,
    Question,
    Remove,
    Table,
    Text,
    Timeline,
    Title,
    Tree,
)
from tutorium.app.boards.layout.kinds.chart import draw_chart
from tutorium.app.boards.layout.kinds.formula import draw_formula, prepare_formulas
from tutorium.app.boards.layout.kinds.graphs import draw_graph
from tutorium.app.boards.layout.kinds.line_scales import draw_number_line, draw_timeline
from tutorium.app.boards.layout.kinds.plane import draw_plane
from tutorium.app.boards.layout.kinds.prose import code_parts, draw_callout, draw_code, draw_list, draw_text
from tutorium.app.boards.layout.kinds.question import draw_feedback, draw_question
from tutorium.app.boards.layout.kinds.table import draw_table
from tutorium.app.boards.layout.kinds.title import draw_title

__all__ = ["code_parts", "draw_feedback", "make_block", "prepare_formulas"]

_ELEMENT_KINDS = {"formula": "formula", "plane": "plot", "chart": "plot", "text": "note", "list": "note", "title": "note"}


def element_kind(kind: str) -> str:
    """Return the coarse kind that the document's contract knows for elements of a block."""
    return _ELEMENT_KINDS.get(kind, "highlight" if kind == "highlight" else "diagram")


def make_block(intent: Intent, room: Room, formulas: Formulas) -> Block:
    """Return `intent` as a block; equal input gives an equal block.

    A plane without a readable function and a formula that could not be rendered come out as their source.
    """
    drawing, files = _draw(intent, room, formulas)
    kind = intent.__struct_config__.tag
    assert isinstance(kind, str)
    grouped = not isinstance(intent, Flowchart | Graph | Tree | ConceptMap)
    return Block(drawing=_tight(drawing), kind=kind, alt=describe(intent), src=_source(intent), files=files, grouped=grouped)


def _draw(intent: Intent, room: Room, formulas: Formulas) -> tuple[Fragment, dict[str, dict[str, Any]]]:
    match intent:
        case Formula():
            drawn = draw_formula(intent, room, formulas)
            return drawn if drawn is not None else (draw_code(Code(code=intent.tex), room), {})
        case Plane():
            plane = draw_plane(intent, room)
            source = "\n".join(f.expr for f in intent.functions) or intent.alt or "?"
            return plane if plane is not None else draw_code(Code(code=source), room), {}
        case _:
            return _draw_simple(intent, room), {}


def _draw_simple(intent: Intent, room: Room) -> Fragment:
    match intent:
        case Title():
            return draw_title(intent, room)
        case NewPage():
            return draw_title(Title(text=intent.title or "…"), room)
        case Text():
            return draw_text(intent, room)
        case ItemList():
            return draw_list(intent, room)
        case Callout():
            return draw_callout(intent, room)
        case Table():
            return draw_table(intent, room)
        case Flowchart() | Graph() | Tree() | ConceptMap():
            return draw_graph(intent, room)
        case Timeline():
            return draw_timeline(intent, room)
        case NumberLine():
            return draw_number_line(intent, room)
        case Chart():
            return draw_chart(intent, room)
        case Code():
            return draw_code(intent, room)
        case Question():
            return draw_question(intent, room)
        case Feedback() | Highlight() | Remove() | Formula() | Plane():
            raise AssertionError(f"{type(intent).__name__} is not made here")
        case _:
            assert_never(intent)


def _tight(drawing: Fragment) -> Fragment:
    """Return the drawing with its upper left corner at (0, 0) and whole sizes that hold every mark and slot."""
    extent = union([*(mark.box for mark in drawing.marks), *drawing.slots.values()])
    result = Fragment(math.ceil(extent.w - 1e-6), math.ceil(extent.h - 1e-6))
    result.put(drawing, -extent.x, -extent.y)
    return result


def _source(intent: Intent) -> dict[str, Any] | None:
    match intent:
        case Formula(tex=tex):
            return {"tex": tex}
        case Plane(functions=functions, x=x):
            return {"expr": [f.expr for f in functions], "range": list(x) if x else None}
        case Code(language=language):
            return {"language": language}
        case _:
            return None
