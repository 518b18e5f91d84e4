"""How a text is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutorium.app.lessons.speech import next_piece, seconds_for


def pieces_of(text: str) -> list[str]:
    """Return all pieces of a text, as a speaker takes them."""
    pieces: list[str] = []
    offset = 0
    while offset < len(text):
        piece = next_piece(text, offset)
        pieces.append(piece)
        offset += len(piece)
    return pieces


@given(st.text(alphabet="ab .,$`\n!", max_size=200).filter(lambda text: text.strip() != ""))
def test_pieces_joined_are_the_text(text: str) -> None:
    """Nothing is lost, doubled or changed by cutting, and every cut makes progress."""
    stripped = text.lstrip()
    pieces = pieces_of(stripped)
    assert "".join(pieces) == stripped
    assert all(pieces)


def test_a_piece_ends_with_its_clause() -> None:
    """A piece ends early where a clause ends, so that the voice pauses there."""
    assert pieces_of("Tides rise. They fall again twice every single day.")[0] == "Tides rise. "


def test_a_formula_is_never_cut() -> None:
    """Half a formula would flash as an error on the page."""
    assert any("$a + b = c + d + e$" in piece for piece in pieces_of("So $a + b = c + d + e$ holds for all of them"))


def test_an_empty_text_has_an_empty_piece() -> None:
    """A step that only draws says nothing."""
    assert next_piece("", 0) == ""


@pytest.mark.parametrize(("pace", "seconds"), [(1.0, 1.0), (0.5, 2.0)])
def test_slower_pace_takes_longer(pace: float, seconds: float) -> None:
    """Time follows words and pace."""
    assert seconds_for("one two three four", words_per_second=4, pace=pace) == seconds


def test_zero_words_per_second_does_not_wait() -> None:
    """A speed of zero means: without waiting."""
    assert seconds_for("one two", words_per_second=0, pace=1.0) == 0.0
