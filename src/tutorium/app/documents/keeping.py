"""What a reading becomes in the tables: rows of passages and pages. Pure."""

from collections.abc import Iterator

from tutorium.app.documents.tables import Box, Document, PageBlock, PageText, Passage, SpanOf
from tutorium.app.folders import Folder
from tutorium.app.reading import chunking
from tutorium.app.reading.frames import Part, Reading
from tutorium.app.reading.material import Block
from tutorium.engine import Id


def passage_rows(document: Id[Document], folder: Id[Folder], reading: Reading) -> Iterator[Passage]:
    """Yield a row for each passage, with the place of each of its lines."""
    blocks = {block.id: block for part in reading.parts for block in part.blocks}
    for passage in reading.passages:
        spans: list[SpanOf] = [(span.block, span.start, span.end) for span in passage.spans]
        yield Passage(
            document=document,
            folder=folder,
            number=passage.number,
            text=passage.text,
            part=passage.part,
            page=passage.page,
            path=list(passage.path),
            spans=spans,
            boxes=_boxes_of_passage(passage, blocks),
        )


def page_rows(document: Id[Document], reading: Reading) -> Iterator[PageText]:
    """Yield a row for each page or part."""
    for number, part in enumerate(reading.parts, 1):
        yield PageText(
            document=document,
            number=number,
            width=part.size.width if part.size else 0.0,
            height=part.size.height if part.size else 0.0,
            blocks=_page_blocks(part),
        )


def _page_blocks(part: Part) -> list[PageBlock]:
    return [
        PageBlock(
            id=block.id,
            kind=block.kind,
            text=block.text,
            level=block.level,
            boxes=_boxes(block, 0, len(block.text), 0),
            rows=[list(row) for row in block.rows],
        )
        for block in part.blocks
    ]


def _boxes_of_passage(passage: chunking.Passage, blocks: dict[int, Block]) -> list[Box]:
    """The lines under the passage, by characters of the passage's own text, where spans stand one under the other."""
    boxes: list[Box] = []
    at = 0
    for span in passage.spans:
        boxes.extend(_boxes(blocks[span.block], span.start, span.end, at - span.start))
        at += span.end - span.start + 1
    return boxes


def _boxes(block: Block, start: int, end: int, shift: int) -> list[Box]:
    return [
        (
            max(line.start, start) + shift,
            min(line.end, end) + shift,
            line.page,
            round(line.rect.x0, 1),
            round(line.rect.y0, 1),
            round(line.rect.x1, 1),
            round(line.rect.y1, 1),
        )
        for line in block.lines
        if line.start < end and start < line.end
    ]
