"""An element as it is seen: its box, its path, how far its ink reaches, and what it says of itself.

Reading an element with care costs some microseconds, a board may have thousands, and between two steps few of them change. So
what was read is kept as long as the very same element comes again; boards hand out one object until the element changes.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.element_meta import NOTHING, Element, Meta, meta_of, place_of
from tutorium.app.boards.layout.geometry import Point, path_of

INK_WIDTH: Final = 2.2
"""Half the width of freehand ink for each pixel of `strokeWidth`: Excalidraw draws it 4.25 times as wide as it says."""

MAX_KEPT: Final = 50_000
"""Elements that are remembered: ten of the largest boards that lessons are expected to have."""


@dataclass
class Shown:
    """An element with what placing and checking ask of it."""

    element: Element
    id: str
    box: Box
    meta: Meta = NOTHING

    @property
    def kind(self) -> str:
        """The element's type."""
        return cast("str", self.element["type"])

    @property
    def is_deleted(self) -> bool:
        """True for what can only be restored."""
        return bool(self.element.get("isDeleted"))

    @property
    def is_line(self) -> bool:
        """True for what is a path and not an area."""
        return self.kind in ("line", "arrow", "freedraw")

    @property
    def block(self) -> str:
        """The block it belongs to; empty for people's elements."""
        return self.meta.block

    @property
    def role(self) -> str:
        """What it is in its block."""
        return self.meta.role

    @property
    def of(self) -> str:
        """The block that this is drawn onto on purpose (feedback, highlight)."""
        return self.meta.target_block

    @cached_property
    def path(self) -> list[Point]:
        """The points of a line in scene coordinates."""
        e = self.element
        roundness = e.get("roundness")
        curved = isinstance(roundness, dict) and cast("dict[str, Any]", roundness).get("type") == 2
        return path_of(e["x"], e["y"], e["points"], curved=curved)

    @property
    def reach(self) -> float:
        """How far its ink goes beyond its path or box."""
        width = float(self.element.get("strokeWidth", 2))
        return INK_WIDTH * width if self.kind == "freedraw" else 0.5 * width if self.is_line else 0.0


_kept: dict[str, tuple[Element, tuple[object, ...], Shown | None]] = {}


def look_at(element: Element) -> Shown | None:
    """Return what is seen of an element, None when it has no place (see `place_of`)."""
    mark = (element.get("x"), element.get("y"), element.get("width"), element.get("height"), element.get("isDeleted"))
    key = element["id"]
    known = _kept.get(key)
    if known is not None and known[0] is element and known[1] == mark:
        return known[2]
    place = place_of(element)
    shown = None if place is None else Shown(place[0], key, _turned(place[1], element.get("angle") or 0.0), meta_of(element))
    if len(_kept) >= MAX_KEPT:
        _kept.clear()
    _kept[key] = (element, mark, shown)
    return shown


def shown_of(elements: Iterable[Element]) -> list[Shown]:
    """Return the live elements that have a place."""
    return [shown for e in elements if (shown := look_at(e)) is not None and not shown.is_deleted]


def _turned(box: Box, angle: float) -> Box:
    """Return the box round the corners of `box` turned about its middle."""
    if not angle:
        return box
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    wide, high = box.w * cos + box.h * sin, box.w * sin + box.h * cos
    return Box(box.x + (box.w - wide) / 2, box.y + (box.h - high) / 2, wide, high)


def near(shown: Iterable[Shown], window: Box) -> list[Shown]:
    """Return what meets `window` or touches it with its ink."""
    x, y, right, bottom = window.x - 12, window.y - 12, window.right + 12, window.bottom + 12
    result: list[Shown] = []
    for one in shown:
        left, top, w, h = one.box
        # Written out, as this is asked of every element of the board.
        if left < right and top < bottom and left + w > x and top + h > y:
            result.append(one)
    return result
