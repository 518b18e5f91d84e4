"""Passages and parts of documents; what is packed for lessons."""

import msgspec
import pytest

from tutorium.app.reading.chunking import MOST_WORDS, parts_of, passages_of
from tutorium.app.reading.extract.bounds import MAX_BLOCK_CHARACTERS, bounded
from tutorium.app.reading.extract.markdown import read_markdown
from tutorium.app.reading.extract.outcome import MAX_CHARACTERS, finish
from tutorium.app.reading.extract.text import read_text
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.findings import Analysis, Definition, Fact, Quote, Relation
from tutorium.app.reading.material import Block, Emphasis, Extract, Line, Rect, Span
from tutorium.app.reading.packing import StaleMaterialError, pack, unpack

SENTENCE = "The sea rises and falls twice a day because the Moon pulls on it."


def extract_of(text: str) -> Extract:
    return read_markdown(text, "name")


def test_passages_hold_every_block_with_its_place() -> None:
    """Every character of every block is in a passage, in order, and spans point at it."""
    text = "".join(f"## Part {n}\n\n" + f"{SENTENCE} " * 9 + f"\n\n- item {n}\n\n" for n in range(30))
    extract = extract_of(f"# Sea\n\n{text}")
    passages = passages_of(extract, parts_of(extract))
    spans = [span for passage in passages for span in passage.spans]
    assert [(span.block, span.start) for span in spans] == sorted((span.block, span.start) for span in spans)
    covered = {block.id: "" for block in extract.blocks}
    for span in spans:
        covered[span.block] += extract.blocks[span.block].text[span.start : span.end]
    assert all("".join(covered[block.id].split()) == "".join(block.text.split()) for block in extract.blocks)
    for passage in passages:
        pieces = [extract.blocks[span.block].text[span.start : span.end] for span in passage.spans]
        assert passage.text == "\n".join(pieces)
        assert passage.words <= MOST_WORDS


def test_passages_are_of_a_useful_length() -> None:
    """Most passages of a long text have 100 to 220 words, and a passage begins at its heading."""
    extract = extract_of("# Sea\n\n" + "".join(f"## Part {n}\n\n" + f"{SENTENCE} " * 24 + "\n\n" for n in range(10)))
    passages = passages_of(extract, parts_of(extract))
    useful = [passage for passage in passages if 100 <= passage.words <= MOST_WORDS]
    assert len(useful) >= 0.8 * len(passages)
    assert passages[1].path[0] == "Sea"
    assert any(passage.path == ("Sea", "Part 3") for passage in passages)


@pytest.mark.parametrize("text", [f"{SENTENCE} " * 100, "word " * 1000, "a" * 19_000, "水" * 9_000])
def test_endless_paragraphs_are_cut(text: str) -> None:
    """A paragraph longer than a passage is cut between sentences, at spaces, or anywhere."""
    extract = extract_of(text)
    passages = passages_of(extract, parts_of(extract))
    assert len(passages) > 3
    assert all(len(passage.text) <= 2_300 for passage in passages)
    assert "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())


def test_lone_headings_are_no_passage() -> None:
    """A document of headings only has nothing to find."""
    extract = extract_of("# One\n\n## Two\n")
    assert passages_of(extract, parts_of(extract)) == []


def test_parts_are_pages_or_a_few_minutes_of_reading() -> None:
    """Pages where there are pages; otherwise parts that begin at headings."""
    paged = read_text("One here.\x0c\x0cThree here.", "name")
    assert [len(part) for part in parts_of(paged)] == [1, 0, 1]
    extract = extract_of("".join(f"## Part {n}\n\n" + f"{SENTENCE} " * 45 + "\n\n" for n in range(6)))
    parts = parts_of(extract)
    assert [part[0].kind for part in parts] == ["heading"] * len(parts)
    assert [block for part in parts for block in part] == list(extract.blocks)
    assert len(parts) == 6


def test_long_blocks_are_cut_with_their_lines() -> None:
    """Lines and emphasis of a block that is cut move with their characters."""
    text = "word " * 9_000
    lines = tuple(Line(at, at + 4, 1, Rect(0, 0, 1, 1)) for at in range(0, len(text), 5))
    block = Block(id=0, kind="paragraph", text=text, lines=lines, emphasis=(Emphasis(25_000, 25_004, "bold"),))
    parts = list(bounded(block))
    assert [len(part.text) <= MAX_BLOCK_CHARACTERS for part in parts] == [True] * 3
    assert "".join(part.text for part in parts) == text
    assert sum(len(part.lines) for part in parts) == len(lines)
    assert all(part.text[line.start : line.end] == "word" for part in parts for line in part.lines)
    assert [part.text[mark.start : mark.end] for part in parts for mark in part.emphasis] == ["word"]


def test_long_tables_are_cut_between_rows() -> None:
    """Each part of a long table is a table; a row that is endless becomes text."""
    rows = tuple((f"row {number}", "x" * 50) for number in range(1000))
    text = "\n".join(" | ".join(row) for row in rows)
    parts = list(bounded(Block(id=0, kind="table", text=text, rows=rows)))
    assert [row for part in parts for row in part.rows] == list(rows)
    assert all(part.text == "\n".join(" | ".join(row) for row in part.rows) for part in parts)
    endless = Block(id=0, kind="table", text="y" * 50_000, rows=(("y" * 50_000,),))
    assert {part.kind for part in bounded(endless)} == {"paragraph"}


def test_more_text_than_any_book_is_refused() -> None:
    """Fifteen million characters are too much."""
    with pytest.raises(UnreadableError) as refusal:
        finish([Block(id=0, kind="paragraph", text="a " * (MAX_CHARACTERS // 2 + 1))], title="big")
    assert refusal.value.code == "too_large"


def analysis_of(document: str) -> Analysis:
    quote = Quote(document=document, span=Span(0, 0, 3), text="The")
    return Analysis(
        text_type="concepts",
        concepts=(),
        definitions=(Definition(concept="a", quotes=(quote,), definiens="b", score=1.0),),
        relations=(Relation(source="a", target="b", label="is", type="is-a", quote=quote, score=1.0),),
        facts=(Fact(kind="number", value="1", quote=quote),),
        sentences=(quote,),
    )


def test_packed_material_is_opened_for_any_copy() -> None:
    """What was packed comes back, quoting the document it is opened for."""
    extract = extract_of(SENTENCE)
    assert unpack(pack(extract, analysis_of("one")), "two") == (extract, analysis_of("two"))


@pytest.mark.parametrize("damage", [b"", b"not packed", pack(extract_of(SENTENCE), analysis_of("a"))[:-9]])
def test_material_that_cannot_be_opened_says_so(damage: bytes) -> None:
    """Damaged or older material is stale, not a crash."""
    with pytest.raises(StaleMaterialError):
        unpack(damage, "doc")


def test_material_of_another_version_is_stale() -> None:
    """The version is part of the material."""
    import zlib

    packed = msgspec.msgpack.encode([0, extract_of(SENTENCE), analysis_of("a")])
    with pytest.raises(StaleMaterialError):
        unpack(zlib.compress(packed), "doc")
