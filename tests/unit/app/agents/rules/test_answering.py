"""Answers to questions, in the words of the material."""

import pytest

from tutorium.app.agents.handovers import PreparedItem
from tutorium.app.agents.rules import answer_question, plan_lesson, write_items
from tutorium.app.agents.rules.secrets import keys_of
from tutorium.app.reading.findings import SourceDocument


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("plate_tectonics", "What is a volcano?", "A volcano is an opening in the crust"),
        ("plate_tectonics", "Why does subduction feed volcanoes?", "because water from the sinking plate"),
        ("plate_tectonics", "how thick is oceanic crust", "about 7 km thick"),
        ("plate_tectonics", "How fast do plates move?", "a few centimetres each year"),
        ("panama_canal", "When did the Ancon make its passage?", "On 15 August 1914"),
        ("panama_canal", "Who replaced Stevens?", "George Goethals replaced Stevens"),
        ("panama_canal", "Why did the workers die of disease?", "disease"),
        ("quadratic_functions", "what does the discriminant determine", "determines the number of zeros"),
        ("mending_a_puncture", "How long do I wait for the cement?", "Wait five minutes"),
    ],
)
def test_the_passage_that_answers_is_quoted(
    library: dict[str, SourceDocument], text: str, question: str, expected: str
) -> None:
    """The best passage is quoted, with its place."""
    (step,) = answer_question([library[text]], question)
    assert expected in step.text
    assert step.quotes


@pytest.mark.parametrize(
    "question", ["Who won the football game in Madrid?", "What is photosynthesis?", "Tell me about Napoleon's horse"]
)
def test_silence_of_the_material_is_told(library: dict[str, SourceDocument], question: str) -> None:
    """What the material does not say is not answered, and nothing is quoted."""
    (step,) = answer_question([library["plate_tectonics"]], question)
    assert "does not say" in step.text
    assert step.quotes == ()


def test_the_nearest_passage_is_shown_as_such(library: dict[str, SourceDocument]) -> None:
    """A question that the material only touches gets the nearest passage, and is told that it is no answer."""
    (step,) = answer_question([library["panama_canal"]], "Why did the French fail?")
    assert "does not answer that" in step.text
    assert len(step.quotes) == 1


def test_a_pronoun_is_quoted_with_what_it_stands_for(library: dict[str, SourceDocument]) -> None:
    """A passage that leans on the sentence before is quoted together with it, as one piece."""
    (step,) = answer_question([library["plate_tectonics"]], "How was Pangaea found?")
    (quote,) = step.quotes
    assert quote.text.startswith("In 1912, Alfred Wegener")
    assert quote.text.endswith("He called it Pangaea.")


@pytest.mark.parametrize("question", ["", "???", "can you explain that again please"])
def test_empty_questions_are_asked_back(library: dict[str, SourceDocument], question: str) -> None:
    """A question without a word of content is answered with what can be asked."""
    (step,) = answer_question([library["plate_tectonics"]], question)
    assert step.text.startswith("Ask me about")


def test_an_open_item_is_kept_back(library: dict[str, SourceDocument]) -> None:
    """A question that would answer the open item gets a hint at trying first."""
    source = library["plate_tectonics"]
    plan = plan_lesson([source], known={})
    items = [item for o in plan.objectives for item in write_items([source], plan, o.key, seed=1)]
    item: PreparedItem = next(item for item in items if "subduction" in keys_of(item))
    (step,) = answer_question([source], "What is subduction?", closed_to=[item])
    assert "Have a try" in step.text
    assert step.quotes == ()


def test_nothing_at_all_can_be_asked() -> None:
    """Without material the tutor asks for a word of the text."""
    (step,) = answer_question([], "hello there")
    assert step.quotes == ()
