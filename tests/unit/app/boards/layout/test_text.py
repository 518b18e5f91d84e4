"""Widths and line breaks."""

import pytest

from tutorium.app.boards.layout.text import (
    CODE,
    HAND,
    PLAIN,
    SLACK_PX,
    balanced,
    clusters,
    family_for,
    has_cjk,
    is_right_to_left,
    longest_unit,
    measure,
    wrap,
)


def test_a_width_is_the_sum_of_advances() -> None:
    """Measured once with the shipped font: "Hi" is 718 + 264 ... thousandths wide; here only that it adds up."""
    one, two = measure("a", 1000) - SLACK_PX, measure("b", 1000) - SLACK_PX
    assert measure("ab", 1000) == one + two + SLACK_PX
    assert measure("", 20) == SLACK_PX


def test_every_letter_of_code_is_as_wide() -> None:
    """The code font has one width."""
    assert measure("iiii", 16, CODE) == measure("WWWW", 16, CODE)


@pytest.mark.parametrize(
    ("text", "least"),
    [("光", 20), ("👩‍🔬", 28), ("ש", 15), ("م", 21), ("अ", 25), ("ก", 16), ("∰", 20), ("\u0301", 0), ("🇩🇪", 28)],
)
def test_what_no_font_has_gets_a_bound_for_its_script(text: str, least: int) -> None:
    """At 20 px, in thousandths of the size; a joined emoji and a flag count once."""
    assert least <= measure(text, 20, PLAIN) - SLACK_PX <= max(least * 1.3, 1)


def test_joined_characters_are_one() -> None:
    """Marks, joiners, skin tones and flags stay with what they belong to."""
    assert list(clusters("e\u0301👍🏽👩‍🔬🇩🇪x")) == ["e\u0301", "👍🏽", "👩‍🔬", "🇩🇪", "x"]


def test_lines_break_after_spaces() -> None:
    """Each line is as full as it can be."""
    lines = wrap("one two three four", 20, max_width=measure("one two", 20))
    assert lines.lines == ("one two", "three", "four")
    assert lines.is_wrapped
    assert lines.height == 3 * 20 * 1.25


def test_own_breaks_are_kept() -> None:
    """A text with line breaks of its own is not wrapped by having them."""
    lines = wrap("one\n\ntwo", 20, max_width=500)
    assert lines.lines == ("one", "", "two")
    assert not lines.is_wrapped


def test_long_words_break_after_dashes() -> None:
    """Inside a long piece a dash or slash is a place to break, but not inside a short one."""
    assert wrap("photo-synthesis", 20, max_width=measure("photo-syn", 20)).lines == ("photo-", "synthesis")
    assert longest_unit("x-axis", 20) == measure("x-axis", 20)


def test_a_word_wider_than_a_line_is_cut() -> None:
    """Between letters, and nothing is lost."""
    lines = wrap("a" * 50, 20, max_width=100).lines
    assert "".join(lines) == "a" * 50
    assert all(measure(line, 20) <= 100 for line in lines)


def test_chinese_does_not_begin_a_line_with_a_full_stop() -> None:
    """Closing punctuation stays with the character before it."""
    for width in range(60, 200, 20):
        lines = wrap("光合作用是过程。它发生在叶绿体（绿色）中。", 20, max_width=width).lines
        assert not any(line[0] in "。）" for line in lines)
        assert not any(line[-1] == "（" for line in lines)


def test_even_lines() -> None:
    """The narrowest width that needs no more lines is taken, never below the longest word."""
    lines = balanced("Read the problem", 20, max_width=260, prefer=150)
    assert lines.lines == ("Read the", "problem")
    assert balanced("thermodynamics", 20, max_width=260, prefer=50).lines == ("thermodynamics",)


def test_code_with_chinese_is_set_by_hand() -> None:
    """Only the hand font has a fallback that looks alike everywhere."""
    assert family_for("print('光')", CODE) == HAND
    assert family_for("print('x')", CODE) == CODE
    assert not has_cjk("🎉")


def test_the_first_strong_letter_gives_the_direction() -> None:
    """Digits and signs are neutral."""
    assert is_right_to_left("12 שלום abc")
    assert not is_right_to_left("(abc שלום")
    assert not is_right_to_left("123")
