"""A lesson in memory with listeners that the test plays."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.unit.realtime.doubles import FakeConnection, VirtualClock, request
from tutorium.errors import TutoriumError
from tutorium.realtime.tutor_stream import (
    CommandSink,
    EventLog,
    Listener,
    MemoryCommandSink,
    MemoryEventLog,
    TutorEndpoint,
    TutorHub,
    open_tutor_hub,
)
from tutorium.realtime.tutor_stream.events import TextDelta
from tutorium.sockets.connection import UpgradeRequest


def delta(text: str) -> TextDelta:
    """An event."""
    return TextDelta(turn="t1", text=text)


def messages(connection: FakeConnection) -> list[dict[str, Any]]:
    """What a listener was sent, decoded."""
    assert all(isinstance(data, str) for data in connection.received)
    return [json.loads(data) for data in connection.received]


def numbers(connection: FakeConnection) -> list[int]:
    """The numbers of the events a listener was sent."""
    return [message["seq"] for message in messages(connection) if "seq" in message]


class LessonDoors:
    """Access to every session; errors by name."""

    def __init__(self, refusals: Mapping[str, TutoriumError]) -> None:
        self.refusals = refusals

    async def authorize(self, session: str, request: UpgradeRequest) -> Listener:
        if session in self.refusals:
            raise self.refusals[session]
        role: Any = request.query.get("role", "editor")
        return Listener(user="ann", name="Ann", role=role)


class Lesson:
    """One process with a tutor endpoint."""

    def __init__(self, hub: TutorHub, log: EventLog, sink: CommandSink, refusals: Mapping[str, TutoriumError]) -> None:
        self.hub = hub
        self.log = log
        self.endpoint = TutorEndpoint(hub, LessonDoors(refusals), sink)

    async def listen(self, session: str = "s", **query: str) -> FakeConnection:
        """Open a connection."""
        connection = FakeConnection(request=request(params={"session": session}, **query))
        connection.handler = await self.endpoint.open(connection)
        return connection

    async def command(self, connection: FakeConnection, **fields: Any) -> None:
        """Send a command."""
        assert connection.handler is not None
        connection.handler.on_message(json.dumps(fields))


@asynccontextmanager
async def open_lesson(
    clock: VirtualClock,
    *,
    log: EventLog | None = None,
    sink: CommandSink | None = None,
    refusals: Mapping[str, TutoriumError] | None = None,
) -> AsyncGenerator[Lesson]:
    """A lesson in memory."""
    kept = log or MemoryEventLog()
    async with open_tutor_hub(kept, runtime=clock) as hub:
        lesson = Lesson(hub, kept, sink or MemoryCommandSink(), refusals or {})
        yield lesson
