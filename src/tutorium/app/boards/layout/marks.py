"""Makers of native elements: texts, shapes, lines and images in the sparse form of the document."""

from collections.abc import Sequence
from typing import Any, Literal

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.boxes import Box, Fields, Fragment, Mark, Role, box_of
from tutorium.app.boards.layout.text import HAND, LINE_HEIGHTS, Lines, is_right_to_left, wrap

DEFAULTS: dict[str, Any] = {
    "strokeColor": palette.INK, "backgroundColor": "transparent", "strokeWidth": 2, "strokeStyle": "solid", "roughness": 1,
    "roundness": None, "fontSize": 20, "fontFamily": HAND, "textAlign": "left", "verticalAlign": "top", "containerId": None,
    "autoResize": True, "lineHeight": 1.25, "startArrowhead": None, "endArrowhead": None, "startBinding": None,
    "endBinding": None, "groupIds": [], "opacity": 100,
}  # fmt: skip
"""Keys that are left out when they have this value (the document's contract)."""

ROUNDED: dict[str, Any] = {"type": 3}
CURVED: dict[str, Any] = {"type": 2}


def sparse(**keys: Any) -> Fields:
    """Return `keys` without those that equal the document's default."""
    return {key: value for key, value in keys.items() if not (key in DEFAULTS and DEFAULTS[key] == value)}


def text_mark(
    lines: Lines,
    x: float = 0.0,
    y: float = 0.0,
    *,
    color: str = palette.INK,
    align: Literal["left", "center", "right"] = "left",
    container: str | None = None,
    part: str = "",
    role: Role = "",
) -> Mark:
    """Return a text element whose box is exactly the measured one."""
    fields = sparse(
        type="text",
        x=x,
        y=y,
        width=lines.width,
        height=lines.height,
        text="\n".join(lines.lines),
        originalText=lines.original,
        fontSize=lines.size,
        fontFamily=lines.family,
        lineHeight=LINE_HEIGHTS[lines.family],
        strokeColor=color,
        textAlign=align,
        verticalAlign="middle" if container else "top",
        containerId=container,
        autoResize=not lines.is_wrapped,
    )
    return Mark(fields, part=part, role=role)


def paragraph(
    text: str,
    size: int = palette.BODY_PX,
    *,
    max_width: float,
    family: int = HAND,
    color: str = palette.INK,
    align: Literal["left", "center", "right"] = "left",
) -> Fragment:
    """Return `text` wrapped to `max_width`; a paragraph in a script from right to left is set to the right."""
    lines = wrap(text, size, family, max_width=max_width)
    if align == "left" and is_right_to_left(text):
        align = "right"
    return text_fragment(lines, color=color, align=align)


def text_fragment(lines: Lines, *, color: str = palette.INK, align: Literal["left", "center", "right"] = "left") -> Fragment:
    """Return already wrapped `lines` as a fragment of its size."""
    return Fragment(lines.width, lines.height, [text_mark(lines, color=color, align=align)])


def shape(
    kind: Literal["rectangle", "ellipse", "diamond"],
    box: Box,
    *,
    stroke: str = palette.INK,
    fill: str = "transparent",
    width: int = palette.NORMAL,
    roughness: int = 1,
    rounded: bool = False,
    style: Literal["solid", "dashed"] = "solid",
    part: str = "",
    key: str = "",
    role: Role = "",
) -> Mark:
    """Return a closed shape that fills `box`."""
    fields = sparse(
        type=kind,
        x=box.x,
        y=box.y,
        width=box.w,
        height=box.h,
        strokeColor=stroke,
        backgroundColor=fill,
        strokeWidth=width,
        strokeStyle=style,
        roughness=roughness,
        roundness=ROUNDED if rounded else None,
    )
    return Mark(fields, part=part, key=key, role=role)


Position = tuple[float, float]


def line(
    points: Sequence[Position],
    *,
    stroke: str = palette.INK,
    width: int = palette.NORMAL,
    roughness: int = 0,
    style: Literal["solid", "dashed"] = "solid",
    curved: bool = False,
    fill: str = "transparent",
    head: str | None = None,
    tail: str | None = None,
    arrow: bool = False,
    part: str = "",
    key: str = "",
    role: Role = "",
) -> Mark:
    """Return a line (an arrow when it has a `head` or `tail`) through `points`, two at least."""
    x0, y0 = points[0]
    relative = [[round(x - x0, 2) + 0.0, round(y - y0, 2) + 0.0] for x, y in points]
    box = box_of({"x": 0.0, "y": 0.0, "points": relative})
    fields = sparse(
        type="arrow" if head or tail or arrow else "line",
        x=x0,
        y=y0,
        width=box.w,
        height=box.h,
        points=relative,
        strokeColor=stroke,
        backgroundColor=fill,
        strokeWidth=width,
        strokeStyle=style,
        roughness=roughness,
        roundness=CURVED if curved else None,
        startArrowhead=tail,
        endArrowhead=head,
    )
    return Mark(fields, part=part, key=key, role=role)


def image(file_id: str, box: Box) -> Mark:
    """Return an image element that shows the file `file_id`."""
    return Mark({"type": "image", "x": box.x, "y": box.y, "width": box.w, "height": box.h, "fileId": file_id})
