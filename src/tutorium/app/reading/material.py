"""What reading a document yields: its text in blocks, with the place of every character on the page.

Two texts are kept: the clean one that rules and learners read (markup removed, spaces folded, hyphenation undone), and, through
`Line`, the rectangles on the page it came from. All structs are plain values that cross process borders as msgpack.
"""

from typing import Literal

import msgspec


class Rect(msgspec.Struct, frozen=True, array_like=True):
    """A box on a page in PDF points, origin top left, y down."""

    x0: float
    y0: float
    x1: float
    y1: float


class Line(msgspec.Struct, frozen=True, array_like=True):
    """The characters `start:end` of a block's text lie in `rect` of `page` (from 1)."""

    start: int
    end: int
    page: int
    rect: Rect


class Emphasis(msgspec.Struct, frozen=True, array_like=True):
    """The characters `start:end` of a block's text are set in `style`."""

    start: int
    end: int
    style: Literal["bold", "italic", "code"]


BlockKind = Literal["heading", "paragraph", "item", "table", "quote", "code", "formula"]


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One paragraph-sized piece of a document, in reading order. `id` is its position from 0.

    `path` holds the texts of the headings above it, outermost first; `level` is a heading's depth from 1 (0 for others).
    `rows` (table only) holds the cells, header row first. `page` counts from 1 and is None where the format has no pages.
    """

    id: int
    kind: BlockKind
    text: str
    level: int = 0
    path: tuple[str, ...] = ()
    page: int | None = None
    lines: tuple[Line, ...] = ()
    emphasis: tuple[Emphasis, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Span(msgspec.Struct, frozen=True, array_like=True):
    """The characters `start:end` of block `block`: how every quotation says where it comes from."""

    block: int
    start: int
    end: int


class PageSize(msgspec.Struct, frozen=True, array_like=True):
    """Width and height of a page in points."""

    width: float
    height: float


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document as read. `language` is an ISO 639-1 code; `words` counts those of the clean text."""

    title: str
    language: str
    words: int
    blocks: tuple[Block, ...]
    pages: tuple[PageSize, ...] = ()


def rects_of(block: Block, start: int, end: int) -> tuple[tuple[int, Rect], ...]:
    """Return (page, box) for each line of `block` that the characters `start:end` touch; whole lines, not parts."""
    return tuple((line.page, line.rect) for line in block.lines if line.start < end and start < line.end)
