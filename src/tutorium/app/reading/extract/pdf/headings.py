"""Which lines are headings, and how deep: by size, weight, number, and the document's own outline."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tutorium.app.reading.extract.pdf.lines import TextLine
from tutorium.app.reading.extract.pdf.looks import Looks

_LARGER: Final = 1.12
_LONGEST: Final = 140
# A paragraph set in bold is emphasis; a heading rarely runs over more lines than this.
_MOST_LINES: Final = 3
_DEEPEST: Final = 6
NUMBER: Final = re.compile(
    r"(?:(?:chapter|part|kapitel|teil|chapitre|partie|capítulo|parte|capitolo|appendix)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4})\.?\s+(?=\S)",
    re.IGNORECASE,
)
_ENDS_SENTENCE: Final = re.compile(r"[.;,]\W*\Z")
_CAPTION: Final = re.compile(
    r"(?:fig(?:ure)?|table|tabelle|abb(?:ildung)?|tableau|figura|tabla|listing)\.?\s*\d", re.IGNORECASE
)


def outline_key(text: str) -> str:
    """The text without number, case and space: how a heading is found in the outline."""
    return re.sub(r"\W+", "", NUMBER.sub("", text, count=1)).casefold()


def is_heading(lines: Sequence[TextLine], looks: Looks, outline: Mapping[str, int]) -> bool:
    """Whether a group of lines that stand together in one look is a heading."""
    text = " ".join(line.text for line in lines)
    first = lines[0]
    letters = sum(character.isalpha() for character in text)
    if len(lines) > _MOST_LINES or len(text) > _LONGEST or letters < 2 or letters < 0.4 * len(text.replace(" ", "")):
        return False
    if first.monospace or _CAPTION.match(text) or text[0] in "•–":
        return False
    if outline_key(text) in outline and (first.bold or first.italic or first.size >= looks.body):
        return True
    if _ENDS_SENTENCE.search(text) and not (NUMBER.match(text) and first.size > _LARGER * looks.body):
        return False
    if first.size > _LARGER * looks.body:
        return not text[0].islower()
    return all(line.bold for line in lines) and not looks.bold and first.size >= 0.95 * looks.body and len(text) <= 90


def heading_levels(headings: Iterable[tuple[str, TextLine]], outline: Mapping[str, int]) -> list[int]:
    """Return the level of each heading, from 1: the outline's, else the number's depth, else by rank of its look."""
    found = list(headings)
    ranks = _ranks(found)
    numbered = [NUMBER.match(text) for text, _ in found]
    dots = [match.group(1).count(".") for match in numbered if match]
    base = _base_level(found, ranks, numbered) if dots else 1
    levels: list[int] = []
    for (text, line), match in zip(found, numbered, strict=True):
        level = outline.get(outline_key(text))
        if level is None:
            level = base + match.group(1).count(".") if match else ranks[_look(line)]
        levels.append(min(max(level, 1), _DEEPEST))
    return _without_gaps(levels)


def _look(line: TextLine) -> tuple[float, bool]:
    return round(line.size * 2) / 2, line.bold


def _ranks(headings: Sequence[tuple[str, TextLine]]) -> dict[tuple[float, bool], int]:
    looks = sorted({_look(line) for _, line in headings}, reverse=True)
    return {look: rank for rank, look in enumerate(looks, 1)}


def _base_level(
    headings: Sequence[tuple[str, TextLine]],
    ranks: Mapping[tuple[float, bool], int],
    numbered: Sequence[re.Match[str] | None],
) -> int:
    """The level of headings numbered without a dot: their usual rank, so that a title above them stays above."""
    tops = [
        ranks[_look(line)] for (_, line), match in zip(headings, numbered, strict=True) if match and "." not in match.group(1)
    ]
    return Counter(tops).most_common(1)[0][0] if tops else 1


def _without_gaps(levels: Sequence[int]) -> list[int]:
    """Close gaps: the deepest level used is the number of levels used."""
    order = {level: index for index, level in enumerate(sorted(set(levels)), 1)}
    return [order[level] for level in levels]
