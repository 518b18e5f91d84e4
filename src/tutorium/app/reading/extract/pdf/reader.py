"""A PDF file to an extract, page by page; PDFium's errors end here."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final

from tutorium.app.reading.extract.outcome import MAX_CHARACTERS, finish
from tutorium.app.reading.extract.pdf.assembly import assemble_code, assemble_rows, assemble_text
from tutorium.app.reading.extract.pdf.glyphs import read_glyphs
from tutorium.app.reading.extract.pdf.groups import Group, group_lines
from tutorium.app.reading.extract.pdf.headings import heading_levels, is_heading, outline_key
from tutorium.app.reading.extract.pdf.lines import PageLines, lines_of
from tutorium.app.reading.extract.pdf.looks import Looks, looks_of
from tutorium.app.reading.extract.pdf.pdfium import PdfDocument, find_page, open_pdf
from tutorium.app.reading.extract.pdf.pieces import join_glyphs
from tutorium.app.reading.extract.pdf.running_heads import drop_running_heads
from tutorium.app.reading.extract.titles import find_title
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.material import Block, Extract, PageSize

# Longer than any textbook; beyond it files are dumps or made to harm.
MAX_PAGES: Final = 2_000
_FEWEST_CHARACTERS_PER_PAGE: Final = 8
_PAGES_SEARCHED_FOR_PICTURES: Final = 20
_MAX_BOOKMARKS: Final = 5_000
_CHAPTER: Final = re.compile(
    r"(?:chapter|part|appendix|kapitel|teil|chapitre|partie|capítulo|parte)\s+[\dIVXLCA-Z]{1,5}\W*\Z", re.IGNORECASE
)


def read_pdf(data: bytes, name: str, on_page: Callable[[int, int], None]) -> Extract:
    """Return what the PDF `data` says; `on_page(read, of)` is called after each page.

    Raises UnreadableError: encrypted, damaged, too_many_pages, too_large, scanned, empty.
    """
    with closing(open_pdf(data)) as document:
        count = len(document)
        if count > MAX_PAGES:
            raise UnreadableError("too_many_pages")
        if count < 1:
            raise UnreadableError("damaged")
        pages = _read_pages(document, count, on_page)
        characters = sum(len(line.text) for page in pages for line in page.lines)
        if characters < max(_FEWEST_CHARACTERS_PER_PAGE * count, 1):
            raise UnreadableError("scanned" if _shows_pictures(document) else "empty")
        outline = _outline(document)
        title = find_title(document.get_metadata_value("Title") or "")
    drop_running_heads(pages)
    blocks = _blocks(pages, outline)
    return finish(blocks, title=title or _top_heading(blocks) or name, pages=[page.size for page in pages])


def _read_pages(document: PdfDocument, count: int, on_page: Callable[[int, int], None]) -> list[PageLines]:
    """Read every page; one that cannot be opened stays empty, but a file where none can is damaged."""
    pages: list[PageLines] = []
    characters = broken = 0
    for index in range(count):
        page = find_page(document, index)
        if page is None:
            broken += 1
            pages.append(PageLines(index + 1, PageSize(0, 0), []))
            on_page(index + 1, count)
            continue
        with closing(page):
            size, glyphs = read_glyphs(page)
        characters += len(glyphs)
        if characters > MAX_CHARACTERS:
            raise UnreadableError("too_large")
        pages.append(lines_of(index + 1, size, join_glyphs(glyphs)))
        on_page(index + 1, count)
    if broken == count:
        raise UnreadableError("damaged")
    return pages


def _shows_pictures(document: PdfDocument) -> bool:
    """Whether the first pages show anything at all: a page without text but with content is a picture of one."""
    for index in range(min(len(document), _PAGES_SEARCHED_FOR_PICTURES)):
        page = find_page(document, index)
        if page is not None and next(iter(page.get_objects(max_depth=1)), None) is not None:
            return True
    return False


def _outline(document: PdfDocument) -> dict[str, int]:
    """The levels of the document's own bookmarks, by the words of their titles."""
    levels: dict[str, int] = {}
    for bookmark in islice(document.get_toc(max_depth=8), _MAX_BOOKMARKS):
        key = outline_key(bookmark.get_title() or "")
        if len(key) > 2:
            levels.setdefault(key, bookmark.level + 1)
    return levels


def _blocks(pages: Sequence[PageLines], outline: dict[str, int]) -> list[Block]:
    looks = looks_of(pages)
    groups = group_lines(pages, looks)
    for group in groups:
        if group.kind in ("text", "item") and is_heading(group.lines, looks, outline):
            group.kind = "heading"
    groups = list(_with_chapter_names(groups))
    made = [_block(group, looks) for group in groups]
    headings = [(block.text, group.lines[-1]) for group, block in zip(groups, made, strict=True) if group.kind == "heading"]
    levels = iter(heading_levels(headings, outline))
    return [
        Block(id=0, kind="heading", text=block.text, level=next(levels), page=block.page, lines=block.lines)
        if block.kind == "heading"
        else block
        for block in made
        if block.text.strip()
    ]


def _with_chapter_names(groups: Iterable[Group]) -> Iterator[Group]:
    """Join "Chapter 3" to the heading after it, which is its name."""
    opening: Group | None = None
    for group in groups:
        if opening is not None and group.kind == "heading":
            group.lines = [*opening.lines, *group.lines]
        elif opening is not None:
            yield opening
        opening = group if group.kind == "heading" and _CHAPTER.match(group.lines[-1].text) else None
        if opening is None:
            yield group
    if opening is not None:
        yield opening


def _block(group: Group, looks: Looks) -> Block:
    page = group.lines[0].page
    match group.kind:
        case "table":
            text, lines = assemble_rows(group.lines, group.cells)
            return Block(id=0, kind="table", text=text, page=page, lines=tuple(lines), rows=group.cells)
        case "code":
            text, lines = assemble_code(group.lines)
            return Block(id=0, kind="code", text=text, page=page, lines=tuple(lines))
        case "text" | "note":
            kind = "paragraph"
        case kind:
            pass
    text, lines, emphasis = assemble_text(group.lines, looks, is_item=kind == "item")
    marks = () if kind in ("heading", "formula") else tuple(emphasis)
    return Block(id=0, kind=kind, text=text, page=page, lines=tuple(lines), emphasis=marks)


def _top_heading(blocks: Iterable[Block]) -> str:
    """The first heading of the highest level on the first two pages."""
    early = [block for block in blocks if block.kind == "heading" and (block.page or 0) <= 2]
    return min(early, key=lambda block: block.level).text if early else ""
