"""The three bands of judging."""

import pytest

from tutorium.app.agents.handovers import PreparedItem, Response
from tutorium.app.agents.rules import grade
from tutorium.app.agents.rules.grading.numbers import agrees, numbers_in
from tutorium.app.agents.rules.grading.terms import compare
from tutorium.app.reading.findings import Quote
from tutorium.app.reading.material import Span
from tutorium.errors import BadRequestError

QUOTE = Quote(document="d", span=Span(0, 0, 40), text="Kneading strengthens the gluten of dough.")


def _cloze(*accept: str, numeric: bool = False) -> PreparedItem:
    return PreparedItem(
        key="k",
        kind="cloze",
        concept="c",
        objective="o",
        prompt="Kneading strengthens the _____ of dough.",
        hints=("a", "b", "c"),
        solution="s",
        quote=QUOTE,
        accept=accept,
        numeric=numeric,
    )


CHOICE = PreparedItem(
    key="k",
    kind="choice",
    concept="c",
    objective="o",
    prompt="Which?",
    hints=("a", "b", "c"),
    solution="s",
    quote=QUOTE,
    choices=("crust", "mantle", "core"),
    correct=1,
    why_wrong=("Your text says of that: “thin”", "", "Your text says of that: “the mantle lies above it”"),
)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("gluten", "gluten"),
        ("gluten", "The Gluten."),
        ("gluten", "it is gluten"),
        ("gluten", "the answer is gluten"),
        ("gluten", "glutten"),
        ("plate boundary", "plate boundaries"),
        ("plate boundary", "plate-boundary"),
        ("epicentre", "epicenter"),
        ("colour", "color"),
        ("nucleus", "nuclei"),
        ("bacterium", "bacteria"),
        ("subduction", "subducton"),
        ("lithosphere", "litosfere"),
        ("élan vital", "elan vital"),
    ],
)
def test_the_term_is_right_in_any_spelling(key: str, answer: str) -> None:
    """Articles, fillers, plurals, spelling variants and small slips do not matter."""
    assert grade(_cloze(key), Response(text=answer)).verdict == "right"


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("frost", "front"),
        ("gluten", "starch"),
        ("gluten", "gluten or starch"),
        ("gluten", ""),
        ("gluten", "I don't know"),
        ("core", "care"),
        ("gluten", "banana"),
    ],
)
def test_another_word_is_wrong(key: str, answer: str) -> None:
    """Real other words, two guesses at once, and no answer are wrong."""
    assert grade(_cloze(key), Response(text=answer)).verdict == "wrong"


def test_a_slip_tells_the_spelling() -> None:
    """A forgiven slip is right, a little less than fully, and shows how it is spelled."""
    judgement = grade(_cloze("gluten"), Response(text="glutten"))
    assert judgement.score < 1.0
    assert "gluten" in judgement.feedback


@pytest.mark.parametrize(
    "answer", ["the gluten network in the dough", "protein", "not gluten", "it makes the strands of protein hold together"]
)
def test_what_cannot_be_judged_is_never_wrong(answer: str) -> None:
    """Answers with more than the term, or of many words, are unsure and cost nothing."""
    item = _cloze("gluten protein") if answer == "protein" else _cloze("gluten")
    judgement = grade(item, Response(text=answer))
    assert judgement.verdict == "unsure"


def test_another_term_of_the_text_is_wrong_and_named() -> None:
    """An answer that is a term of the text for something else is told so."""
    judgement = grade(_cloze("gluten"), Response(text="gluton"), other_terms=["gluton"])
    assert judgement.verdict == "wrong"
    assert "gluton" in judgement.feedback


def test_aliases_are_accepted() -> None:
    """Every accepted spelling is right."""
    assert grade(_cloze("carbon dioxide", "CO2"), Response(text="co2")).verdict == "right"


@pytest.mark.parametrize(
    ("key", "answer", "verdict"),
    [
        ("1857", "1857", "right"),
        ("1857", "in 1857", "right"),
        ("1857", "1858", "wrong"),
        ("2,900", "2900 km", "right"),
        ("2,900", "2 900", "right"),
        ("2.5", "2,5", "right"),
        ("7", "seven", "right"),
        ("22,000", "twenty-two thousand", "right"),
        ("100", "100.5", "right"),
        ("100", "103", "wrong"),
        ("7", "7 or 8", "wrong"),
        ("7", "1 2 3 7", "wrong"),
        ("7", "not 7", "wrong"),
        ("7", "a few", "unsure"),
        ("14", "14 thousand", "wrong"),
    ],
)
def test_numbers_agree_within_a_hundredth(key: str, answer: str, verdict: str) -> None:
    """Numbers are read with units, separators and words; years are exact; guessing several is wrong."""
    assert grade(_cloze(key, numeric=True), Response(text=answer)).verdict == verdict


def test_a_fraction_is_a_percentage() -> None:
    """A quarter is 25 %."""
    assert grade(_cloze("25", "25 %", numeric=True), Response(text="0.25")).verdict == "right"
    assert numbers_in("1/4") == [0.25]
    assert agrees(0.25, "25", percent=True)


@pytest.mark.parametrize(
    ("text", "verdict"), [("mantle", "right"), ("b", "right"), ("c", "wrong"), ("Mantle.", "right"), ("what?", "unsure")]
)
def test_options_may_be_typed(text: str, verdict: str) -> None:
    """An option can be named by its words or its letter."""
    assert grade(CHOICE, Response(text=text)).verdict == verdict


def test_a_wrong_option_says_why_unless_that_shows_the_key() -> None:
    """The prepared reason is shown, but not when it would give the right option away."""
    assert "thin" in grade(CHOICE, Response(choice=0)).feedback
    assert "mantle" not in grade(CHOICE, Response(choice=2)).feedback
    assert grade(CHOICE, Response(choice=1)).verdict == "right"


@pytest.mark.parametrize(
    ("item", "response"), [(CHOICE, Response(choice=7)), (CHOICE, Response()), (_cloze("x"), Response(choice=0))]
)
def test_responses_of_the_wrong_kind_are_refused(item: PreparedItem, response: Response) -> None:
    """A choice that does not exist, or a choice for a typed question, is bad input and no wrong answer."""
    with pytest.raises(BadRequestError):
        grade(item, response)


def test_compare_tells_how_an_answer_stands() -> None:
    """The ways an answer can stand to a key are told apart."""
    assert compare("gluten", ["gluten"], []) == "exact"
    assert compare("glutenn", ["gluten"], []) == "slip"
    assert compare("gluten strand", ["gluten"], ["gluten strand"]) == "near"
    assert compare("...", ["gluten"], []) == "none"
