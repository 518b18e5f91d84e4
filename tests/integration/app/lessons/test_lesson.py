"""A lesson from start to end, by the rules' mind, as its events tell it."""

from typing import Any

import pytest

from tutorium.realtime.tutor_stream.commands import Start

pytestmark = pytest.mark.anyio


async def test_start_runs_to_the_first_question(open_classroom: Any) -> None:
    """One command leads through plan, words and drawings to a first question, with numbers without a gap."""
    async with open_classroom() as room:
        await room.send(Start(id="c1"))
        asked = await room.wait_for("item.asked")
        events = await room.events()
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        kinds = [event["type"] for event in events]
        assert kinds.index("lesson.planned") < kinds.index("turn.started") < kinds.index("text.delta")
        assert "board.drawn" in kinds
        assert asked["item"]["kind"] in {"choice", "cloze"}
        assert await room.rooms.snapshot(room.session)
