"""Glyphs joined to pieces: what stands on one baseline without a wide gap. A piece is a line, or one cell of it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from tutorium.app.reading.extract.pdf.glyphs import ASCENT, DESCENT, FontStyle, Glyph
from tutorium.app.reading.material import Rect

RunStyle = Literal["plain", "bold", "italic", "code"]

# A baseline this far away (in font sizes) is another line; raised and lowered marks stay within it.
_LINE_JUMP: Final = 0.55
# A gap this wide (in font sizes) starts another piece: justified text stays below it, columns and cells do not.
_PIECE_GAP: Final = 2.2
# PDFs without space characters show words by gaps; letter spacing stays below this share of the size.
_WORD_GAP: Final = 0.22
_SMALL: Final = 0.86
# A capital this much larger than what stands beside it is a drop cap.
DROP_CAP: Final = 1.8
_RAISED: Final = 0.12
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th|er|re|e|ème|o|a|º|ª)\Z")
_MARK: Final = re.compile(r"(?:\d{1,3}|[*†‡§¶])(?:,\d{1,3})*\Z")


class Run(NamedTuple):
    """Neighbouring characters of one look."""

    text: str
    style: RunStyle


@dataclass(slots=True)
class Piece:
    """Part of a line: its box, its baseline, its dominant size, and its text in runs of one look."""

    rect: Rect
    baseline: float
    size: float
    runs: list[Run]
    bold: bool
    italic: bool
    monospace: bool
    mathematics: bool
    marked: bool = False

    @property
    def text(self) -> str:
        """The characters of all runs."""
        return "".join(run.text for run in self.runs)


def join_glyphs(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Return the pieces of a page, in the order their characters are stored.

    Text printed twice at nearly the same place, as some programs do for bold or shadow, is kept once.
    """
    pieces: list[Piece] = []
    seen: dict[str, list[Piece]] = {}
    for group in _groups(glyphs):
        piece = _piece(group)
        alike = seen.setdefault(piece.text, [])
        if not any(_is_shadow(other, piece) for other in alike):
            pieces.append(piece)
            alike.append(piece)
    return pieces


def _is_shadow(one: Piece, two: Piece) -> bool:
    reach = 0.15 * one.size
    return abs(one.rect.x0 - two.rect.x0) < reach and abs(one.baseline - two.baseline) < reach


def _groups(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    group: list[Glyph] = []
    baseline = size = 0.0
    for glyph in glyphs:
        if group and (_follows_drop_cap(group, glyph) or not _continues(group[-1], glyph, baseline, size)):
            yield group
            group = []
        if not group or glyph.style.size > size:
            baseline, size = glyph.baseline, glyph.style.size
        group.append(glyph)
    if group:
        yield group


def _continues(last: Glyph, glyph: Glyph, baseline: float, size: float) -> bool:
    reach = max(size, glyph.style.size)
    if abs(glyph.baseline - baseline) > _LINE_JUMP * reach:
        return False
    return -0.9 * reach < glyph.x0 - last.x1 < _PIECE_GAP * reach


def _follows_drop_cap(group: list[Glyph], glyph: Glyph) -> bool:
    return len(group) == 1 and group[0].text.isupper() and group[0].style.size > DROP_CAP * glyph.style.size


def _piece(group: list[Glyph]) -> Piece:
    sizes: Counter[float] = Counter()
    for glyph in group:
        sizes[glyph.style.size] += len(glyph.text)
    size = max(sizes, key=lambda value: (sizes[value], value))
    baseline = next(glyph.baseline for glyph in group if glyph.style.size == size)
    marked = _is_raised(group[0], baseline, size) and _MARK.match(group[0].text) is not None
    letters = [glyph.style for glyph in group if glyph.text.isalnum()] or [group[0].style]
    return Piece(
        rect=Rect(group[0].x0, baseline - ASCENT * size, max(glyph.x1 for glyph in group), baseline + DESCENT * size),
        baseline=baseline,
        size=size,
        runs=list(_runs(group, baseline, size)),
        bold=_most(style.bold for style in letters),
        italic=_most(style.italic for style in letters),
        monospace=_most(style.monospace for style in letters),
        mathematics=any(glyph.style.mathematics for glyph in group),
        marked=marked,
    )


def _most(flags: Iterable[bool]) -> bool:
    values = list(flags)
    return sum(values) > 0.8 * len(values)


def _is_raised(glyph: Glyph, baseline: float, size: float) -> bool:
    return glyph.style.size < _SMALL * size and baseline - glyph.baseline > _RAISED * size


def _is_lowered(glyph: Glyph, baseline: float, size: float) -> bool:
    return glyph.style.size < _SMALL * size and glyph.baseline - baseline > 0.05 * size


def _runs(group: list[Glyph], baseline: float, size: float) -> Iterator[Run]:
    """Cut a piece into runs; raised footnote marks are dropped, raised and lowered parts of formulas get "^" and "_"."""
    text, style = "", _run_style(group[0].style)
    index = opened = 0
    while index < len(group):
        glyph = group[index]
        end = index + 1
        if _is_raised(glyph, baseline, size) or _is_lowered(glyph, baseline, size):
            while end < len(group) and group[end].style.size < _SMALL * size and not group[end].spaced:
                end += 1
            script = "".join(each.text for each in group[index:end])
            text += _script(text, script, _is_raised(glyph, baseline, size), group[index - 1] if index else None)
            index = end
            continue
        looks = _run_style(glyph.style)
        space = " " if opened and _has_space(group[index - 1], glyph) else ""
        if looks != style and text:
            yield Run(text, style)
            text = ""
        text, style = text + space + glyph.text, looks
        index = opened = end
    if text:
        yield Run(text, style)


def _script(before: str, script: str, raised: bool, previous: Glyph | None) -> str:
    """How a small raised or lowered `script` is written after `before`."""
    if previous is None:
        return "" if raised and _MARK.match(script) else script + " "
    variable = previous.style.mathematics or _is_variable(before)
    if not raised:
        return f"_{script}" if variable else script
    if variable:
        return f"^{script}"
    if _MARK.match(script) and not before[-1:].isdigit():
        return ""
    return script if _ORDINAL.match(script) or not before[-1:].isdigit() else f"^{script}"


def _is_variable(before: str) -> bool:
    return bool(before) and before[-1].isalpha() and (len(before) == 1 or not before[-2].isalnum())


def _has_space(last: Glyph, glyph: Glyph) -> bool:
    return glyph.spaced or glyph.x0 - last.x1 > _WORD_GAP * max(last.style.size, glyph.style.size)


def _run_style(style: FontStyle) -> RunStyle:
    if style.monospace:
        return "code"
    if style.bold:
        return "bold"
    return "italic" if style.italic else "plain"
