"""Blocks to passages: pieces of about a hundred and fifty words, for search, retrieval and citation."""

from collections.abc import Iterator
from typing import Final

import msgspec

from tutorium.app.reading.extract.sentences import split_sentences
from tutorium.app.reading.material import Block, Extract, Span

# Long enough to hold a thought with its reason, short enough to be quoted and to fit a small model's context several times.
FEWEST_WORDS: Final = 120
MOST_WORDS: Final = 220
# A section shorter than this joins the next one: a passage of one sentence finds nothing.
_SHORT_SECTION: Final = 60
_WORD_CHARACTERS: Final = 10
# A part of a document without pages: what a reader takes in at a sitting of a few minutes.
PART_WORDS: Final = 800


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the document: `text` is that of its spans, one line each; `page` and `path` are those of its first block.

    `part` is the page, or, where a format has none, the number from 1 of the part that `parts_of` puts it in.
    """

    number: int
    text: str
    words: int
    part: int
    page: int | None
    path: tuple[str, ...]
    spans: tuple[Span, ...]


class _Piece(msgspec.Struct, frozen=True):
    block: Block
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]

    @property
    def words(self) -> int:
        return _weight(self.text)


def passages_of(extract: Extract, parts: tuple[tuple[Block, ...], ...]) -> list[Passage]:
    """Return the passages of a document in reading order; together they hold every block but lone headings."""
    part_of = {block.id: number for number, part in enumerate(parts, 1) for block in part}
    passages: list[Passage] = []
    for pieces in _gathered(extract):
        if all(piece.block.kind == "heading" for piece in pieces):
            continue
        body = next(piece.block for piece in pieces if piece.block.kind != "heading")
        passages.append(
            Passage(
                number=len(passages),
                text="\n".join(piece.text for piece in pieces),
                words=sum(len(piece.text.split()) for piece in pieces),
                part=part_of[pieces[0].block.id],
                page=pieces[0].block.page,
                path=body.path,
                spans=tuple(Span(piece.block.id, piece.start, piece.end) for piece in pieces),
            )
        )
    return passages


def _gathered(extract: Extract) -> Iterator[list[_Piece]]:
    held: list[_Piece] = []
    words = 0
    for block in extract.blocks:
        if block.kind == "heading" and words >= _SHORT_SECTION:
            yield held
            held, words = [], 0
        for piece in _pieces(block, extract.language):
            if words and (words >= FEWEST_WORDS or words + piece.words > MOST_WORDS):
                yield held
                held, words = [], 0
            held.append(piece)
            words += piece.words
    if held:
        yield held


def _pieces(block: Block, language: str) -> Iterator[_Piece]:
    """The block whole, or cut between sentences (at spaces if one sentence is endless) where it is too long."""
    whole = _Piece(block, 0, len(block.text))
    if whole.words <= MOST_WORDS:
        yield whole
        return
    start: int | None = None
    end = words = 0
    for a, b in _short_spans(block.text, language):
        more = _weight(block.text[a:b])
        if start is not None and words + more > MOST_WORDS:
            yield _Piece(block, start, end)
            start, words = None, 0
        start = a if start is None else start
        end, words = b, words + more
    if start is not None:
        yield _Piece(block, start, end)


def _short_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    for start, end in split_sentences(text, language):
        at = start
        while _weight(text[at:end]) > MOST_WORDS:
            cut = _cut(text, at, end)
            yield at, cut
            at = cut
        yield at, end


def _cut(text: str, start: int, end: int) -> int:
    """Where an endless sentence is cut: at the last space in reach, or where the reach ends."""
    limit = min(start + _WORD_CHARACTERS * MOST_WORDS // 2, end)
    space = text.rfind(" ", start + 1, limit)
    return space if space > start else limit


def _weight(text: str) -> int:
    """The number of words; by length where words are long or, as in Chinese, not set apart."""
    return max(len(text.split()), len(text) // _WORD_CHARACTERS)


def parts_of(extract: Extract) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks of each page; where there are none, of parts of about PART_WORDS words, begun at headings if near."""
    if extract.pages or any(block.page for block in extract.blocks):
        count = max(len(extract.pages), max((block.page or 1) for block in extract.blocks))
        pages: list[list[Block]] = [[] for _ in range(count)]
        for block in extract.blocks:
            pages[(block.page or 1) - 1].append(block)
        return tuple(tuple(page) for page in pages)
    parts: list[list[Block]] = [[]]
    words = 0
    for block in extract.blocks:
        if words > PART_WORDS or (block.kind == "heading" and words > PART_WORDS // 2):
            parts.append([])
            words = 0
        parts[-1].append(block)
        words += _weight(block.text)
    return tuple(tuple(part) for part in parts)
