"""The last steps that every kind of file shares: headings above each block, the title, the language, the count of words."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tutorium.app.reading.extract.bounds import bounded
from tutorium.app.reading.extract.language import detect_language
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.material import Block, Extract, PageSize

# About two and a half million words: more than any book, and what analysis can hold in memory.
MAX_CHARACTERS: Final = 15_000_000
MAX_TITLE: Final = 200

_WORD: Final = re.compile(r"\w+(?:[-'’.]\w+)*")
_APPARATUS: Final = re.compile(
    r"""(?:\d+\.?\s+|[A-Z]\.?\s+)?(?:
      (?:table\sof\s)?contents | references | bibliography | works\scited
    | (?:subject\s|general\s)?index | list\sof\s(?:figures|tables)
    | inhalt(?:sverzeichnis)? | literatur(?:verzeichnis)? | quellen | (?:stichwort|sach|personen)?verzeichnis | register | index
    | table\sdes\smati[eè]res | sommaire | r[ée]f[ée]rences | bibliographie
    | [íi]ndice(?:\s\w+)? | referencias | bibliograf[íi]a | refer[êe]ncias | bibliografia | sum[áa]rio
    | indice | sommario | riferimenti | inhoud(?:sopgave)? | literatuur | trefwoordenregister
    )\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)


def finish(blocks: Iterable[Block], *, title: str, pages: Sequence[PageSize] = ()) -> Extract:
    """Return the extract of `blocks`, which need neither `id` nor `path`; sections that only point elsewhere are left out.

    Raises UnreadableError `empty` when no word is left, `too_large` over MAX_CHARACTERS.
    """
    kept = _without_apparatus(list(blocks))
    if sum(len(block.text) for block in kept) > MAX_CHARACTERS:
        raise UnreadableError("too_large")
    placed = _placed(part for block in kept for part in bounded(block))
    words = sum(sum(1 for _ in _WORD.finditer(block.text)) for block in placed)
    if not words:
        raise UnreadableError("empty")
    return Extract(
        title=(" ".join(title.split()) or _first_heading(placed))[:MAX_TITLE],
        language=detect_language(_prose(placed)),
        words=words,
        blocks=tuple(placed),
        pages=tuple(pages),
    )


def _placed(blocks: Iterable[Block]) -> list[Block]:
    """Number the blocks and give each the headings above it."""
    placed: list[Block] = []
    above: list[Block] = []
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            above = [heading for heading in above if heading.level < block.level]
        path = tuple(heading.text for heading in above)
        placed.append(msgspec.structs.replace(block, id=number, path=path))
        if block.kind == "heading":
            above.append(block)
    return placed


def _without_apparatus(blocks: list[Block]) -> list[Block]:
    """Leave out contents, index and references with all below them, unless nothing else would be left."""
    kept: list[Block] = []
    skipping: int | None = None
    for block in blocks:
        if block.kind == "heading":
            if skipping is not None and block.level <= skipping:
                skipping = None
            if skipping is None and _APPARATUS.match(block.text):
                skipping = block.level
        if skipping is None:
            kept.append(block)
    return kept if any(block.kind != "heading" for block in kept) else blocks


def _prose(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks if block.kind not in ("code", "formula"))


def _first_heading(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if block.kind == "heading"), "")
