"""Commands on their way to the sink."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from tests.unit.realtime.doubles import FakeConnection, VirtualClock, settle
from tests.unit.realtime.tutor_stream.streams import messages, open_lesson
from tutorium.errors import ConflictError
from tutorium.realtime.rate_limit import RateLimit
from tutorium.realtime.tutor_stream import AnyCommand, Listener, MemoryCommandSink
from tutorium.realtime.tutor_stream.command_queue import MAX_WAITING
from tutorium.realtime.tutor_stream.endpoint import BURST

pytestmark = pytest.mark.anyio


class HeldSink(MemoryCommandSink):
    """A sink that keeps one command whenever the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.permits = asyncio.Semaphore(0)

    async def submit(self, session: str, listener: Listener, command: AnyCommand) -> None:
        if type(command).__name__ != "Stop":
            await self.permits.acquire()
        await super().submit(session, listener, command)

    def names(self) -> list[str]:
        return [type(command).__name__ for _, _, command in self.kept]


@pytest.mark.rule("TS15")
@pytest.mark.rule("TS17")
async def test_commands_are_kept_in_order_and_then_acknowledged(clock: VirtualClock) -> None:
    """Each waits for the one before it; the acknowledgement follows the keeping."""
    sink = HeldSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="start", id="1")
        await lesson.command(ann, type="say", text="why?", id="2")
        await lesson.command(ann, type="next")
        await settle()
        assert messages(ann) == []
        sink.permits.release()
        await settle()
        assert sink.names() == ["Start"]
        assert messages(ann) == [{"type": "ack", "id": "1"}]
        sink.permits.release()
        sink.permits.release()
        await settle()
        assert sink.names() == ["Start", "Say", "Next"]
        assert messages(ann) == [{"type": "ack", "id": "1"}, {"type": "ack", "id": "2"}]
        await lesson.command(ann, type="pace", value=1.5, id="3")
        sink.permits.release()
        await settle()
        assert sink.names()[-1] == "Pace"


@pytest.mark.rule("TS16")
async def test_stop_overtakes(clock: VirtualClock) -> None:
    """It is kept while all others still wait."""
    sink = HeldSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="say", text="one")
        await lesson.command(ann, type="say", text="two")
        await lesson.command(ann, type="stop", id="s")
        await settle()
        assert sink.names() == ["Stop"]
        assert messages(ann) == [{"type": "ack", "id": "s"}]
        sink.permits.release()
        sink.permits.release()
        await settle()


@pytest.mark.rule("TS20")
async def test_received_commands_outlive_their_connection(clock: VirtualClock) -> None:
    """What was sent before hanging up is done."""
    sink = HeldSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="say", text="bye")
        await lesson.command(ann, type="next")
        ann.hang_up()
        sink.permits.release()
        sink.permits.release()
        await settle()
        assert sink.names() == ["Say", "Next"]


@pytest.mark.rule("TS12")
@pytest.mark.parametrize(
    ("message", "command_id"),
    [
        ("", None),
        ("not json", None),
        ("[]", None),
        ("{}", None),
        ('{"type":"fly","id":"7"}', "7"),
        ('{"type":"say","id":"7"}', "7"),
        ('{"type":"say","text":"","id":"7"}', "7"),
        ('{"type":"pace","value":9}', None),
        ('{"type":"start","id":""}', ""),
        ('{"type":"start","id":5}', None),
        (json.dumps({"type": "start", "id": "x" * 65}), None),
        (json.dumps({"type": "say", "text": "x" * 4001}), None),
        (b'{"type":"start"}', None),
        (b"\xff", None),
    ],
)
async def test_malformed_commands_are_answered(clock: VirtualClock, message: bytes | str, command_id: str | None) -> None:
    """The sender is told what is wrong and with which command; the connection stays and nothing is kept."""
    sink = MemoryCommandSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        assert ann.handler is not None
        ann.handler.on_message(message)
        await settle()
        (answer,) = messages(ann)
        assert (answer["type"], answer["code"], answer.get("id")) == ("error", "bad_request", command_id)
        assert answer["message"]
        assert ann.is_open
        assert sink.kept == []


@pytest.mark.rule("TS21")
@pytest.mark.parametrize("fields", [{}, {"choice": 1, "text": "b"}])
async def test_an_answer_is_one_thing(clock: VirtualClock, fields: dict[str, Any]) -> None:
    """Neither nothing nor both."""
    async with open_lesson(clock) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="answer", item="i1", id="4", **fields)
        assert [(m["code"], m["id"]) for m in messages(ann)] == [("bad_request", "4")]


