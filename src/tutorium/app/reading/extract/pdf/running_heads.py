"""What a page carries besides its text: running heads, page numbers, lines of a table of contents."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tutorium.app.reading.extract.pdf.lines import PageLines, TextLine

# Words repeated at the edge of this many pages are not part of the text.
_REPEATED_PAGES: Final = 3
# A head that changes with each page still stands at the same height on this share of pages.
_SHARE_OF_PAGES: Final = 0.3
_FEWEST_PAGES: Final = 4
_EDGE: Final = 0.14
_LINES_AT_EDGE: Final = 3
_SET_OFF: Final = 1.6
_NUMBER: Final = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER: Final = re.compile(
    r"\W*(?:(?:page|seite|página|pagina|s\.|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?\W*\Z", re.I
)
_LEADERS: Final = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\s*\Z", re.IGNORECASE)


def drop_running_heads(pages: Sequence[PageLines]) -> None:
    """Remove, in place, running heads, feet and page numbers from all pages, and lines that lead to a page number."""
    repeated = _repeated_texts(pages)
    heights = _regular_heights(pages)
    for page in pages:
        for edge in _edges(page):
            for line in edge:
                lone = _PAGE_NUMBER.match(line.text) is not None
                regular = _height(line) in heights and _is_set_off(line, page)
                if not (lone or regular or _shape(line.text) in repeated):
                    break
                page.lines.remove(line)
        page.lines = [line for line in page.lines if not _LEADERS.search(line.text)]


def _edges(page: PageLines) -> Iterator[list[TextLine]]:
    """The few lines at the top, outermost first, and the few at the bottom."""
    by_height = sorted(page.lines, key=lambda line: line.baseline)
    top = [line for line in by_height[:_LINES_AT_EDGE] if line.baseline < _EDGE * page.size.height]
    bottom = [line for line in by_height[-_LINES_AT_EDGE:] if line.baseline > (1 - _EDGE) * page.size.height]
    yield top
    yield [line for line in reversed(bottom) if line not in top]


def _shape(text: str) -> str:
    return _NUMBER.sub("#", " ".join(text.casefold().split()))


def _repeated_texts(pages: Sequence[PageLines]) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(line.text) for edge in _edges(page) for line in edge})
    return frozenset(shape for shape, count in counts.items() if count >= _REPEATED_PAGES and shape.strip("# "))


def _height(line: TextLine) -> int:
    return round(line.baseline)


def _regular_heights(pages: Sequence[PageLines]) -> frozenset[int]:
    """The heights at which the outermost line stands, set off, on many pages with a different text each time."""
    if len(pages) < _FEWEST_PAGES:
        return frozenset()
    counts: Counter[int] = Counter()
    for page in pages:
        outermost = [edge[0] for edge in _edges(page) if edge]
        counts.update({_height(line) for line in outermost if _is_set_off(line, page)})
    least = max(_REPEATED_PAGES, _SHARE_OF_PAGES * len(pages))
    return frozenset(height for height, count in counts.items() if count >= least)


def _is_set_off(line: TextLine, page: PageLines) -> bool:
    """Whether more than one line of space parts the line from the nearest other one that is not beside it."""
    distances = [abs(other.baseline - line.baseline) for other in page.lines if other is not line]
    apart = [distance for distance in distances if distance > 0.5 * line.size]
    return not apart or min(apart) > _SET_OFF * line.size
