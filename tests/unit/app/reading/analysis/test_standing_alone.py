"""Which sentences can be shown without their neighbours."""

import pytest

from tutorium.app.reading.analysis.standing_alone import balanced, connective_length, stands_alone


@pytest.mark.parametrize(
    "sentence",
    [
        "Yeast is a single-celled fungus that feeds on sugar.",
        "Water freezes below the surface of the lake in winter.",
        "The epicentre is the point on the surface directly above the focus.",
        "In 1857, Louis Pasteur showed that fermentation is caused by living yeast.",
        "“Gluten” is the name of a protein that makes dough elastic.",
        "Yeast dies above 60 °C and works best at 35 °C.",
    ],
)
def test_whole_statements_stand_alone(sentence: str) -> None:
    """A complete statement about a named thing can be quoted by itself."""
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This process is called fermentation in most books.",
        "However, the dough keeps rising for hours and hours.",
        "They are the main reason for the rise of towns.",
        "The result is shown in figure 3 of the chapter.",
        "As mentioned above, dough needs time to rest.",
        "You should knead the dough for ten minutes.",
        "We call such a number a perfect square of another.",
        "Yeast (a fungus feeds on sugar in the dough.",
        "Short sentence here.",
        "dough is a mixture of flour and water and salt.",
        "In this chapter the history of bread is told.",
        "The method is described by Smith et al. in detail.",
        "Is dough a mixture of flour and of water?",
        "Open https://example.org/index.html in the browser of the machine.",
        "The two types differ in the way they are made.",
        "A long evening without a single thing to tell about anything.",
    ],
)
def test_leaning_sentences_do_not(sentence: str) -> None:
    """Pronouns, pointers, talk to the reader, addresses and fragments need their neighbours."""
    assert not stands_alone(sentence)


def test_very_long_sentences_do_not() -> None:
    """Beyond the limit of words a sentence is too much to quote."""
    assert not stands_alone("Dough " + "and dough " * 30 + "is a mixture of flour and water.")


def test_other_languages_have_their_own_openings() -> None:
    """German sentences that open with a pronoun lean on others, those that open with a noun do not."""
    assert stands_alone("Die Hefe ist ein einzelliger Pilz aus dem Teig.", "de")
    assert not stands_alone("Dabei entsteht aus dem Zucker ein Gas im Teig.", "de")


def test_a_connective_is_measured() -> None:
    """The length of an opening connective is told, 0 when there is none."""
    assert connective_length("However, dough rises.") == len("However, ")
    assert connective_length("Dough rises.") == 0


@pytest.mark.parametrize(("text", "expected"), [("a (b) c", True), ("a (b c", False), ('say "yes"', True), ('say "yes', False)])
def test_brackets_and_quotes_must_close(text: str, expected: bool) -> None:
    """What opens must close."""
    assert balanced(text) is expected
