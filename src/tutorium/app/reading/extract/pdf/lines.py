"""The lines of a page in reading order, each with its place, its look and the column it stands in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tutorium.app.reading.extract.pdf.columns import regions_of
from tutorium.app.reading.extract.pdf.pieces import DROP_CAP, Piece, Run
from tutorium.app.reading.material import PageSize, Rect

# Pieces whose baselines differ by less than this share of the smaller size stand on one line.
_SAME_LINE: Final = 0.45


@dataclass(slots=True)
class TextLine:
    """One line: `page` from 1, `region` the column's number on it, `left` and `right` that column's edges in points."""

    page: int
    region: int
    left: float
    right: float
    pieces: tuple[Piece, ...]
    rect: Rect
    size: float
    baseline: float
    bold: bool
    italic: bool
    monospace: bool
    mathematics: bool
    text: str

    @property
    def marked(self) -> bool:
        """Whether the line opens with a raised mark, as a footnote does."""
        return self.pieces[0].marked

    def runs(self) -> Iterator[Run]:
        """The runs of all pieces, with a space between pieces."""
        for index, piece in enumerate(self.pieces):
            if index:
                yield Run(" ", "plain")
            yield from piece.runs


@dataclass(slots=True)
class PageLines:
    """All lines of one page, in reading order."""

    number: int
    size: PageSize
    lines: list[TextLine]


def lines_of(number: int, size: PageSize, pieces: Sequence[Piece]) -> PageLines:
    """Return the lines of page `number` in reading order; text outside the page's edges is not shown and left out."""
    visible = [piece for piece in pieces if _is_visible(piece, size)]
    lines: list[TextLine] = []
    for region, members in enumerate(regions_of(visible)):
        left = min(piece.rect.x0 for piece in members)
        right = max(piece.rect.x1 for piece in members)
        rows = _rows(_without_drop_caps(members))
        lines.extend(_line(number, region, left, right, _merge(row)) for row in rows)
    return PageLines(number, size, lines)


def _is_visible(piece: Piece, size: PageSize) -> bool:
    rect = piece.rect
    return rect.x1 > 0 and rect.x0 < size.width and rect.y1 > 0 and rect.y0 < size.height and not piece.text.isspace()


def _rows(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Group pieces, given from top to bottom, that share a baseline."""
    row: list[Piece] = []
    for piece in pieces:
        if row and abs(piece.baseline - row[0].baseline) > _SAME_LINE * min(piece.size, row[0].size):
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _merge(row: list[Piece]) -> list[Piece]:
    """Order a row from left to right, joining pieces that touch: a line may be stored in any order."""
    ordered = sorted(row, key=lambda piece: piece.rect.x0)
    merged = [ordered[0]]
    for piece in ordered[1:]:
        last = merged[-1]
        gap = piece.rect.x0 - last.rect.x1
        if gap < 1.1 * max(last.size, piece.size) and last.text[-1:] != "•":
            merged[-1] = _joined(last, piece, gap)
        else:
            merged.append(piece)
    return merged


def _joined(one: Piece, two: Piece, gap: float) -> Piece:
    space = [Run(" ", "plain")] if gap > 0.15 * max(one.size, two.size) else []
    larger = one if len(one.text) >= len(two.text) else two
    return Piece(
        rect=_around((one.rect, two.rect)),
        baseline=larger.baseline,
        size=larger.size,
        runs=[*one.runs, *space, *two.runs],
        bold=one.bold and two.bold,
        italic=one.italic and two.italic,
        monospace=one.monospace and two.monospace,
        mathematics=one.mathematics or two.mathematics,
        marked=one.marked,
    )


def _without_drop_caps(pieces: list[Piece]) -> list[Piece]:
    """Put each single large capital in front of the uppermost line beside it, whose first letter it is."""
    caps = [piece for piece in pieces if len(piece.text) == 1 and piece.text.isupper()]
    for cap in caps:
        first = next((piece for piece in pieces if _opens_beside(piece, cap)), None)
        if first is not None:
            first.runs = [Run(cap.text, first.runs[0].style), *first.runs]
            pieces = [piece for piece in pieces if piece is not cap]
    return pieces


def _opens_beside(piece: Piece, cap: Piece) -> bool:
    gap = piece.rect.x0 - cap.rect.x1
    beside = cap.rect.y0 - 0.3 * cap.size < piece.baseline < cap.baseline
    return cap.size > DROP_CAP * piece.size and beside and -0.2 * piece.size < gap < 1.5 * piece.size


def _line(number: int, region: int, left: float, right: float, row: list[Piece]) -> TextLine:
    longest = max(row, key=lambda piece: len(piece.text))
    return TextLine(
        page=number,
        region=region,
        left=left,
        right=right,
        pieces=tuple(row),
        rect=_around(piece.rect for piece in row),
        size=longest.size,
        baseline=longest.baseline,
        bold=all(piece.bold for piece in row),
        italic=all(piece.italic for piece in row),
        monospace=all(piece.monospace for piece in row),
        mathematics=any(piece.mathematics for piece in row),
        text=" ".join(piece.text for piece in row),
    )


def _around(rects: Iterable[Rect]) -> Rect:
    boxes = list(rects)
    return Rect(
        round(min(box.x0 for box in boxes), 2),
        round(min(box.y0 for box in boxes), 2),
        round(max(box.x1 for box in boxes), 2),
        round(max(box.y1 for box in boxes), 2),
    )