@pytest.mark.rule("TS13")
async def test_viewers_do_not_command(clock: VirtualClock) -> None:
    """They are told so, and may still ping."""
    sink = MemoryCommandSink()
    async with open_lesson(clock, sink=sink) as lesson:
        viewer = await lesson.listen(role="viewer")
        await lesson.command(viewer, type="stop", id="1")
        await lesson.command(viewer, type="say", text="hi")
        await lesson.command(viewer, type="ping")
        await settle()
        assert [m.get("code", m["type"]) for m in messages(viewer)] == ["forbidden", "forbidden", "pong"]
        assert messages(viewer)[0]["id"] == "1"
        assert sink.kept == []
        assert viewer.is_open


@pytest.mark.rule("TS14")
async def test_ping_is_answered_at_once(clock: VirtualClock) -> None:
    """Before anything else happens, with the id it carried."""
    async with open_lesson(clock) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="ping", id="p")
        assert messages(ann) == [{"type": "pong", "id": "p"}]


class RefusingSink:
    """Refuses or breaks."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def submit(self, session: str, listener: Listener, command: AnyCommand) -> None:
        raise self.error


@pytest.mark.rule("TS18")
@pytest.mark.parametrize(
    ("error", "code"), [(ConflictError("The question is closed."), "conflict"), (RuntimeError("secret detail"), "internal")]
)
async def test_refused_commands_are_answered(clock: VirtualClock, error: Exception, code: str) -> None:
    """With the sink's code and words, or with `internal` and none of its details."""
    async with open_lesson(clock, sink=RefusingSink(error)) as lesson:
        ann = await lesson.listen()
        await lesson.command(ann, type="next", id="n")
        await lesson.command(ann, type="stop")
        await settle()
        answers = messages(ann)
        assert [(a["code"], a.get("id")) for a in sorted(answers, key=lambda a: a.get("id", ""))] == [(code, None), (code, "n")]
        assert all("secret" not in a["message"] for a in answers)
        assert ann.is_open


@pytest.mark.rule("TS19")
async def test_floods_are_refused(clock: VirtualClock) -> None:
    """Twenty at once are taken, then five a second; what is refused names its command."""
    sink = MemoryCommandSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        for number in range(BURST + 3):
            await lesson.command(ann, type="next", id=str(number))
        await settle()
        refused = [m["id"] for m in messages(ann) if m["type"] == "error" and m["code"] == "rate_limited"]
        assert refused == ["20", "21", "22"]
        assert len(sink.kept) == BURST
        await clock.advance(1)
        for _ in range(6):
            await lesson.command(ann, type="next")
        await settle()
        assert len(sink.kept) == BURST + 5


@pytest.mark.rule("TS19")
async def test_what_waits_is_bounded(clock: VirtualClock) -> None:
    """While the sink is slow a connection cannot fill the memory."""
    sink = HeldSink()
    async with open_lesson(clock, sink=sink) as lesson:
        ann = await lesson.listen()
        for _ in range(MAX_WAITING + 3):
            await lesson.command(ann, type="next")
            await clock.advance(1)
        assert sum(m["type"] == "error" for m in messages(ann)) == 2
        for _ in range(MAX_WAITING + 1):
            sink.permits.release()
        await settle()


def test_the_bucket_fills_steadily() -> None:
    """It never holds more than its burst."""
    rate = RateLimit(0, burst=2, per_second=1)
    assert [rate.take(0) for _ in range(3)] == [True, True, False]
    assert rate.take(1)
    assert not rate.take(1)
    assert [rate.take(100) for _ in range(3)] == [True, True, False]


async def test_ids_are_kept_once() -> None:
    """The sink in memory drops an id it knows, for its session only."""
    sink = MemoryCommandSink()
    listener = Listener(user="a", name="A", role="owner")
    decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
    command = decoder.decode('{"type":"next","id":"1"}')
    for session in ("s", "s", "t"):
        await sink.submit(session, listener, command)
    assert len(sink.kept) == 2


async def test_events_are_numbered_from_one(clock: VirtualClock) -> None:
    """A connection without events has heard nothing but its answers."""
    async with open_lesson(clock) as lesson:
        ann: FakeConnection = await lesson.listen(after="0")
        await settle()
        assert messages(ann) == []
