"""Lessons that were cut off in the middle and are taken up again."""

import asyncio
from typing import Any

import pytest

from tests.integration.app.lessons.test_minds import TalkativeModel
from tutorium.realtime.tutor_stream.commands import Start

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("words", [1, 7, 30])
async def test_a_lesson_of_the_rules_goes_on_at_the_very_word(open_classroom: Any, words: int) -> None:
    """Cut off after some words, it says exactly what an uninterrupted lesson says, and draws nothing twice."""
    async with open_classroom() as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        whole = await room.events()
    async with open_classroom(words_per_second=200.0) as room:
        await room.send(Start())
        await room.wait_for("text.delta", count=words)
        await room.restart()
        await room.wait_for("item.asked")
        events = await room.events()

    def said(of: list[dict[str, Any]]) -> str:
        return "".join(event["text"] for event in of if event["type"] == "text.delta")

    assert said(events) == said(whole)
    kinds = [event["type"] for event in events]
    assert kinds.count("turn.started") == 2
    drawn = [event["step"] for event in events if event["type"] == "board.drawn"]
    assert drawn == [event["step"] for event in whole if event["type"] == "board.drawn"]


async def test_a_models_turn_that_was_cut_off_is_told_and_said_anew(open_classroom: Any) -> None:
    """What a model was saying is lost with the process: the turn says so, and a new one goes on to the question."""

    class EndlessModel(TalkativeModel):
        async def _words(self, prompt: Any, usage: Any) -> Any:
            self._next_reply(prompt)
            for _ in range(8):
                yield "and the sea goes up and down "
            await asyncio.Event().wait()

    async with open_classroom(EndlessModel(replies=[], name="endless")) as room:
        await room.send(Start())
        await room.wait_for("text.delta", where=lambda event: event["turn"] == "t2")
        await room.restart(model=None)
        await room.wait_for("item.asked")
        failed = await room.wait_for("turn.failed")
        assert (failed["turn"], failed["code"]) == ("t2", "interrupted")
        states = [message["state"] for message in (await room.call("messages:list", session=room.session))["page"]]
        assert states == ["done", "failed", "done"]
