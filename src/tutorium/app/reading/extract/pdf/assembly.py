"""Lines to the text of a block: hyphenation undone, every character kept with the line it came from."""

import re
from collections.abc import Sequence
from typing import Final

from tutorium.app.reading.extract.pdf.glyphs import SOFT_HYPHEN
from tutorium.app.reading.extract.pdf.groups import BULLET
from tutorium.app.reading.extract.pdf.lines import TextLine
from tutorium.app.reading.extract.pdf.looks import Looks
from tutorium.app.reading.extract.pdf.pieces import Run
from tutorium.app.reading.material import Emphasis, Line

_LAST_WORD: Final = re.compile(r"([^\W\d_]+)[-‐]\Z")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_CHARACTER_WIDTH: Final = 0.6


def assemble_text(lines: Sequence[TextLine], looks: Looks, *, is_item: bool) -> tuple[str, list[Line], list[Emphasis]]:
    """Return the text of a paragraph or item with its lines and emphasis; the bullet of an item is left out."""
    text = ""
    places: list[Line] = []
    emphasis: list[Emphasis] = []
    for index, line in enumerate(lines):
        runs = [Run(run.text.replace(SOFT_HYPHEN, "-"), run.style) for run in line.runs()]
        if is_item and not index:
            runs = _without_bullet(runs)
        if text:
            text, space = _join(text, "".join(run.text for run in runs), looks)
            _shorten(places, emphasis, len(text))
            text += space
        start = len(text)
        for run in runs:
            at = len(text)
            text += run.text
            if run.style != "plain" and run.text.strip():
                emphasis.append(Emphasis(at, len(text), run.style))
        places.append(Line(start, len(text), line.page, line.rect))
    return text, places, _merged(text, emphasis)


def assemble_rows(lines: Sequence[TextLine], cells: Sequence[Sequence[str]]) -> tuple[str, list[Line]]:
    """Return the text of a table, a line for each row with " | " between cells, and the place of each row."""
    text = ""
    places: list[Line] = []
    for line, row in zip(lines, cells, strict=True):
        text += "\n" if text else ""
        start = len(text)
        text += " | ".join(row)
        places.append(Line(start, len(text), line.page, line.rect))
    return text, places


def assemble_code(lines: Sequence[TextLine]) -> tuple[str, list[Line]]:
    """Return the text of code with its line breaks and, by position, its indents."""
    left = min(line.rect.x0 for line in lines)
    text = ""
    places: list[Line] = []
    for line in lines:
        text += "\n" if text else ""
        text += " " * round((line.rect.x0 - left) / (_CHARACTER_WIDTH * line.size))
        start = len(text)
        text += line.text.replace(SOFT_HYPHEN, "-")
        places.append(Line(start, len(text), line.page, line.rect))
    return text, places


def _without_bullet(runs: list[Run]) -> list[Run]:
    drop = BULLET.match("".join(run.text for run in runs))
    length = drop.end() if drop else 0
    kept: list[Run] = []
    for run in runs:
        cut = min(length, len(run.text))
        length -= cut
        if run.text[cut:]:
            kept.append(Run(run.text[cut:], run.style))
    return kept


def _join(text: str, following: str, looks: Looks) -> tuple[str, str]:
    """Return the text so far, its last hyphen dropped where it only broke a word, and what to put between."""
    broken = _LAST_WORD.search(text)
    if broken is None:
        return text, " "
    first = _FIRST_WORD.match(following)
    if first is None:
        return text, "" if following[:1].isdigit() else " "
    half, rest = broken.group(1).lower(), first.group()
    if rest[0].islower() and (half + rest.lower() in looks.words or half not in looks.words):
        return text[:-1], ""
    return text, ""


def _shorten(places: list[Line], emphasis: list[Emphasis], length: int) -> None:
    """Pull in the last line and run when a hyphen was dropped."""
    if places and places[-1].end > length:
        places[-1] = Line(places[-1].start, length, places[-1].page, places[-1].rect)
    if emphasis and emphasis[-1].end > length:
        emphasis[-1] = Emphasis(emphasis[-1].start, length, emphasis[-1].style)


def _merged(text: str, emphasis: Sequence[Emphasis]) -> list[Emphasis]:
    """Join runs of one style that only white space parts, and trim them; a look that covers everything is no emphasis."""
    merged: list[Emphasis] = []
    for run in emphasis:
        if merged and merged[-1].style == run.style and not text[merged[-1].end : run.start].strip():
            merged[-1] = Emphasis(merged[-1].start, run.end, run.style)
        else:
            merged.append(run)
    trimmed = [_trimmed(text, run) for run in merged]
    return [run for run in trimmed if run.start < run.end and run.end - run.start < 0.7 * len(text)]


def _trimmed(text: str, run: Emphasis) -> Emphasis:
    start, end = run.start, run.end
    while start < end and not (text[start].isalnum() or (run.style == "code" and not text[start].isspace())):
        start += 1
    while end > start and not (text[end - 1].isalnum() or (run.style == "code" and not text[end - 1].isspace())):
        end -= 1
    return Emphasis(start, end, run.style)
