"""The numbered events of a lesson: everything the tutor does, as it is kept and as it is sent.

Flat objects with `type`. `seq` counts from 1 without gaps inside one session and is given by the commit that keeps the event,
so it is not a field here: `encode_event` puts it first. A replay repeats the very bytes that were kept.
"""

from typing import Literal

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """One fact about a lesson, in the past tense."""


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of the lesson is meant to make the learner able to do. `mastery` is a chance in [0, 1]."""

    id: str
    title: str
    why: str
    mastery: float


class Citation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Where a sentence or a drawing comes from: a span of a document's passage; `page` counts from 1."""

    document: str
    passage: str
    quote: str
    page: int | None = None


class LessonPlanned(Event, frozen=True, kw_only=True, tag="lesson.planned"):
    """The tutor said what it will teach and why. `notice` is set when the material gives less than a full lesson."""

    title: str
    why: str
    mind: str
    objectives: tuple[Objective, ...]
    notice: str | None = None


class TurnStarted(Event, frozen=True, kw_only=True, tag="turn.started"):
    """The tutor began to speak. `mind` says who: "rules", or the name of a model."""

    turn: str
    mind: str
    objective: str | None = None


class TextDelta(Event, frozen=True, kw_only=True, tag="text.delta"):
    """More words of the turn's message (Markdown). Concatenated deltas are the message."""

    turn: str
    text: str
    citations: tuple[Citation, ...] = ()


class BoardDrawn(Event, frozen=True, kw_only=True, tag="board.drawn"):
    """The tutor drew one step on the board; the elements are durable there already."""

    turn: str
    step: str
    elements: tuple[str, ...]
    alt: str = ""
    citations: tuple[Citation, ...] = ()


class AskedItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question as the learner sees it. Nothing in it tells the answer."""

    id: str
    kind: Literal["choice", "cloze"]
    prompt: str
    objective: str | None = None
    choices: tuple[str, ...] | None = None


class ItemAsked(Event, frozen=True, kw_only=True, tag="item.asked"):
    """The tutor asked a question and waits for an answer."""

    turn: str
    item: AskedItem


class ItemSkipped(Event, frozen=True, kw_only=True, tag="item.skipped"):
    """Somebody went on without answering: the question is closed without a verdict."""

    turn: str
    item: str


class AttemptJudged(Event, frozen=True, kw_only=True, tag="attempt.judged"):
    """An answer was judged. `verdict` "unsure" is never scored as wrong; `score` lies in [0, 1].

    `name` and `response` are who answered and what, as people read it.
    `hint` (its rung in `level`, 1-3) comes with a wrong answer while tries are left; `solution` only when the item is closed.
    """

    turn: str
    item: str
    learner: str
    name: str
    response: str
    verdict: Literal["right", "wrong", "unsure"]
    score: float
    attempt: int
    feedback: str
    closed: bool
    hint: str | None = None
    level: int | None = None
    solution: str | None = None
    citations: tuple[Citation, ...] = ()


class MasteryChanged(Event, frozen=True, kw_only=True, tag="mastery.changed"):
    """The chance that the learner would now answer a fresh question on the concept correctly, before and after."""

    learner: str
    concept: str
    objective: str
    before: float
    after: float


class TurnFinished(Event, frozen=True, kw_only=True, tag="turn.finished"):
    """The tutor finished speaking. `stopped` when somebody cut it short; `lesson_done` when nothing is left to teach.

    `more`: the next turn follows by itself, so the tutor does not wait yet.
    """

    turn: str
    stopped: bool = False
    more: bool = False
    lesson_done: bool = msgspec.field(default=False, name="lessonDone")


class TurnFailed(Event, frozen=True, kw_only=True, tag="turn.failed"):
    """The turn could not be finished. `message` is a sentence for the learner; the lesson goes on with the next command."""

    turn: str
    code: str
    message: str


class LearnerSaid(Event, frozen=True, kw_only=True, tag="learner.said"):
    """A person in the lesson said something to the tutor (or answered in words); shown in the conversation of everybody."""

    learner: str
    name: str
    text: str


LessonEvent = (
    LessonPlanned
    | TurnStarted
    | TextDelta
    | BoardDrawn
    | ItemAsked
    | ItemSkipped
    | AttemptJudged
    | MasteryChanged
    | TurnFinished
    | TurnFailed
    | LearnerSaid
)

_encoder = msgspec.json.Encoder()


def encode_event(seq: int, event: LessonEvent) -> bytes:
    """Return the JSON text of `event` with its number, the very bytes that are kept and sent."""
    if seq < 1:
        raise ValueError("events are numbered from 1")
    body = _encoder.encode(event)
    return b'{"seq":%d,' % seq + body[1:]
