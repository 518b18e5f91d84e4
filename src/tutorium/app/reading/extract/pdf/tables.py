"""Simple tables: rows of cells that stand clearly under each other. Anything less clear stays text."""

import re
from collections.abc import Sequence
from typing import Final

from tutorium.app.reading.extract.pdf.lines import TextLine
from tutorium.app.reading.extract.pdf.pieces import Piece

_FEWEST_ROWS: Final = 3
_FEWEST_FULL: Final = 0.6
_ROW_DISTANCE: Final = 3.2
_MARK: Final = re.compile(r"(?:[•▪◦‣–*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\Z")

Cells = tuple[tuple[str, ...], ...]


def find_table(lines: Sequence[TextLine], start: int) -> tuple[int, Cells] | None:
    """Return (the index after the table, its cells) when a table opens at `lines[start]`, else None."""
    end = start
    while end < len(lines) and _may_continue(lines, start, end):
        end += 1
    for stop in range(end, start + _FEWEST_ROWS - 1, -1):
        cells = _cells(lines[start:stop])
        if cells is not None:
            return stop, cells
    return None


def _may_continue(lines: Sequence[TextLine], start: int, at: int) -> bool:
    line, first = lines[at], lines[start]
    if len(line.pieces) < 2 or line.monospace or _MARK.match(line.pieces[0].text):
        return False
    if at == start:
        return True
    above = lines[at - 1]
    close = 0 < line.baseline - above.baseline < _ROW_DISTANCE * line.size
    return close and (line.page, line.region) == (first.page, first.region)


def _cells(lines: Sequence[TextLine]) -> Cells | None:
    """The cells of `lines` if their pieces form disjoint columns and most rows are full."""
    columns = _columns([piece for line in lines for piece in line.pieces])
    if len(columns) < 2 or len(columns) != max(len(line.pieces) for line in lines):
        return None
    full = sum(len(line.pieces) == len(columns) for line in lines)
    if full < _FEWEST_FULL * len(lines):
        return None
    return tuple(tuple(_cell(line, column) for column in columns) for line in lines)


def _columns(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """The x-intervals of the columns: the union of overlapping pieces."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((piece.rect.x0, piece.rect.x1) for piece in pieces):
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _cell(line: TextLine, column: tuple[float, float]) -> str:
    inside = [piece.text.strip() for piece in line.pieces if piece.rect.x0 < column[1] and piece.rect.x1 > column[0]]
    return " ".join(inside)
