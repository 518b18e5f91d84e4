"""What goes wrong in a lesson is told once, and the lesson goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tutorium.app.boards import DrawnStep
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.commands import next_waiting
from tutorium.app.lessons.material import Material, MaterialLoader
from tutorium.app.sessions import Session
from tutorium.engine import Id
from tutorium.errors import UnavailableError
from tutorium.llm import ScriptedModel
from tutorium.realtime.tutor_stream.commands import Help, Next, Say, Start

pytestmark = pytest.mark.anyio


class AwayError(UnavailableError):
    """The shelf cannot be reached right now."""

    code = "shelf_is_away"


class Fault:
    """Something that goes wrong while `error` is set."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def strike(self) -> None:
        """Go wrong, if it does."""
        if self.error is not None:
            raise self.error


@dataclass
class FaultyBoard:
    """A board on which nothing can be drawn while there is a fault."""

    board: LessonBoard
    fault: Fault

    async def draw(self, session: str, step: str, drawings: Sequence[Mapping[str, Any]]) -> DrawnStep:
        self.fault.strike()
        return await self.board.draw(session, step, drawings)

    def rest(self, session: str) -> None:
        self.board.rest(session)

    async def describe(self, session: str, element: str) -> str | None:
        return await self.board.describe(session, element)


@dataclass
class FaultyLoader:
    """Material that cannot be loaded while there is a fault."""

    loader: MaterialLoader
    fault: Fault

    async def load(self, session: Id[Session]) -> Material:
        self.fault.strike()
        return await self.loader.load(session)


class BrokenModel(ScriptedModel):
    """A model whose library raises what it never should."""

    def _next_reply(self, prompt: Any) -> str:
        self.prompts.append(prompt)
        raise ZeroDivisionError("a fault in the library at /secret/path")


def failures(events: list[dict[str, Any]]) -> list[str]:
    """Return the codes of all failures that were told."""
    return [event["code"] for event in events if event["type"] == "turn.failed"]


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (ZeroDivisionError("at /secret/path"), "internal", "Something went wrong on our side"),
        (AwayError(), "shelf_is_away", "The shelf cannot be reached"),
    ],
)
async def test_a_command_that_breaks_is_told_once_and_the_queue_goes_on(
    open_classroom: Any, error: Exception, code: str, sentence: str
) -> None:
    """A turn of its own says why, with nothing of the fault's insides; the next command is done as if nothing had been."""
    fault = Fault(error)
    async with open_classroom(loader=lambda materials: FaultyLoader(materials, fault)) as room:
        await room.send(Start(id="1"))
        failed = await room.wait_for("turn.failed")
        assert (failed["turn"], failed["code"]) == ("t1", code)
        assert failed["message"].startswith(sentence)
        assert (await room.call("lessons:get", session=room.session))["state"] == "waiting"
        fault.error = None
        await room.send(Next(id="2"))
        await room.wait_for("item.asked")
        events = await room.events()
        assert failures(events) == [code]
        assert "secret" not in str(events)


async def test_commands_behind_one_that_breaks_are_done(open_classroom: Any) -> None:
    """Each of them is told of by itself, in order; none is left waiting."""
    fault = Fault(ZeroDivisionError())
    async with open_classroom(loader=lambda materials: FaultyLoader(materials, fault)) as room:
        await room.send(Start())
        await room.send(Say(text="What is slack water?"))
        await room.send(Help(kind="example"))
        await room.wait_for("turn.failed", count=3)
        assert await room.engine.run_query(next_waiting, session=room.session) is None
        started = [event["turn"] for event in await room.events() if event["type"] == "turn.started"]
        assert started == ["t1", "t2", "t3"]


async def test_a_board_that_cannot_be_drawn_on_leaves_the_words(open_classroom: Any) -> None:
    """A foreseen failure to draw costs the drawing only: the lesson comes to its question all the same."""
    async with open_classroom(board=lambda board: FaultyBoard(board, Fault(AwayError()))) as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        kinds = {event["type"] for event in await room.events()}
        assert "text.delta" in kinds
        assert not kinds & {"board.drawn", "turn.failed"}


async def test_an_opening_that_breaks_ends_the_command_that_began_the_lesson(open_classroom: Any) -> None:
    """It is not tried again by itself: one failure, then silence until somebody asks for more."""
    fault = Fault(ZeroDivisionError())
    async with open_classroom(board=lambda board: FaultyBoard(board, fault)) as room:
        await room.send(Start())
        await room.wait_for("turn.failed")
        assert await room.engine.run_query(next_waiting, session=room.session) is None
        assert (await room.call("lessons:get", session=room.session))["state"] == "waiting"
        fault.error = None
        await room.send(Next())
        asked = await room.wait_for("item.asked")
        assert (asked["turn"], failures(await room.events())) == ("t2", ["internal"])


async def test_a_model_that_breaks_unforeseen_ends_one_turn(open_classroom: Any) -> None:
    """Not a failure the rules step in for: it is told as internal, and the next command is done."""
    async with open_classroom() as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        model = BrokenModel(replies=[])
        await room.restart(model)
        await room.send(Say(text="What is slack water?"))
        failed = await room.wait_for("turn.failed")
        assert (failed["code"], len(model.prompts)) == ("internal", 1)
        assert "secret" not in failed["message"]
        await room.send(Help(kind="stuck"))
        finished = await room.wait_for("turn.finished", where=lambda event: event["seq"] > failed["seq"])
        assert finished["turn"] != failed["turn"]


@pytest.mark.parametrize(("error", "code"), [(ZeroDivisionError(), "internal"), (AwayError(), "shelf_is_away")])
async def test_a_turn_that_breaks_when_it_is_taken_up_is_given_up(open_classroom: Any, error: Exception, code: str) -> None:
    """It is not taken up again and again: the learner is told once, and the command that was on its way goes on."""
    fault = Fault()
    async with open_classroom(words_per_second=200.0, loader=lambda materials: FaultyLoader(materials, fault)) as room:
        await room.send(Start())
        await room.wait_for("text.delta")
        fault.error = error
        await room.restart()
        failed = await room.wait_for("turn.failed")
        assert (failed["turn"], failed["code"]) == ("t1", code)
        fault.error = None
        await room.send(Next())
        await room.wait_for("item.asked")
        assert len({event["turn"] for event in await room.events() if event["type"] == "turn.failed"}) == len(
            failures(await room.events())
        )
