"""Items (questions), responses and judgements as values; terms follow 1EdTech QTI."""

from typing import Literal

import msgspec

from tutorium.app.reading.findings import Quote


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the values: frozen, by keyword, JSON and msgpack both ways."""


class PreparedItem(_Value, frozen=True, kw_only=True):
    """A question with everything that is needed to judge it, made before it is asked.

    `prompt` shows a gap as `_____`. Choice: `choices` and `correct` (index). Cloze: `accept`, the first being the model answer.
    `why_wrong[i]` answers choice i. `hints` are three rungs, none of which contains the answer. `numeric` allows 1 % tolerance.
    """

    key: str
    kind: Literal["choice", "cloze"]
    concept: str
    objective: str
    prompt: str
    hints: tuple[str, ...]
    solution: str
    quote: Quote
    choices: tuple[str, ...] = ()
    correct: int | None = None
    accept: tuple[str, ...] = ()
    numeric: bool = False
    why_wrong: tuple[str, ...] = ()


class Response(_Value, frozen=True, kw_only=True):
    """An answer as given: exactly one of the two."""

    choice: int | None = None
    text: str | None = None


class Judgement(_Value, frozen=True, kw_only=True):
    """The verdict on one response; "unsure" asks the learner to compare with the quoted source and is never scored as wrong."""

    verdict: Literal["right", "wrong", "unsure"]
    score: float
    feedback: str
