"""Reading order: a page is cut at clear gutters into columns, and by lines that cross a gutter into bands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from tutorium.app.reading.extract.pdf.pieces import Piece

# At most this share of pieces may cross a gutter; the last column of a chapter may hold as little as the other share.
_CROSSING: Final = 0.15
_SIDE: Final = 0.05
_FEWEST_ON_SIDE: Final = 3
_FEWEST_PIECES: Final = 8
# A column of text has lines of at least this many characters in the middle; cells of a table mostly have fewer.
_COLUMN_CHARACTERS: Final = 14
_GUTTER: Final = 0.5
_DEEPEST: Final = 6


def regions_of(pieces: Sequence[Piece], depth: int = 0) -> Iterator[list[Piece]]:
    """Yield the regions of a page in reading order; each is one column, its pieces from top to bottom."""
    gutter = _gutter(pieces) if len(pieces) >= _FEWEST_PIECES and depth < _DEEPEST else None
    if gutter is None:
        if pieces:
            yield sorted(pieces, key=lambda piece: (piece.baseline, piece.rect.x0))
        return
    crossing = sorted((p for p in pieces if p.rect.x0 < gutter < p.rect.x1), key=lambda piece: piece.baseline)
    rest = sorted((p for p in pieces if not p.rect.x0 < gutter < p.rect.x1), key=lambda piece: piece.baseline)
    for band, divider in _bands(rest, crossing):
        yield from regions_of([p for p in band if p.rect.x1 <= gutter], depth + 1)
        yield from regions_of([p for p in band if p.rect.x0 >= gutter], depth + 1)
        if divider:
            yield divider


def _bands(rest: list[Piece], crossing: list[Piece]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """Yield (what lies above, the full-width lines that follow); lines that follow each other stay together."""
    start = 0
    at = 0
    while at < len(crossing):
        stop = bisect_left(rest, crossing[at].baseline, start, key=lambda piece: piece.baseline)
        end = at + 1
        while end < len(crossing) and not (stop < len(rest) and rest[stop].baseline < crossing[end].baseline):
            end += 1
        yield rest[start:stop], crossing[at:end]
        start, at = stop, end
    yield rest[start:], []


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x of the best gutter, or None: fewest crossings first, then the widest clear gap."""
    starts = sorted(piece.rect.x0 for piece in pieces)
    ends = sorted(piece.rect.x1 for piece in pieces)
    count = len(pieces)
    side = max(_FEWEST_ON_SIDE, _SIDE * count)
    best: tuple[int, float, float] | None = None
    for end in sorted(set(ends)):
        following = bisect_left(starts, end)
        if following == count:
            break
        gap = starts[following] - end
        if gap < _GUTTER * pieces[0].size:
            continue
        left = bisect_right(ends, end)
        right = count - following
        crossing = count - left - right
        if crossing > _CROSSING * count or left < side or right < side:
            continue
        if best is None or (crossing, -gap) < best[:2]:
            best = (crossing, -gap, end + gap / 2)
    if best is None or not _holds_columns(pieces, best[2]):
        return None
    return best[2]


def _holds_columns(pieces: Sequence[Piece], gutter: float) -> bool:
    """Whether both sides look like running text; the sides of a table or of a list with marks do not."""
    for side in (
        [p for p in pieces if p.rect.x1 <= gutter],
        [p for p in pieces if p.rect.x0 >= gutter],
    ):
        if median(sum(len(run.text) for run in piece.runs) for piece in side) < _COLUMN_CHARACTERS:
            return False
        widths = sorted(piece.rect.x1 - piece.rect.x0 for piece in side)
        full = widths[int(0.8 * (len(widths) - 1))]
        if sum(width > 0.6 * full for width in widths) < 0.4 * len(widths):
            return False
    return True
