"""What a reading becomes in the tables."""

from tutorium.app.documents.keeping import batches, page_rows, passage_rows
from tutorium.app.documents.tables import Passage
from tutorium.app.reading.chunking import parts_of, passages_of
from tutorium.app.reading.frames import Part, Reading
from tutorium.app.reading.material import Block, Extract, Line, PageSize, Rect


def passage(number: int, text: str = "words") -> Passage:
    return Passage(document="d", folder="f", number=number, text=text, part=1, page=1, path=[], spans=[], boxes=[])


def test_rows_are_kept_in_batches() -> None:
    """At most a hundred rows or two megabytes at once; nothing is lost or reordered."""
    small = list(batches([passage(number) for number in range(250)]))
    assert [len(batch) for batch in small] == [100, 100, 50]
    assert [row.number for batch in small for row in batch] == list(range(250))
    large = list(batches([passage(number, "x" * 900_000) for number in range(5)]))
    assert [len(batch) for batch in large] == [2, 2, 1]
    assert list(batches([])) == []


def test_boxes_of_a_passage_count_in_its_own_text() -> None:
    """The place of each line is given by characters of the passage, over all its blocks."""
    lines = (Line(0, 5, 3, Rect(1, 2, 3, 4)), Line(6, 11, 3, Rect(1, 5, 3, 7)))
    one = Block(id=0, kind="paragraph", text="first words", page=3, lines=lines)
    two = Block(id=1, kind="paragraph", text="other words", page=3, lines=lines)
    extract = Extract(title="t", language="en", words=4, blocks=(one, two), pages=(PageSize(9, 9),) * 3)
    parts = parts_of(extract)
    reading = Reading(
        title="t",
        language="en",
        words=4,
        paged=True,
        text_type="thin",
        passages=tuple(passages_of(extract, parts)),
        parts=tuple(Part(blocks=blocks, size=PageSize(9, 9)) for blocks in parts),
        material=b"",
    )
    (row,) = passage_rows("d", "f", reading)
    assert [row.text[box[0] : box[1]] for box in row.boxes] == ["first", "words", "other", "words"]
    assert {box[2] for box in row.boxes} == {3}
    assert [page.number for page in page_rows("d", reading)] == [1, 2, 3]


def test_a_page_made_to_be_huge_still_fits_into_a_row() -> None:
    """Places are left out first, then the end of the page; what is left is in order."""
    line = Line(0, 1, 1, Rect(0, 0, 1, 1))
    many = tuple(Block(id=n, kind="paragraph", text="x" * 50, page=1, lines=(line,) * 200) for n in range(500))
    huge = tuple(Block(id=n, kind="paragraph", text="x" * 20_000, page=1) for n in range(500))
    for blocks, whole in ((many, True), (huge, False)):
        part = Part(blocks=blocks, size=PageSize(9, 9))
        reading = Reading(
            title="t",
            language="en",
            words=1,
            paged=True,
            text_type="thin",
            passages=(),
            parts=(part,),
            material=b"",
        )
        (page,) = page_rows("d", reading)
        assert sum(len(block.text) + 80 * len(block.boxes) for block in page.blocks) < 1_000_000
        assert (len(page.blocks) == len(blocks)) is whole
        assert [block.id for block in page.blocks] == list(range(len(page.blocks)))
