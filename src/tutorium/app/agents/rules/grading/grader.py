"""The verdict on one response. A choice is plain; typed answers are right, wrong or unsure, with words for the learner."""

import re
from collections.abc import Collection
from typing import Final

from tutorium.app.agents.handovers import Judgement, PreparedItem, Response
from tutorium.app.agents.rules.grading.numbers import agrees, numbers_in
from tutorium.app.agents.rules.grading.terms import compare, normalised, offers_alternatives
from tutorium.app.agents.rules.items.drafts import GAP
from tutorium.app.agents.rules.items.leaks import blanked
from tutorium.app.agents.rules.wording import quoted, tidy
from tutorium.app.reading.analysis.words import fold
from tutorium.errors import BadRequestError

LONGEST_TERM_ANSWER: Final = 8
SLIP_SCORE: Final = 0.95
_RIGHT: Final = "That is right."
_NEGATED: Final = re.compile(r"\b(?:not|no|never|isn't|aren't|nothing|don't|doesn't|without)\b")
_NO_IDEA: Final = re.compile(
    r"^\W*(?:i\s+(?:do\s?n[o']t|don't|dont)\s+know|no\s+idea|dunno|idk|\?+|pass|skip)\W*$", re.IGNORECASE
)


def grade(item: PreparedItem, response: Response, *, other_terms: Collection[str] = ()) -> Judgement:
    """Return the verdict on a response; its feedback never shows the key of an item that may be tried again.

    `other_terms` are further terms of the material: an answer that is one of them is no slip of the pen.
    Raises BadRequestError for a response of the wrong kind or a choice that does not exist.
    """
    if item.kind == "choice":
        return _grade_choice(item, response)
    if response.text is None:
        raise BadRequestError("This question wants a typed answer, not a choice.")
    text = " ".join(response.text.split())
    if not text or _NO_IDEA.match(text):
        return Judgement(
            verdict="wrong", score=0.0, feedback="That is all right. Ask for a hint, or look at the passage again."
        )
    return _grade_number(item, text) if item.numeric else _grade_term(item, text, other_terms)


def _grade_choice(item: PreparedItem, response: Response) -> Judgement:
    index = response.choice
    if index is None and response.text is not None:
        index = _option_named(item, response.text)
        if index is None:
            return Judgement(
                verdict="unsure", score=0.0, feedback="Pick one of the options, please: I cannot tell which one you mean."
            )
    if index is None or not 0 <= index < len(item.choices):
        raise BadRequestError(f"This question has {len(item.choices)} options, counted from 0.")
    if index == item.correct:
        return Judgement(verdict="right", score=1.0, feedback=_RIGHT)
    why = item.why_wrong[index] if index < len(item.why_wrong) else ""
    key = item.choices[item.correct] if item.correct is not None else ""
    shown = why if why and key.casefold() not in why.casefold() else ""
    return Judgement(verdict="wrong", score=0.0, feedback=f"Not that one. {shown}".strip())


def _option_named(item: PreparedItem, text: str) -> int | None:
    given = fold(text).strip(" .)(")
    for index, option in enumerate(item.choices):
        if given == fold(option).strip(" .") or normalised(text) == normalised(option):
            return index
    if len(given) == 1 and given.isalpha() and ord(given) - ord("a") < len(item.choices):
        return ord(given) - ord("a")
    return None


def _grade_number(item: PreparedItem, text: str) -> Judgement:
    given = numbers_in(text)
    key = item.accept[0]
    if not given:
        return Judgement(verdict="unsure", score=0.0, feedback="I am looking for a number here. Which one is it?")
    if len(given) > 2 or _NEGATED.search(fold(text)):
        return Judgement(verdict="wrong", score=0.0, feedback="That leaves several numbers open. Settle on one.")
    percent = any("%" in accepted or "percent" in accepted for accepted in item.accept)
    if any(agrees(value, key, percent=percent) for value in given):
        if len(given) == 2 and offers_alternatives(text):
            return Judgement(verdict="wrong", score=0.0, feedback="Settle on one of the two.")
        return Judgement(verdict="right", score=1.0, feedback=_RIGHT)
    return Judgement(verdict="wrong", score=0.0, feedback="That is not the number your text gives.")


def _grade_term(item: PreparedItem, text: str, other_terms: Collection[str]) -> Judgement:
    verdict = compare(text, item.accept, other_terms)
    if offers_alternatives(text) and verdict != "exact":
        return Judgement(verdict="wrong", score=0.0, feedback="Settle on one answer.")
    if verdict in ("exact", "slip"):
        key = item.accept[0]
        spelling = "" if verdict == "exact" else f" It is spelled {quoted(key)}."
        return Judgement(verdict="right", score=1.0 if verdict == "exact" else SLIP_SCORE, feedback=f"{_RIGHT}{spelling}")
    if _NEGATED.search(fold(text)):
        return _unsure(item)
    if verdict == "other":
        return Judgement(
            verdict="wrong", score=0.0, feedback=f"Your text has the term {quoted(text)} too, but for something else."
        )
    if verdict == "near" or len(text.split()) > LONGEST_TERM_ANSWER // 2:
        return _unsure(item)
    return Judgement(verdict="wrong", score=0.0, feedback="That does not match what your text says here.")


def _unsure(item: PreparedItem) -> Judgement:
    """The source beside the answer, with the key still covered: the learner compares, nothing is counted."""
    passage = blanked(tidy(item.quote.text), item.accept)
    shown = passage if GAP in passage else item.prompt
    return Judgement(
        verdict="unsure",
        score=0.5,
        feedback=(
            f"I cannot tell whether that is what your text says. Compare it with this: {quoted(shown)} "
            "Then give just the missing words."
        ),
    )
