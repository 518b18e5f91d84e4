"""What is normal in this document: its body size, its line spacing, its words. Everything else is judged against it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tutorium.app.reading.extract.pdf.lines import PageLines, TextLine

_WORD: Final = re.compile(r"[^\W\d_]+")
_DEFAULT_SIZE: Final = 10.0
_DEFAULT_LEADING: Final = 1.2
# An indent of a paragraph, in sizes, and how many lines have one at least where paragraphs have one.
INDENT: Final = 0.8
_OPENING_SHARE: Final = 0.04


@dataclass(frozen=True, slots=True)
class Looks:
    """`body` is the size most characters have; `leading` the usual distance of two lines, in sizes; `words` all words seen.

    `bold` and `indented` say whether the text as a whole is bold, and whether its paragraphs open with an indent.
    """

    body: float
    leading: float
    bold: bool
    indented: bool
    words: frozenset[str]


def looks_of(pages: Sequence[PageLines]) -> Looks:
    """Measure a document; call it when running heads are gone."""
    lines = [line for page in pages for line in page.lines]
    sizes: Counter[float] = Counter()
    bold = characters = 0
    for line in lines:
        sizes[line.size] += len(line.text)
        characters += len(line.text)
        bold += len(line.text) if line.bold else 0
    body = sizes.most_common(1)[0][0] if sizes else _DEFAULT_SIZE
    return Looks(
        body=body,
        leading=_leading(pages, body),
        bold=2 * bold > characters,
        indented=_is_indented(pages, body),
        words=_words(lines),
    )


def _leading(pages: Iterable[PageLines], body: float) -> float:
    distances = [
        (below.baseline - above.baseline) / body
        for page in pages
        for above, below in zip(page.lines, page.lines[1:], strict=False)
        if above.region == below.region and above.size == below.size == body
    ]
    near = [distance for distance in distances if 0.9 < distance < 2.5]
    return median(near) if near else _DEFAULT_LEADING


def _is_indented(pages: Iterable[PageLines], body: float) -> bool:
    """Whether single lines set in from the left, between lines that are not, come about once in each paragraph."""
    opened = plain = 0
    for page in pages:
        for above, line, below in zip(page.lines, page.lines[1:], page.lines[2:], strict=False):
            if not above.region == line.region == below.region or line.size != body:
                continue
            indent = line.rect.x0 - line.left
            if INDENT * body < indent < 4 * body and below.rect.x0 < below.left + 0.3 * body:
                opened += 1
            elif indent < 0.3 * body:
                plain += 1
    return opened > _OPENING_SHARE * plain


def _words(lines: Iterable[TextLine]) -> frozenset[str]:
    """All words but those at the ends of lines, which may be halves."""
    words: set[str] = set()
    for line in lines:
        found = _WORD.findall(line.text.lower())
        words.update(found[1:-1])
    return frozenset(words)
