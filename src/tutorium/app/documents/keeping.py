"""What a reading becomes in the tables: rows of passages and pages. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from msgspec.structs import replace

from tutorium.app.documents.tables import Box, Document, PageBlock, PageText, Passage, SpanOf
from tutorium.app.folders import Folder
from tutorium.app.reading import chunking
from tutorium.app.reading.frames import Part, Reading
from tutorium.app.reading.material import Block
from tutorium.engine import Id

# Below the engine's limit of one MiB for a row, whatever our estimate leaves out.
_ROW_BYTES: Final = 700_000
_BOX_BYTES: Final = 80
_BATCH_ROWS: Final = 100
_BATCH_BYTES: Final = 2_000_000
R = TypeVar("R", Passage, PageText)


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
            blocks=_fitting(_page_blocks(part)),
        )


def batches(rows: Iterable[R]) -> Iterator[list[R]]:
    """Yield `rows` in batches for one transaction each: worth a commit, and short enough to let others in between."""
    batch: list[R] = []
    size = 0
    for row in rows:
        more = _passage_size(row) if isinstance(row, Passage) else sum(map(_size, row.blocks))
        if batch and (len(batch) == _BATCH_ROWS or size + more > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += more
    if batch:
        yield batch


def _passage_size(row: Passage) -> int:
    return len(row.text.encode()) + _BOX_BYTES * len(row.boxes) + 500


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


def _fitting(blocks: list[PageBlock]) -> list[PageBlock]:
    """What fits into a row: of a page made to be huge, places are left out first, then what stands at its end."""
    if sum(map(_size, blocks)) <= _ROW_BYTES:
        return blocks
    kept: list[PageBlock] = []
    room = _ROW_BYTES
    for block in blocks:
        plain = replace(block, boxes=[])
        room -= _size(plain)
        if room < 0:
            break
        kept.append(plain)
    return kept


def _size(block: PageBlock) -> int:
    """About as many bytes as the block takes in a row."""
    cells = sum(len(cell.encode()) + 8 for row in block.rows for cell in row)
    return len(block.text.encode()) + cells + _BOX_BYTES * len(block.boxes) + 100


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
