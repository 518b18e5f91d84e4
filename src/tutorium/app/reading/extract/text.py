"""Plain text to an extract: paragraphs by empty lines or indents, headings by their looks, pages by form feeds."""

import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from tutorium.app.reading.extract.outcome import finish
from tutorium.app.reading.material import Block, BlockKind, Extract

_UNDERLINE: Final = re.compile(r"\s*([=\-~^*])\1{2,}\s*\Z")
_NUMBERED: Final = re.compile(
    r"(?:(?:chapter|part|section|kapitel|teil|chapitre|partie|capítulo|parte)\s+[\dIVXLC]+\b|(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S)",
    re.I,
)
_BULLET: Final = re.compile(r"\s*(?:[-*+•–]|o)\s+(?=\S)")
_ITEM_NUMBER: Final = re.compile(r"\s*(?:\(?\d{1,3}[.)]|\(?[a-z]\))\s+(?=\S)")
_SENTENCE_END: Final = re.compile(r"[.!?:;,…][\"”»’)\]]*\s*\Z")
_HYPHEN: Final = re.compile(r"([^\W\d_])-\Z")
_LONGEST_HEADING: Final = 80
_PROSE: Final = 100
# Lines longer than this are paragraphs of their own: the writer's program wraps them.
_UNWRAPPED: Final = 130


def read_text(text: str, name: str) -> Extract:
    """Return what the plain `text` says; `name` is the title when no heading opens it.

    Raises UnreadableError: empty, too_large.
    """
    sheets = text.expandtabs(4).split("\x0c")
    blocks: list[Block] = []
    for number, sheet in enumerate(sheets, 1):
        blocks.extend(_blocks(sheet.split("\n"), number if len(sheets) > 1 else None))
    opening = blocks[0] if blocks and blocks[0].kind == "heading" else None
    return finish(blocks, title=opening.text if opening else name)


def _blocks(lines: Sequence[str], page: int | None) -> Iterator[Block]:
    chunks = list(_chunks(lines))
    for index, chunk in enumerate(chunks):
        follows_prose = index + 1 < len(chunks) and sum(map(len, chunks[index + 1])) >= _PROSE
        level, rest = _heading(chunk, follows_prose=follows_prose)
        if level:
            yield Block(id=0, kind="heading", text=" ".join(chunk[0].split()), level=level, page=page)
        if rest:
            kind, text = _body(rest)
            if text:
                yield Block(id=0, kind=kind, text=text, page=page)


def _chunks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut lines into chunks at empty lines, items, indents, and at every line where lines are paragraphs."""
    filled = [line for line in lines if line.strip()]
    lines_are_paragraphs = bool(filled) and median(map(len, filled)) > _UNWRAPPED
    chunk: list[str] = []
    for line in lines:
        if not line.strip():
            if chunk:
                yield chunk
            chunk = []
            continue
        if chunk and (lines_are_paragraphs or _opens(line, chunk)):
            yield chunk
            chunk = []
        chunk.append(line.rstrip())
    if chunk:
        yield chunk


def _opens(line: str, chunk: Sequence[str]) -> bool:
    if _BULLET.match(line) or _ITEM_NUMBER.match(line):
        return True
    indent, above = _indent(line), _indent(chunk[-1])
    is_item = _BULLET.match(chunk[0]) or _ITEM_NUMBER.match(chunk[0])
    return not is_item and 2 <= indent - above <= 8 and _SENTENCE_END.search(chunk[-1]) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _heading(chunk: list[str], *, follows_prose: bool) -> tuple[int, list[str]]:
    """Return (level or 0, the lines that are left for a body)."""
    first = chunk[0].strip()
    if len(chunk) > 1 and _UNDERLINE.match(chunk[1]) and len(first) <= _LONGEST_HEADING:
        return (1 if chunk[1].strip()[0] in "=*" else 2), chunk[2:]
    if len(chunk) > 1 or len(first) > _LONGEST_HEADING or _SENTENCE_END.search(first) or not any(map(str.isalpha, first)):
        return 0, chunk
    numbered = _NUMBERED.match(first)
    if numbered is not None and (follows_prose or numbered[1] is None):
        return (numbered[1].count(".") + 1 if numbered[1] else 1), []
    if first.isupper() and len(first) > 3:
        return 1, []
    if follows_prose and first[0].isupper() and not _BULLET.match(first) and _indent(chunk[0]) < 4:
        return 2, []
    return 0, chunk


def _body(lines: Sequence[str]) -> tuple[BlockKind, str]:
    if all(_indent(line) >= 4 for line in lines) and len(lines) > 1:
        least = min(map(_indent, lines))
        return "code", "\n".join(line[least:] for line in lines)
    bullet = _BULLET.match(lines[0])
    kind: BlockKind = "item" if bullet or _ITEM_NUMBER.match(lines[0]) else "paragraph"
    first = lines[0][bullet.end() :] if bullet else lines[0]
    text = ""
    for line in (first, *lines[1:]):
        piece = " ".join(line.split())
        broken = _HYPHEN.search(text) is not None and piece[:1].islower()
        text = text[:-1] + piece if broken else f"{text} {piece}".lstrip()
    return kind, text
