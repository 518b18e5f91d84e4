"""Plain text to blocks."""

import pytest

from tutorium.app.reading.extract.text import read_text

PROSE = "The sea rises and falls twice a day because the Moon pulls on the water of the oceans, and coasts decide how far."


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_text(text, "name").blocks]


def test_wrapped_lines_become_paragraphs() -> None:
    """Lines are joined up to an empty line; a word broken at a line's end is whole again."""
    assert blocks("One two\nthree.\n\nFour hy-\nphen five.\n") == [
        ("paragraph", "One two three."),
        ("paragraph", "Four hyphen five."),
    ]


@pytest.mark.parametrize(
    ("heading", "level"),
    [("Title\n=====", 1), ("Part\n----", 2), ("THE TIDES", 1), ("1.2 Neap tides", 2), ("Chapter 3", 1), ("About the Moon", 2)],
)
def test_headings_are_known_by_their_looks(heading: str, level: int) -> None:
    """Underlines, capitals, numbers and short lines above prose make headings."""
    extract = read_text(f"{heading}\n\n{PROSE}\n", "name")
    assert [(b.kind, b.level) for b in extract.blocks] == [("heading", level), ("paragraph", 0)]
    assert extract.title == heading.split("\n")[0]


def test_a_short_sentence_is_no_heading() -> None:
    """A line that ends like a sentence stays text."""
    assert blocks(f"It is late.\n\n{PROSE}\n")[0][0] == "paragraph"


def test_items_and_indented_code() -> None:
    """Bullets go, numbers stay, and an indented block is code."""
    text = f"{PROSE}\n\n- one\n  more\n* two\n\n1. first\n2. second\n\n    x = 1\n      y = 2\n"
    assert blocks(text)[1:] == [
        ("item", "one more"),
        ("item", "two"),
        ("item", "1. first"),
        ("item", "2. second"),
        ("code", "x = 1\n  y = 2"),
    ]


def test_indents_open_paragraphs() -> None:
    """Where paragraphs have an indent and no empty line, each is one block."""
    assert len(blocks("  First begins here\nand ends here.\n  Second begins here\nand ends.\n")) == 2


def test_long_lines_are_paragraphs_of_their_own() -> None:
    """Text that its writer's program wraps has one paragraph in each line."""
    assert len(blocks("\n".join([PROSE * 2] * 3))) == 3


def test_form_feeds_are_pages() -> None:
    """Blocks know their page where the text has form feeds, and none where it has not."""
    assert [b.page for b in read_text("One here.\x0cTwo here.\x0cThree here.", "name").blocks] == [1, 2, 3]
    assert [b.page for b in read_text("One here.", "name").blocks] == [None]
