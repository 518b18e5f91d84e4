"""Lines that belong together: a paragraph, an item of a list, a table, a piece of code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tutorium.app.reading.extract.pdf.lines import PageLines, TextLine
from tutorium.app.reading.extract.pdf.looks import INDENT, Looks
from tutorium.app.reading.extract.pdf.tables import Cells, find_table

GroupKind = Literal["text", "item", "code", "formula", "table", "note", "heading"]

BULLET: Final = re.compile(r"(?:[•▪◦‣●○■□➢✓·–—*]|-)\s+(?=\S)")
NUMBERED: Final = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z]\)|\([ivx]{1,5}\))\s+(?=\S)")
_OPEN_END: Final = re.compile(r"[^.!?:;…\"”»)\]]\s*\Z")
_SENTENCE_END: Final = re.compile(r"[.!?:…][\"”»’)\]]*\Z")
_RELATION: Final = re.compile(r"[=≤≥≈≡<>∝→⇒∈∑∫√]")
_PROSE_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_SIZE_CHANGE: Final = 0.08
_PARAGRAPH_SPACE: Final = 1.3
_SHORT_LINE: Final = 0.8
_NOTE_SIZE: Final = 0.95


@dataclass(slots=True)
class Group:
    """Neighbouring lines of one block; `cells` for a table."""

    kind: GroupKind
    lines: list[TextLine]
    cells: Cells = ()


def group_lines(pages: Sequence[PageLines], looks: Looks) -> list[Group]:
    """Return the groups of a document in reading order; what a page or column end broke is joined again."""
    groups: list[Group] = []
    for page in pages:
        for group in _groups_of(page.lines, looks):
            open_group = _continued_by(groups, group, looks)
            if open_group is None:
                groups.append(group)
            else:
                open_group.lines.extend(group.lines)
    return groups


def _groups_of(lines: Sequence[TextLine], looks: Looks) -> Iterator[Group]:
    at = 0
    while at < len(lines):
        table = find_table(lines, at)
        if table is not None:
            end, cells = table
            yield Group("table", list(lines[at:end]), cells)
        else:
            end = at + 1
            while end < len(lines) and not _breaks(lines, at, end, looks) and find_table(lines, end) is None:
                end += 1
            members = list(lines[at:end])
            yield Group(_kind(members, looks), members)
        at = end


def _kind(lines: Sequence[TextLine], looks: Looks) -> GroupKind:
    first = lines[0]
    if all(line.monospace for line in lines):
        return "code"
    if first.marked and first.size <= _NOTE_SIZE * looks.body:
        return "note"
    if opens_item(first):
        return "item"
    return "formula" if _is_formula(lines) else "text"


def opens_item(line: TextLine) -> bool:
    """Whether a line begins with the mark of a list item; a bold one begins a numbered heading instead."""
    text = line.text
    return BULLET.match(text) is not None or (NUMBERED.match(text) is not None and not line.bold)


def _is_formula(lines: Sequence[TextLine]) -> bool:
    text = " ".join(line.text for line in lines)
    return len(lines) <= 4 and _RELATION.search(text) is not None and len(_PROSE_WORD.findall(text)) <= 2 and len(text) < 200


def _breaks(lines: Sequence[TextLine], start: int, at: int, looks: Looks) -> bool:
    """Whether a new group begins at line `at`, in a group that began at `start`."""
    above, line, first = lines[at - 1], lines[at], lines[start]
    if above.region != line.region or abs(above.size - line.size) > _SIZE_CHANGE * above.size:
        return True
    if above.monospace != line.monospace:
        return True
    distance = line.baseline - above.baseline
    if line.monospace:
        return not 0 < distance < 2.2 * looks.leading * line.size
    if above.bold != line.bold and (first.bold or line.bold):
        return True
    if not 0 < distance <= _PARAGRAPH_SPACE * looks.leading * line.size or opens_item(line) or line.marked:
        return True
    if opens_item(first):
        return line.rect.x0 < first.rect.x0 + 0.4 * line.size
    return _is_indented(lines, start, at) or (not looks.indented and _follows_short_line(above, line))


def _is_indented(lines: Sequence[TextLine], start: int, at: int) -> bool:
    """Whether line `at` opens a paragraph by its indent; a hanging indent has the next line at the same place."""
    above, line = lines[at - 1], lines[at]
    if line.rect.x0 - above.rect.x0 < INDENT * line.size or above.rect.x0 > line.left + 2 * line.size:
        return False
    if at + 1 == len(lines) or lines[at + 1].region != line.region:
        return at - start > 1 or _SENTENCE_END.search(above.text) is not None
    return lines[at + 1].rect.x0 < line.rect.x0 - 0.5 * line.size or _follows_short_line(above, line)


def _follows_short_line(above: TextLine, line: TextLine) -> bool:
    width = line.right - line.left
    short = above.rect.x1 < line.left + _SHORT_LINE * width
    return short and _SENTENCE_END.search(above.text) is not None and not line.text[:1].islower()


def _continued_by(groups: Sequence[Group], group: Group, looks: Looks) -> Group | None:
    """The group that `group` goes on with after a column or page ended; notes and tables in between are passed over."""
    if group.kind != "text":
        return None
    for earlier in reversed(groups[-6:]):
        if earlier.kind in ("note", "table", "formula"):
            continue
        return earlier if earlier.kind in ("text", "item") and _goes_on(earlier.lines[-1], group.lines[0], looks) else None
    return None


def _goes_on(last: TextLine, first: TextLine, looks: Looks) -> bool:
    if (last.page, last.region) == (first.page, first.region) or first.page - last.page > 1:
        return False
    if abs(last.size - first.size) > _SIZE_CHANGE * last.size or last.bold != first.bold:
        return False
    is_open = _OPEN_END.search(last.text) is not None
    if is_open and (first.text[:1].islower() or last.text.endswith("-")):
        return True
    if not is_open and not (looks.indented and last.size == looks.body):
        return False
    full = last.rect.x1 > last.left + 0.85 * (last.right - last.left)
    return full and first.rect.x0 < first.left + 0.4 * first.size
