"""Boxes and fragments: a drawing in its own coordinates, and how small drawings make up larger ones.

Sizes go up and positions come down in one pass: a fragment knows its size, and a combinator shifts it to its place. Widths are
offered from above as a maximum; nothing stretches, so nothing has to be solved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

Fields = dict[str, Any]
"""Keys of a native element, as in the document: sparse, without `index` and `id`."""


class Box(NamedTuple):
    """A rectangle in scene pixels, y downward."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.h

    def shifted(self, dx: float, dy: float) -> "Box":
        """Return the box moved."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by: float) -> "Box":
        """Return the box with `by` more on each side (negative shrinks)."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def meets(self, other: "Box", tolerance: float = 0.0) -> bool:
        """Return whether the two share more than `tolerance` pixels in both directions."""
        return (
            min(self.right, other.right) - max(self.x, other.x) > tolerance
            and min(self.bottom, other.bottom) - max(self.y, other.y) > tolerance
        )

    def holds(self, other: "Box", inset: float = 0.0) -> bool:
        """Return whether `other` lies within this box shrunk by `inset`."""
        return (
            other.x >= self.x + inset
            and other.y >= self.y + inset
            and other.right <= self.right - inset
            and other.bottom <= self.bottom - inset
        )


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box round all `boxes`; there must be one."""
    boxes = list(boxes)
    x, y = min(b.x for b in boxes), min(b.y for b in boxes)
    return Box(x, y, max(b.right for b in boxes) - x, max(b.bottom for b in boxes) - y)


Role = Literal["", "node", "edge", "label", "grid", "fill", "outline", "ring"]
"""What the checker must know of an element beyond its shape; see `check`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One element in local coordinates. `key` is how bindings of the same block name it, `part` what intents may name."""

    fields: Fields
    part: str = ""
    key: str = ""
    role: Role = ""

    def shifted(self, dx: float, dy: float) -> "Mark":
        """Return the mark moved; points of lines are relative and stay."""
        if not dx and not dy:
            return self
        return replace(self, fields={**self.fields, "x": self.fields["x"] + dx, "y": self.fields["y"] + dy})

    @property
    def box(self) -> Box:
        """The bounding box, for lines that of their points."""
        return box_of(self.fields)


def box_of(element: Fields) -> Box:
    """Return the bounding box of an element that is not turned."""
    points: Sequence[Sequence[float]] = element.get("points") or ()
    if not points:
        return Box(element["x"], element["y"], element["width"], element["height"])
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Box(element["x"] + min(xs), element["y"] + min(ys), max(xs) - min(xs), max(ys) - min(ys))


@dataclass(slots=True)
class Fragment:
    """A drawing with its size. `parts` are boxes that intents can name; `slots` are room kept empty for later."""

    width: float = 0.0
    height: float = 0.0
    marks: list[Mark] = field(default_factory=list[Mark])
    parts: dict[str, Box] = field(default_factory=dict[str, Box])
    slots: dict[str, Box] = field(default_factory=dict[str, Box])

    def put(self, other: "Fragment", dx: float, dy: float) -> None:
        """Take over everything of `other` at (dx, dy); the own size stays."""
        self.marks.extend(mark.shifted(dx, dy) for mark in other.marks)
        self.parts.update((name, box.shifted(dx, dy)) for name, box in other.parts.items())
        self.slots.update((name, box.shifted(dx, dy)) for name, box in other.slots.items())

    def named(self, part: str) -> "Fragment":
        """Return the same drawing as the part `part`; marks that belong to no part become part of it."""
        marks = [mark if mark.part else replace(mark, part=part) for mark in self.marks]
        return Fragment(self.width, self.height, marks, {**self.parts, part: Box(0, 0, self.width, self.height)}, self.slots)


Align = Literal["start", "center", "end"]


def _offset(room: float, size: float, align: Align) -> float:
    return {"start": 0.0, "center": (room - size) / 2, "end": room - size}[align]


def stack(children: Sequence[Fragment], *, gap: float = 0.0, align: Align = "start") -> Fragment:
    """Put `children` one below the other."""
    width = max((c.width for c in children), default=0.0)
    result = Fragment(width, 0.0)
    for number, child in enumerate(children):
        y = result.height + (gap if number else 0.0)
        result.put(child, _offset(width, child.width, align), y)
        result.height = y + child.height
    return result


def row(children: Sequence[Fragment], *, gap: float = 0.0, align: Align = "start") -> Fragment:
    """Put `children` side by side."""
    height = max((c.height for c in children), default=0.0)
    result = Fragment(0.0, height)
    for number, child in enumerate(children):
        x = result.width + (gap if number else 0.0)
        result.put(child, x, _offset(height, child.height, align))
        result.width = x + child.width
    return result


def flow(children: Sequence[Fragment], *, width: float, gap: float, row_gap: float) -> Fragment:
    """Put `children` side by side and begin a new row where one would be wider than `width`."""
    rows: list[list[Fragment]] = []
    taken = 0.0
    for child in children:
        if not rows or taken + gap + child.width > width:
            rows.append([])
            taken = -gap
        rows[-1].append(child)
        taken += gap + child.width
    return stack([row(members, gap=gap, align="center") for members in rows], gap=row_gap)


def padded(child: Fragment, pad_x: float, pad_y: float | None = None) -> Fragment:
    """Return `child` with empty room round it."""
    pad_y = pad_x if pad_y is None else pad_y
    result = Fragment(child.width + 2 * pad_x, child.height + 2 * pad_y)
    result.put(child, pad_x, pad_y)
    return result


def framed(child: Fragment, frame: Mark, *, pad_x: float, pad_y: float | None = None, least: float = 0.0) -> Fragment:
    """Return `child` with room round it and `frame` (a shape of any size) drawn behind at that size, at least `least` wide."""
    inner = padded(child, pad_x, pad_y)
    width = max(inner.width, least)
    shape = replace(frame, fields={**frame.fields, "x": 0.0, "y": 0.0, "width": width, "height": inner.height})
    result = Fragment(width, inner.height, [shape])
    result.put(inner, 0.0, 0.0)
    return result
