"""Books set in columns come out in reading order."""

import random
from collections.abc import Callable

import pytest

from tutorium.app.reading.extract.pdf import read_pdf
from tutorium.app.reading.material import Extract

TEXT = """
    water moves through rivers and underground channels because gravitation continuously pulls it towards the lowest place
    evaporation transforms liquid into vapour while condensation transforms vapour into droplets again sunlight warms the
    surface precipitation returns everything to mountains glaciers preserve information about temperatures of earlier times
"""
WORDS = TEXT.split()


def story(seed: int, sections: int = 12) -> list[tuple[str, list[str]]]:
    """Headings and paragraphs of pronounceable nonsense, the same for the same seed."""
    choose = random.Random(seed)

    def sentence() -> str:
        words = [choose.choice(WORDS) for _ in range(choose.randint(6, 22))]
        return " ".join(words).capitalize() + "."

    return [
        (
            f"{number} {choose.choice(WORDS).capitalize()}",
            [" ".join(sentence() for _ in range(choose.randint(2, 7))) for _ in range(choose.randint(1, 4))],
        )
        for number in range(1, sections + 1)
    ]


def read(data: bytes) -> Extract:
    return read_pdf(data, "book", lambda done, total: None)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_every_word_comes_in_order(columns: int, set_in_columns: Callable[..., bytes]) -> None:
    """Words, with broken ones joined, come out exactly in the order they were written."""
    sections = story(columns)
    extract = read(set_in_columns(columns, sections))
    written = " ".join(" ".join([heading, *paragraphs]) for heading, paragraphs in sections).split()
    assert " ".join(block.text for block in extract.blocks).split() == written


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_headings_and_paragraphs_are_told_apart(columns: int, set_in_columns: Callable[..., bytes]) -> None:
    """Every heading is one, and nearly every paragraph is whole, across columns and pages too."""
    sections = story(10 + columns)
    extract = read(set_in_columns(columns, sections))
    assert [block.text for block in extract.blocks if block.kind == "heading"] == [heading for heading, _ in sections]
    written = [text for _, paragraphs in sections for text in paragraphs]
    found = {block.text for block in extract.blocks if block.kind == "paragraph"}
    assert sum(text in found for text in written) >= 0.95 * len(written)


def test_every_line_lies_on_its_page(set_in_columns: Callable[..., bytes]) -> None:
    """The lines of a block cover its text in order, and each rectangle lies on a page that exists."""
    extract = read(set_in_columns(2, story(5)))
    assert len(extract.pages) > 1
    for block in extract.blocks:
        assert block.lines[0].start == 0
        assert block.lines[-1].end == len(block.text)
        for above, below in zip(block.lines, block.lines[1:], strict=False):
            assert 0 <= below.start - above.end <= 1
        for line in block.lines:
            size = extract.pages[line.page - 1]
            assert 0 <= line.rect.x0 < line.rect.x1 <= size.width
            assert 0 <= line.rect.y0 < line.rect.y1 <= size.height


def test_running_heads_and_page_numbers_are_left_out(set_in_columns: Callable[..., bytes]) -> None:
    """What stands on the edge of every page is not part of the text."""
    extract = read(set_in_columns(1, story(7)))
    assert not any("Book of Water" in block.text or block.text.isdigit() for block in extract.blocks)


def test_progress_is_told_for_each_page(set_in_columns: Callable[..., bytes]) -> None:
    """Each page is reported once, in order, with the number of all."""
    told: list[tuple[int, int]] = []
    extract = read_pdf(set_in_columns(1, story(7)), "book", lambda done, total: told.append((done, total)))
    count = len(extract.pages)
    assert told == [(number, count) for number in range(1, count + 1)]
