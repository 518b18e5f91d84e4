"""The tutor stream on a real port."""

import asyncio
import json
from typing import Any

import pytest
import websockets

from tests.protocol.realtime.port import serve
from tests.unit.realtime.tutor_stream.streams import LessonDoors, delta
from tutorium.errors import NotSignedInError
from tutorium.realtime.tutor_stream import MemoryCommandSink, MemoryEventLog, TutorEndpoint, open_tutor_hub
from tutorium.runtime import SystemRuntime

pytestmark = pytest.mark.anyio


async def _receive(socket: Any, count: int) -> list[dict[str, Any]]:
    return [json.loads(await asyncio.wait_for(socket.recv(), 5)) for _ in range(count)]


@pytest.mark.rule("TS1")
@pytest.mark.rule("TS2")
@pytest.mark.rule("TS5")
@pytest.mark.rule("TS12")
@pytest.mark.rule("TS14")
@pytest.mark.rule("TS17")
async def test_a_lesson_over_the_wire() -> None:
    """Events, acknowledgements and answers arrive as text; a listener that was cut off goes on where it was."""
    log, sink = MemoryEventLog(), MemoryCommandSink()
    async with open_tutor_hub(log, runtime=SystemRuntime()) as hub:
        endpoint = TutorEndpoint(hub, LessonDoors({"closed": NotSignedInError()}), sink)
        async with serve(tutor=endpoint) as url:
            async with websockets.connect(f"{url}/ws/tutor/s?after=0") as ann:
                await ann.send('{"type":"start","id":"c1"}')
                assert await _receive(ann, 1) == [{"type": "ack", "id": "c1"}]
                await ann.send("nonsense")
                await ann.send('{"type":"ping"}')
                assert [m["type"] for m in await _receive(ann, 2)] == ["error", "pong"]
                for number in range(300):
                    await log.append("s", delta(f"w{number}"))
                assert [m["seq"] for m in await _receive(ann, 300)] == list(range(1, 301))
            await log.append("s", delta("while away"))
            async with websockets.connect(f"{url}/ws/tutor/s?after=300") as ann:
                assert [m["text"] for m in await _receive(ann, 1)] == ["while away"]
            async with websockets.connect(f"{url}/ws/tutor/closed") as refused:
                with pytest.raises(websockets.ConnectionClosed):
                    await asyncio.wait_for(refused.recv(), 5)
                assert refused.close_code == 4401
        assert [type(command).__name__ for _, _, command in sink.kept] == ["Start"]
