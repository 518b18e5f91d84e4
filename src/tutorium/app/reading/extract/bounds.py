"""Blocks of a size that can be stored, shown and analysed: endless paragraphs and tables are cut."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from tutorium.app.reading.material import Block, Emphasis, Line

# Ten printed pages in one paragraph: nobody writes so, but programs that make files do.
MAX_BLOCK_CHARACTERS: Final = 20_000


def bounded(block: Block) -> Iterator[Block]:
    """Yield `block`, cut at white space, or between rows for a table, into blocks of at most MAX_BLOCK_CHARACTERS."""
    if len(block.text) <= MAX_BLOCK_CHARACTERS:
        yield block
    elif block.rows and max(map(_width, block.rows)) <= MAX_BLOCK_CHARACTERS:
        yield from _tables(block)
    else:
        start = 0
        while start < len(block.text):
            end = _cut(block.text, start)
            yield _slice(block, start, end)
            start = end


def _width(row: tuple[str, ...]) -> int:
    return sum(len(cell) + 3 for cell in row)


def _tables(block: Block) -> Iterator[Block]:
    start = first = at = 0
    for index, row in enumerate(block.rows):
        end = at + len(" | ".join(row))
        if end - start > MAX_BLOCK_CHARACTERS:
            yield replace(_slice(block, start, at - 1), kind="table", rows=block.rows[first:index])
            start, first = at, index
        at = end + 1
    yield replace(_slice(block, start, len(block.text)), kind="table", rows=block.rows[first:])


def _cut(text: str, start: int) -> int:
    """Where the part that begins at `start` ends: after the last white space in reach, or in the middle of an endless word."""
    limit = start + MAX_BLOCK_CHARACTERS
    if limit >= len(text):
        return len(text)
    space = max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
    return space + 1 if space > start else limit


def _slice(block: Block, start: int, end: int) -> Block:
    """The characters `start:end` with their lines and emphasis; a table that is cut so is no table any more."""

    def clip(a: int, b: int) -> tuple[int, int]:
        return max(a, start) - start, min(b, end) - start

    return replace(
        block,
        kind="paragraph" if block.kind == "table" else block.kind,
        text=block.text[start:end],
        rows=(),
        lines=tuple(
            Line(*clip(line.start, line.end), line.page, line.rect)
            for line in block.lines
            if line.start < end and start < line.end
        ),
        emphasis=tuple(
            Emphasis(*clip(mark.start, mark.end), mark.style)
            for mark in block.emphasis
            if mark.start < end and start < mark.end
        ),
    )
