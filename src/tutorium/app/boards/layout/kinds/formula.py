"""Formulas: LaTeX rendered to an image of paths beforehand, and how it is put on the board."""

import base64
import hashlib
import re
import warnings
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import FormulaImage, Formulas, Room
from tutorium.app.boards.layout.boxes import Box, Fragment, stack
from tutorium.app.boards.layout.intents import Drawing, Formula
from tutorium.app.boards.layout.marks import image, paragraph

FORMULA_PX = 22 * 1.25
MAX_SVG_BYTES = 24 * 1024
"""Base64 of this stays under the document's limit of 32 KiB for an inline file."""

_VIEWBOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')


def prepare_formulas(intents: Iterable[Drawing]) -> dict[str, FormulaImage]:
    """Render the formulas of `intents`; one that cannot be rendered is left out and is drawn as its source.

    Slow (10 ms each, 200 ms for the first): run it in a thread, before the step. Results are cached.
    """
    sources = [intent.tex for intent in intents if isinstance(intent, Formula)]
    rendered = {tex: render_formula(tex) for tex in sources}
    return {tex: picture for tex, picture in rendered.items() if picture is not None}


@lru_cache(maxsize=1_000)
def render_formula(tex: str) -> FormulaImage | None:
    """Return the formula as an SVG whose glyphs are paths, or None when the LaTeX is not understood or comes out too big."""
    try:
        svg: str = _renderer().Latex(_without_delimiters(tex), size=FORMULA_PX, color=palette.INK).svg()
    except Exception:
        # The parser has no error class of its own: bad LaTeX surfaces as IndexError, KeyError, ValueError and others.
        return None
    found = _VIEWBOX.search(svg)
    data = svg.encode()
    if found is None or len(data) > MAX_SVG_BYTES or "<text" in svg:
        return None
    return FormulaImage(svg=data, width=float(found[3]), height=float(found[4]))


@cache
def _renderer() -> Any:
    """Import ziamath, which still reads its fonts by a way that newer Pythons warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
    return ziamath.zmath


def _without_delimiters(tex: str) -> str:
    for opening, closing in (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")):
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def draw_formula(intent: Formula, room: Room, formulas: Formulas) -> tuple[Fragment, dict[str, dict[str, Any]]] | None:
    """Return the picture with its caption and the file entry it shows, or None if there is no picture of this formula."""
    picture = formulas.get(intent.tex)
    if picture is None:
        return None
    shrink = min(1.0, room.width / picture.width, max(80.0, room.height - 40) / picture.height)
    size = (round(picture.width * shrink, 2), round(picture.height * shrink, 2))
    file_id = hashlib.sha256(picture.svg).hexdigest()
    shown = Fragment(*size, [image(file_id, Box(0, 0, *size))]).named("formula")
    parts = [shown]
    if intent.caption:
        parts.append(
            paragraph(intent.caption, palette.SMALL_PX, max_width=min(520, room.width), color=palette.QUIET).named("caption")
        )
    return stack(parts, gap=8), {file_id: file_entry(file_id, picture.svg)}


def file_entry(file_id: str, svg: bytes) -> dict[str, Any]:
    """Return the document's entry for an inline SVG; `created` is 0, as equal content must give an equal entry."""
    url = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
    return {"id": file_id, "mimeType": "image/svg+xml", "created": 0, "size": len(svg), "dataURL": url}
