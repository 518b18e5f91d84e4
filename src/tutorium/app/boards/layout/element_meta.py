"""What `customData.tutorium` says of an element, read with care: anybody on a board may have written it."""

import math
from collections.abc import Iterable, Mapping
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


def readable(board: Iterable[Element]) -> list[Element]:
    """Return the elements that have a place: finite coordinates, sizes that are not negative, usable points.

    What a person's browser has left malformed is passed over until the server's repair has seen to it.
    """
    return [whole for element in board if (whole := _readable(element)) is not None]


def _readable(element: Element) -> Element | None:
    x, y, w, h = (element.get(key) for key in ("x", "y", "width", "height"))
    if not isinstance(element.get("type"), str) or not (_is_number(x) and _is_number(y) and _is_number(w) and _is_number(h)):
        return None
    if "points" in element and not _are_points(element["points"]):
        return None
    if element["type"] in ("line", "arrow", "freedraw") and not element.get("points"):
        return None
    if element["type"] == "text" and not isinstance(element.get("text"), str):
        return None
    if not _is_number(element.get("strokeWidth", 2)) or not _is_number(element.get("angle", 0)):
        return None
    if w >= 0 and h >= 0:
        return element
    return {**element, "x": min(x, x + w), "y": min(y, y + h), "width": abs(w), "height": abs(h)}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= MAX_COORDINATE


def _are_points(value: object) -> bool:
    if not isinstance(value, list | tuple):
        return False
    points = cast("list[object]", value)
    return all(
        isinstance(p, list | tuple) and len(cast("list[object]", p)) >= 2 and all(map(_is_number, cast("list[object]", p)[:2]))
        for p in points
    )
