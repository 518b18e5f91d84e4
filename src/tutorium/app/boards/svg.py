"""A board as one self-contained SVG picture: for files, previews and the terminal lesson.

Shapes are drawn clean instead of by hand; text stays text, with fonts that look alike where the board's own are not installed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from tutorium.app.boards.excalidraw import full_elements
from tutorium.app.boards.layout.boxes import Box, box_of, union

PADDING: Final = 24
HEAD_PX: Final = 12.0
FONTS: Final = {
    5: "Excalifont, Virgil, 'Segoe Print', 'Bradley Hand', 'Chalkboard SE', 'Comic Neue', 'Comic Sans MS', sans-serif",
    6: "Nunito, 'Helvetica Neue', Arial, sans-serif",
    8: "'Comic Shanns', 'Cascadia Code', Menlo, Consolas, monospace",
}
BASELINE: Final = 0.88
"""Where in a line of text the letters stand, as a share of the font size below the top of the em box."""

Element = Mapping[str, Any]


def render_svg(
    elements: Iterable[Element], files: Mapping[str, Mapping[str, Any]] | None = None, *, background: str = "#ffffff"
) -> str:
    """Return the SVG of the live elements, in order of painting; an empty board is an empty picture."""
    shown = full_elements(elements)
    box = union(box_of(e) for e in shown).grown(PADDING) if shown else Box(0, 0, 2 * PADDING, 2 * PADDING)
    body = "".join(_element(e, files or {}) for e in shown)
    view = " ".join(_number(v) for v in box)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(box.w)}" height="{_number(box.h)}" viewBox="{view}">'
        f'<rect x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.w)}" height="{_number(box.h)}"'
        f" fill={quoteattr(background)}/>{body}</svg>\n"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"


def _element(element: dict[str, Any], files: Mapping[str, Mapping[str, Any]]) -> str:
    kind = element["type"]
    if kind == "text":
        body = _text(element)
    elif kind in ("line", "arrow", "freedraw"):
        body = _line(element)
    elif kind == "image":
        body = _image(element, files)
    elif kind in ("rectangle", "ellipse", "diamond"):
        body = _shape(element)
    else:
        return ""
    turned = _turn(element)
    faded = f' opacity="{_number(element["opacity"] / 100)}"' if element["opacity"] != 100 else ""
    return f"<g{turned}{faded}>{body}</g>" if turned or faded else body


def _turn(element: Element) -> str:
    if not element["angle"]:
        return ""
    box = box_of(dict(element))
    degrees = math.degrees(element["angle"])
    return f' transform="rotate({_number(degrees)} {_number(box.x + box.w / 2)} {_number(box.y + box.h / 2)})"'


def _paint(element: Element, *, fill: bool = True) -> str:
    ground = element["backgroundColor"] if fill else "transparent"
    paint = f" fill={quoteattr('none' if ground == 'transparent' else ground)}"
    paint += f' stroke={quoteattr(element["strokeColor"])} stroke-width="{_number(element["strokeWidth"])}"'
    dash = {"dashed": "8 8", "dotted": "1.5 6"}.get(element["strokeStyle"])
    return paint + (f' stroke-dasharray="{dash}"' if dash else "") + ' stroke-linecap="round" stroke-linejoin="round"'


def _shape(element: Element) -> str:
    x, y, w, h = element["x"], element["y"], element["width"], element["height"]
    if element["type"] == "ellipse":
        where = f'cx="{_number(x + w / 2)}" cy="{_number(y + h / 2)}" rx="{_number(w / 2)}" ry="{_number(h / 2)}"'
        return f"<ellipse {where}{_paint(element)}/>"
    if element["type"] == "diamond":
        corners = [(x + w / 2, y), (x + w, y + h / 2), (x + w / 2, y + h), (x, y + h / 2)]
        return f'<polygon points="{_pairs(corners)}"{_paint(element)}/>'
    radius = min(32.0, 0.25 * min(w, h)) if element["roundness"] else 0.0
    where = f'x="{_number(x)}" y="{_number(y)}" width="{_number(w)}" height="{_number(h)}" rx="{_number(radius)}"'
    return f"<rect {where}{_paint(element)}/>"


def _pairs(points: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{_number(p[0])},{_number(p[1])}" for p in points)


def _line(element: Element) -> str:
    points = [(element["x"] + p[0], element["y"] + p[1]) for p in element["points"]]
    if not points:
        return ""
    curved = element["type"] == "freedraw" or (element["roundness"] and len(points) > 2)
    path = _smooth(points) if curved else "M" + " L".join(_pairs([p]) for p in points)
    paint = _paint(element, fill=element["type"] != "arrow")
    if element["type"] == "freedraw":
        ink = 4.25 * element["strokeWidth"]
        paint = f' fill="none" stroke={quoteattr(element["strokeColor"])} stroke-width="{_number(ink)}"'
        paint += ' stroke-linecap="round" stroke-linejoin="round"'
    heads = ""
    if element.get("endArrowhead") and len(points) > 1:
        heads += _head(points[-2], points[-1], element)
    if element.get("startArrowhead") and len(points) > 1:
        heads += _head(points[1], points[0], element)
    return f'<path d="{path}"{paint}/>{heads}'


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """Return a path through `points` whose pieces are the Bezier form of Catmull-Rom splines."""
    path = f"M{_pairs(points[:1])}"
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        first = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
        second = (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6)
        path += f" C{_pairs([first, second, c])}"
    return path


def _head(before: tuple[float, float], tip: tuple[float, float], element: Element) -> str:
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    size = min(HEAD_PX, math.dist(before, tip) * 0.6)
    ends = [(tip[0] - size * math.cos(angle + turn), tip[1] - size * math.sin(angle + turn)) for turn in (0.42, -0.42)]
    solid = {**element, "strokeStyle": "solid"}
    return f'<polyline points="{_pairs([ends[0], tip, ends[1]])}"{_paint(solid, fill=False)}/>'


def _text(element: Element) -> str:
    size = element["fontSize"]
    anchor, x = {
        "center": ("middle", element["x"] + element["width"] / 2),
        "right": ("end", element["x"] + element["width"]),
    }.get(element["textAlign"], ("start", element["x"]))
    step = size * element["lineHeight"]
    first = element["y"] + (step - size) / 2 + size * BASELINE
    lines = "".join(
        f'<tspan x="{_number(x)}" y="{_number(first + n * step)}">{escape(line) or " "}</tspan>'
        for n, line in enumerate(str(element["text"]).split("\n"))
    )
    font = quoteattr(FONTS.get(int(element["fontFamily"]), FONTS[5]))
    ground = ""
    if element.get("containerId") and _on_arrow(element):
        # Excalidraw opens the arrow behind its label; here the label covers it.
        where = " ".join(f'{key}="{_number(element[key])}"' for key in ("x", "y", "width", "height"))
        ground = f'<rect {where} fill="#ffffff"/>'
    return (
        f'{ground}<text font-family={font} font-size="{_number(size)}" fill={quoteattr(element["strokeColor"])}'
        f' text-anchor="{anchor}" xml:space="preserve">{lines}</text>'
    )


def _on_arrow(element: Element) -> bool:
    custom: dict[str, Any] = element.get("customData") or {}
    meta: dict[str, Any] = custom.get("tutorium") or {}
    return meta.get("role") == "label"


def _image(element: Element, files: Mapping[str, Mapping[str, Any]]) -> str:
    entry = files.get(element["fileId"] or "", {})
    where = " ".join(f'{key}="{_number(element[key])}"' for key in ("x", "y", "width", "height"))
    if "dataURL" not in entry:
        return f'<rect {where} fill="none" stroke="#868e96" stroke-dasharray="4 4"/>'
    return f'<image {where} href={quoteattr(entry["dataURL"])} preserveAspectRatio="none"/>'
