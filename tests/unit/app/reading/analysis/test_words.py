"""Bending words and counting them."""

import pytest

from tutorium.app.reading.analysis.words import commonness, content_stems, fold, grammar_of, singular, stem
from tutorium.app.reading.analysis.words.english import past, present


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("galaxies", "galaxy"),
        ("classes", "class"),
        ("boundaries", "boundary"),
        ("volcanoes", "volcano"),
        ("nuclei", "nucleus"),
        ("axes", "axis"),
        ("physics", "physics"),
        ("gas", "gas"),
        ("analysis", "analysis"),
        ("hypotheses", "hypothesis"),
        ("species", "species"),
        ("trees", "tree"),
        ("zyxwvuts", "zyxwvut"),
    ],
)
def test_plurals_get_a_real_singular(plural: str, expected: str) -> None:
    """A plural becomes a word that exists; words that only look like plurals stay."""
    assert singular(plural) == expected


def test_other_languages_are_not_cut() -> None:
    """English rules are not used on other languages."""
    assert singular("Haus", "de") == "Haus"


def test_folding_forgets_case_accents_and_quotes() -> None:
    """Spellings that differ only in case, accents or curly quotes fold to the same."""
    assert fold("Élan  d’Or") == fold("elan d'or")


def test_stems_join_forms_of_a_word() -> None:
    """Forms of one word share their stem; without a stemmer the word is its own."""
    assert stem("connected") == stem("connection")
    assert stem("слово", "xx") == "слово"


def test_content_stems_leave_function_words_out() -> None:
    """Only what carries meaning is kept, in order."""
    assert content_stems("The plates of the Earth move", grammar_of("en").function_words) == ["plate", "earth", "move"]


def test_common_words_are_known_as_such() -> None:
    """Everyday words count as common, technical ones as rare, uncounted languages as unknown."""
    assert commonness("house", "en") > 5 > 4 > commonness("asthenosphere", "en")
    assert commonness("house", "xx") == 0.0


def test_verbs_are_bent_regularly() -> None:
    """Third person and past follow the spelling rules."""
    assert [present(verb) for verb in ("carry", "pass", "make", "play")] == ["carries", "passes", "makes", "plays"]
    assert [past(verb) for verb in ("carry", "stop", "bake", "play")] == ["carried", "stopped", "baked", "played"]


def test_unlisted_languages_take_their_commonest_words() -> None:
    """Where no list is written by hand, the commonest words are the function words."""
    assert {"der", "und", "nicht"} <= grammar_of("de").function_words
    assert grammar_of("xx").function_words == frozenset()
