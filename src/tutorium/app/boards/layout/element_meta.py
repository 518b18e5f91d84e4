"""What `customData.tutorium` says of an element, read with care: anybody on a board may have written it."""

import math
from collections.abc import Mapping
from typing import Any, Final, TypeGuard, cast

import msgspec

from tutorium.app.boards.layout.boxes import Box, Role

Element = Mapping[str, Any]

MAX_COORDINATE: Final = 1e6
"""The same bound as the document's; beyond it an element waits for the server's repair and is passed over here."""
MAX_PAGE_PX: Final = 20_000.0
"""Pages are a view, or as tall as one block: a larger one in a document was not written by us, and would cost memory."""

Four = tuple[float, float, float, float]


class Meta(msgspec.Struct, frozen=True, rename={"page_box": "pageBox"}):
    """The keys that the layout reads back. `of` is the block or element that this is drawn onto, `over` people's elements."""

    by: str = ""
    step: str = ""
    block: str = ""
    page: int = 0
    part: str = ""
    role: Role = ""
    intent: str = ""
    alt: str = ""
    flows: bool = False
    of: str = ""
    over: tuple[str, ...] = ()
    page_box: Four | None = None
    slots: dict[str, Four] = {}

    @property
    def is_tutors(self) -> bool:
        """True for a part of a block that the tutor drew."""
        return self.by == "tutor" and bool(self.block)

    @property
    def target_block(self) -> str:
        """The block in `of`, without its part."""
        return self.of.partition(".")[0]


NOTHING: Final = Meta()


def meta_of(element: Element) -> Meta:
    """Return what the element says of itself; what is missing or malformed counts as nothing said."""
    custom = element.get("customData")
    if not isinstance(custom, Mapping):
        return NOTHING
    said = cast("Mapping[str, object]", custom).get("tutorium")
    if not isinstance(said, Mapping):
        return NOTHING
    try:
        meta = msgspec.convert(said, Meta, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError):
        return NOTHING
    if meta.page_box is None or _is_page(Box(*meta.page_box)):
        return meta
    return msgspec.structs.replace(meta, page_box=None)


def _is_page(box: Box) -> bool:
    within = all(abs(value) <= MAX_COORDINATE for value in box)
    return within and 0 < box.w <= MAX_PAGE_PX and 0 < box.h <= MAX_PAGE_PX


def place_of(element: Element) -> tuple[Element, Box] | None:
    """Return an element with the box it fills (not turned), or None when it has no place.

    A place is finite coordinates and usable points; negative sizes are turned round in what is returned. What a person's
    browser has left malformed is passed over until the server's repair has seen to it.
    """
    x, y, w, h = (element.get(key) for key in ("x", "y", "width", "height"))
    kind = element.get("type")
    if not isinstance(kind, str) or not (_is_number(x) and _is_number(y) and _is_number(w) and _is_number(h)):
        return None
    if kind == "text" and not isinstance(element.get("text"), str):
        return None
    if not _is_number(element.get("strokeWidth", 2)) or not _is_number(element.get("angle", 0)):
        return None
    if element.get("points") or kind in ("line", "arrow", "freedraw"):
        extent = _extent_of(element.get("points"))
        return None if extent is None else (element, extent.shifted(x, y))
    if w >= 0 and h >= 0:
        return element, Box(x, y, w, h)
    turned = {**element, "x": min(x, x + w), "y": min(y, y + h), "width": abs(w), "height": abs(h)}
    return turned, Box(turned["x"], turned["y"], turned["width"], turned["height"])


FEW_POINTS: Final = 12
"""Up to here plain loops are faster than an array."""


def _extent_of(points: object) -> Box | None:
    """Return the box round relative points, None when they are none or not all pairs of sane numbers."""
    if not isinstance(points, list | tuple) or not points:
        return None
    pairs = cast("list[Any]", points)
    if len(pairs) > FEW_POINTS:
        import numpy as np

        try:
            array = np.array(pairs)
        except ValueError:
            return None
        if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "if":
            return None
        low, high = array[:, :2].min(axis=0).tolist(), array[:, :2].max(axis=0).tolist()
    else:
        if not all(isinstance(p, list | tuple) and len(cast("list[Any]", p)) >= 2 for p in pairs):
            return None
        if not all(_is_number(p[0]) and _is_number(p[1]) for p in pairs):
            return None
        low = [min(p[0] for p in pairs), min(p[1] for p in pairs)]
        high = [max(p[0] for p in pairs), max(p[1] for p in pairs)]
    if not all(map(_is_number, (*low, *high))):
        return None
    return Box(low[0], low[1], high[0] - low[0], high[1] - low[1])


def _is_number(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= MAX_COORDINATE
    )
