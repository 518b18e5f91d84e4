"""The exact checker: what a drawing step must never do, found on its native elements.

It knows nothing of how the drawing was made, only the elements and what `customData.tutorium` says of them (block, part, role).
Tests run it on every board; before a step is written it also runs on the step's own elements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.boxes import Box, union
from tutorium.app.boards.layout.element_meta import Element
from tutorium.app.boards.layout.geometry import distance, enters, segments_of, shared_length
from tutorium.app.boards.layout.shown import Shown, near, shown_of
from tutorium.app.boards.layout.text import HAND, LINE_HEIGHTS, SLACK_PX, measure

OWN_REACH = 4.0
"""How far at most our own ink goes beyond its path: half of the widest stroke, and some more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is broken, by which elements (the second may be empty) and by how many pixels."""

    rule: str
    first: str
    second: str = ""
    amount: float = 0.0


def check_step(new: Sequence[Element], board: Sequence[Element]) -> list[Fault]:
    """Return every fault of the elements `new` among themselves and against what was on the `board` before."""
    return check_shown(new, shown_of(board))


def check_shown(new: Sequence[Element], board: Sequence[Shown]) -> list[Fault]:
    """Return the same as `check_step` for a board that was looked at already."""
    mine = shown_of(new)
    if not mine:
        return []
    by_block: dict[str, list[Shown]] = {}
    for one in mine:
        by_block.setdefault(one.block, []).append(one)
    extents = {block: union(s.box for s in members) for block, members in by_block.items()}
    around = near(board, union(extents.values()))
    faults = [fault for one in mine for fault in _check_alone(one)]
    for block, members in by_block.items():
        faults += _check_block(members)
        faults += _check_page(block, members, extents[block])
        others = [s for s in around if s.box.grown(1 + s.reach).meets(extents[block].grown(OWN_REACH))]
        for other in others:
            faults += _check_against(members, extents[block], other)
    for (a, first), (b, second) in combinations(by_block.items(), 2):
        if extents[a].meets(extents[b]):
            faults += [f for one in second for f in _check_against(first, extents[a], one)]
    return faults


def _check_alone(one: Shown) -> list[Fault]:
    if one.kind != "text":
        return []
    size = one.element.get("fontSize", palette.BODY_PX)
    family = one.element.get("fontFamily", HAND)
    faults = [] if size in palette.SIZES else [Fault("font", one.id, amount=size)]
    lines = str(one.element["text"]).split("\n")
    over = max(measure(line, size, family) - SLACK_PX for line in lines) - one.box.w
    over = max(over, len(lines) * size * LINE_HEIGHTS[family] - one.box.h)
    return [*faults, Fault("clip", one.id, amount=over)] if over > 0.5 else faults


def _check_page(block: str, members: Sequence[Shown], extent: Box) -> list[Fault]:
    page = next((m.meta.page_box for m in members if m.meta.page_box is not None), None)
    if page is None or Box(*page).holds(extent, -0.01):
        return []
    return [Fault("page", members[0].id, block)]


def _check_block(members: Sequence[Shown]) -> list[Fault]:
    faults: list[Fault] = []
    ordered = sorted(members, key=lambda m: (m.box.x, m.id))
    for n, a in enumerate(ordered):
        right, top, bottom = a.box.right + 4, a.box.y - 4, a.box.bottom + 4
        for b in ordered[n + 1 :]:
            if b.box.x > right:
                break
            if b.box.y < bottom and b.box.bottom > top:
                fault = _fault_between(a, b) or _fault_between(b, a)
                if fault is not None:
                    faults.append(fault)
    return faults


def _fault_between(a: Shown, b: Shown) -> Fault | None:
    """Return what is wrong with `a` and `b` of one block, looked at from `a`."""
    if a.role == "edge" and b.role == "edge":
        return _edge_on_edge(a, b)
    if a.kind == "text" and b.kind == "text":
        return Fault("text-text", a.id, b.id) if a.box.meets(b.box, 1.0) else None
    if b.kind == "text" and "grid" not in (a.role, b.role):
        return _line_in_text(a, b) if a.is_line else _shape_over_text(a, b)
    if b.role == "node":
        if a.role == "node" and a.box.meets(b.box):
            return Fault("node-node", a.id, b.id)
        if a.role == "edge" and b.id not in _ends(a.element) and _enters(a, b.box.grown(-1)):
            return Fault("edge-node", a.id, b.id)
    return None


def _ends(edge: Element) -> set[str]:
    bindings = (edge.get("startBinding"), edge.get("endBinding"))
    return {cast("dict[str, Any]", b)["elementId"] for b in bindings if isinstance(b, dict)}


def _enters(line: Shown, box: Box) -> bool:
    return any(enters(segment, box) for segment in segments_of(line.path))


def _line_in_text(line: Shown, text: Shown) -> Fault | None:
    if text.element.get("containerId") == line.id:
        return None
    shrink = 1.0 if line.element.get("roundness") else 1.5
    return Fault("line-text", line.id, text.id) if _enters(line, text.box.grown(-shrink)) else None


def _shape_over_text(shape: Shown, text: Shown) -> Fault | None:
    if shape.kind == "image" or not shape.box.meets(text.box, 0.01):
        return None
    box, inner = shape.box, text.box
    if shape.role == "fill" or shape.kind == "rectangle":
        return None if box.holds(inner, 3.0) else Fault("box-text", shape.id, text.id)
    cx, cy, half_w, half_h = box.x + box.w / 2, box.y + box.h / 2, box.w / 2, box.h / 2
    for x in (inner.x, inner.right):
        for y in (inner.y, inner.bottom):
            u, v = abs(x - cx) / half_w, abs(y - cy) / half_h
            if (u * u + v * v if shape.kind == "ellipse" else u + v) > 1:
                return Fault("box-text", shape.id, text.id)
    return None


def _edge_on_edge(a: Shown, b: Shown) -> Fault | None:
    for one in segments_of(a.path):
        for other in segments_of(b.path):
            shared = shared_length(one, other, 2.0)
            if shared > 10:
                return Fault("edge-edge", a.id, b.id, shared)
    return None


def _check_against(members: Sequence[Shown], extent: Box, other: Shown) -> list[Fault]:
    """Return the faults of one new block against an element that is not part of it."""
    rule = "block" if other.meta.is_tutors else "person"
    if other.is_line and not _enters(other, extent.grown(other.reach + OWN_REACH)):
        return []
    faults: list[Fault] = []
    for one in members:
        if one.block == other.block or (rule == "block" and (one.of == other.block or other.of == one.block)):
            # Drawn onto that block on purpose: only its words must stay readable.
            if other.kind == "text" and _covers_text(one, other):
                faults.append(Fault("line-text", one.id, other.id))
        elif other.id in one.meta.over:
            continue
        elif _touch(one, other):
            faults.append(Fault(rule, one.id, other.id))
    return faults


def _covers_text(one: Shown, text: Shown) -> bool:
    if one.kind == "text":
        return one.box.meets(text.box, 1.0)
    if one.is_line:
        return _enters(one, text.box.grown(-1.5))
    return one.box.meets(text.box, 0.01) and not one.box.holds(text.box, 3.0)


def _touch(one: Shown, other: Shown) -> bool:
    if one.is_line and other.is_line:
        apart = one.reach + other.reach
        return any(
            distance(a, b) < apart - 0.01
            for a in segments_of(one.path)
            for b in segments_of(other.path)
            if Box(min(a[0][0], a[1][0]), min(a[0][1], a[1][1]), abs(a[0][0] - a[1][0]), abs(a[0][1] - a[1][1]))
            .grown(apart + 1)
            .meets(Box(min(b[0][0], b[1][0]), min(b[0][1], b[1][1]), abs(b[0][0] - b[1][0]), abs(b[0][1] - b[1][1])).grown(1))
        )
    if one.is_line or other.is_line:
        line, area = (one, other) if one.is_line else (other, one)
        return _enters(line, area.box.grown(line.reach if line.kind == "freedraw" else 0.0))
    return one.box.meets(other.box, 0.01)
