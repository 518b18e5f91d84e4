"""Folding lesson events into conversation rows: pure, so that a replay of the events gives the very same conversation."""

from typing import Any, assert_never

from tutorium.app.messages.tables import Message, MessageAttempt
from tutorium.realtime.tutor_stream.events import (
    AttemptJudged,
    BoardDrawn,
    Citation,
    ItemAsked,
    ItemSkipped,
    LearnerSaid,
    LessonEvent,
    LessonPlanned,
    MasteryChanged,
    TextDelta,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)

Changes = dict[str, Any]


def turn_of(event: LessonEvent) -> str | None:
    """Return the turn whose message the event changes, or None when it changes no tutor message."""
    match event:
        case LessonPlanned() | MasteryChanged() | LearnerSaid():
            return None
        case (
            TurnStarted()
            | TextDelta()
            | BoardDrawn()
            | ItemAsked()
            | ItemSkipped()
            | AttemptJudged()
            | TurnFinished()
            | TurnFailed()
        ):
            return event.turn
        case _:
            assert_never(event)


def changes_of(message: Message, event: LessonEvent) -> Changes:
    """Return the fields of `message` that `event` changes, by name."""
    match event:
        case TextDelta():
            return {"text": message.text + event.text, "citations": _joined(message.citations, event.citations)}
        case BoardDrawn():
            return {
                "steps": (*message.steps, event.step),
                "citations": _joined(message.citations, event.citations),
            }
        case ItemAsked():
            return {"item": event.item}
        case ItemSkipped():
            return {"skipped": True}
        case AttemptJudged():
            attempt = MessageAttempt(
                learner=event.learner,
                name=event.name,
                response=event.response,
                verdict=event.verdict,
                feedback=event.feedback,
                hint=event.hint,
                solution=event.solution,
                closed=event.closed,
            )
            return {"attempts": (*message.attempts, attempt)}
        case TurnFinished():
            return {"state": "stopped" if event.stopped else "done"}
        case TurnFailed():
            return {"state": "failed", "error": event.message}
        case TurnStarted() | LessonPlanned() | MasteryChanged() | LearnerSaid():
            return {}
        case _:
            assert_never(event)


def _joined(known: tuple[Citation, ...], more: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return (*known, *(citation for citation in more if citation not in known))
