"""Dates, numbers, formulas and tables."""

from collections.abc import Callable

import pytest

from tutorium.app.reading.analysis.formulas import is_drawable, is_law
from tutorium.app.reading.findings import Analysis, Fact

Analysed = Callable[[str], Analysis]


def _facts(analysis: Analysis, kind: str) -> list[Fact]:
    return [fact for fact in analysis.facts if fact.kind == kind]


@pytest.mark.parametrize(
    ("sentence", "value", "year", "event"),
    [
        ("In 1857, Louis Pasteur studied yeast.", "1857", 1857, "Louis Pasteur studied yeast"),
        ("The canal was opened on 4 June 1781.", "4 June 1781", 1781, "The canal was opened"),
        ("On June 4, 1781, the canal was opened.", "June 4, 1781", 1781, "The canal was opened"),
        ("Rome fell in AD 476 after a long siege.", None, None, None),
        ("Rome was burned by the Gauls in 390 BC.", "390 BC", -390, "Rome was burned by the Gauls"),
        ("By 1906, yellow fever had disappeared from the zone.", "1906", 1906, "Yellow fever had disappeared from the zone"),
        ("John became chief engineer in 1905.", "1905", 1905, "John became chief engineer"),
    ],
)
def test_events_are_dated(analysed: Analysed, sentence: str, value: str | None, year: int | None, event: str | None) -> None:
    """A year with a cue and a past verb is an event, told without its date."""
    dates = _facts(analysed(f"# T\n\n{sentence}\n"), "date")
    assert [(fact.value, fact.year, fact.subject) for fact in dates] == ([(value, year, event)] if value else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "The key has a length of 2048 bits and was chosen well.",
        "The server listened on port 1194 all the time.",
        "The study of 1917 showed a rise in prices (Smith, 1917).",
        "The metal melted at about 1200 °C in the oven.",
        "Debian has had several leaders since its beginnings in 1993.",
        "The model will be shown in 2030 if it was built.",
        "4.13.1. July 2000: Somebody died",
        "The winner (born in 1950) smiled.",
    ],
)
def test_other_numbers_are_no_dates(analysed: Analysed, sentence: str) -> None:
    """Sizes, ports, citations, plans, temperatures and bracketed years are no events."""
    assert _facts(analysed(f"# T\n\n{sentence}\n"), "date") == []


def test_numbers_belong_to_a_named_thing(analysed: Analysed) -> None:
    """A quantity is kept with its unit and whose it is; numbers of unnamed things and of worked examples are not."""
    text = "# Crust\n\nThe **oceanic crust** is thin. Oceanic crust is about 7 km thick. "
    text += "It is 9 km thick. Suppose the crust is 12 km thick.\n"
    numbers = _facts(analysed(text), "number")
    assert [(fact.value, fact.unit, fact.subject) for fact in numbers] == [("7", "km", "Oceanic crust")]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("y = x^2", True),
        (r"x = \frac{-b}{2a}", True),
        ("x = 3", False),
        ("a = b = c", False),
        ("force = mass times speed", False),
        ("x + y", False),
    ],
)
def test_a_law_relates_symbols(tex: str, expected: bool) -> None:
    """One equals sign and two different symbols make a law; values and words do not."""
    assert is_law(tex) is expected


def test_formulas_are_found_displayed_inline_and_plain(analysed: Analysed) -> None:
    """Displayed and inline TeX and plain notation are formulas; each is kept once."""
    text = "# T\n\nThe law is\n\n$$F = m a$$\n\nand also $F = ma$ holds.\n\n$$F = ma$$\n"
    assert [fact.value for fact in _facts(analysed(text), "formula")] == ["F = m a"]
    assert [fact.value for fact in _facts(analysed("# T\n\nThe energy is E = m c^2, where c is fast.\n"), "formula")] == [
        "E = m c^2"
    ]


def test_tables_keep_their_cells(fixture_text: Analysed) -> None:
    """A table of the text is a fact with its rows, named by its heading."""
    (table,) = _facts(fixture_text("plate_tectonics"), "table")
    assert table.subject == "Where plates meet"
    assert table.rows[0][0] == "Boundary"
    assert len(table.rows) == 4


def test_small_or_empty_tables_are_left() -> None:
    """A table needs a header, two rows, two columns and mostly filled cells."""
    assert not is_drawable((("a", "b"), ("1", "2")))
    assert not is_drawable((("a", ""), ("1", "2"), ("3", "4")))
    assert not is_drawable((("a", "b"), ("1", ""), ("3", "")))
    assert is_drawable((("a", "b"), ("1", "2"), ("3", "4")))
