"""One session's events on their way to everybody who listens.

One follower reads the log once per change and sends the same bytes to every listener that is up to date. A listener that is
behind (it just came, or its reader is slow) reads for itself until it has caught up::

    attach ──> behind ──reads──> up to date ──forwarded──> up to date
                 ^─────────── a number is missing ───────────┘

Invariant: a listener is sent exactly the numbers after its start, each once, in order: it is attached first, then reads, and is
then forwarded only the number after the last one it was sent.
"""

import asyncio
from collections.abc import Sequence

import structlog

from tutorium.realtime.tutor_stream.ports import EventLog, KeptEvent
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection
from tutorium.sockets.frames import encode_frame

# One read of the log; a lesson of an hour is about 5,000 events.
EVENTS_IN_READ = 256
# A replay pauses while so much waits for a slow reader, well below the limit at which the connection gives up on it.
REPLAY_BUFFER_BYTES = 256 * 1024

_log = structlog.get_logger()


class Subscriber:
    """One listener of a channel: `position` is the last number it was sent."""

    def __init__(self, connection: Connection) -> None:
        """Nothing is forwarded while the listener is behind, so its position may be found out afterwards."""
        self.connection = connection
        self.position = 0
        self.is_behind = True


class Channel:
    """The listeners of one session. `follow` must be running while there are any."""

    def __init__(self, session: str, log: EventLog, tasks: asyncio.TaskGroup, runtime: Runtime) -> None:
        """Forward the events of `session`; replays run as tasks of `tasks`."""
        self.session = session
        self._log = log
        self._tasks = tasks
        self._runtime = runtime
        self._subscribers: dict[str, Subscriber] = {}
        self._forwarded = 0

    @property
    def is_empty(self) -> bool:
        """True when nobody listens."""
        return not self._subscribers

    async def attach(self, connection: Connection, after: int | None) -> None:
        """Begin to send the events after `after`; from now on when it is None or beyond the newest."""
        subscriber = Subscriber(connection)
        self._subscribers[connection.id] = subscriber
        try:
            newest = await self._log.last_seq(self.session)
        except BaseException:
            self.detach(connection)
            raise
        subscriber.position = newest if after is None else min(after, newest)
        self._tasks.create_task(self._catch_up(subscriber))

    def detach(self, connection: Connection) -> None:
        """Stop sending to a connection."""
        self._subscribers.pop(connection.id, None)

    async def follow(self) -> None:
        """Forward what is kept from now on, until cancelled. When the log fails, everybody is asked to come back later."""
        try:
            self._forwarded = await self._log.last_seq(self.session)
            # Somebody may have caught up with less while this was being found out.
            for subscriber in tuple(self._subscribers.values()):
                if not subscriber.is_behind and subscriber.position < self._forwarded:
                    self._fall_behind(subscriber)
            async for newest in self._log.watch(self.session):
                while self._forwarded < newest:
                    events = await self._log.read(self.session, self._forwarded, EVENTS_IN_READ)
                    if not events:
                        break
                    self._forward(events)
        except Exception:
            _log.exception("tutor.follow_failed", session=self.session)
        self.close(CloseCode.TRY_AGAIN_LATER)

    def close(self, code: CloseCode) -> None:
        """Close every connection."""
        for subscriber in tuple(self._subscribers.values()):
            subscriber.connection.close(code)

    def _forward(self, events: Sequence[KeptEvent]) -> None:
        first, last = events[0].seq, events[-1].seq
        frames = [encode_frame(event.text.decode()) for event in events]
        joined = b"".join(frames)
        self._forwarded = last
        for subscriber in tuple(self._subscribers.values()):
            if subscriber.is_behind or subscriber.position >= last:
                continue
            if subscriber.position + 1 < first:
                self._fall_behind(subscriber)
                continue
            missed = subscriber.position + 1 - first
            subscriber.connection.send_frame(b"".join(frames[missed:]) if missed else joined)
            subscriber.position = last

    def _fall_behind(self, subscriber: Subscriber) -> None:
        subscriber.is_behind = True
        self._tasks.create_task(self._catch_up(subscriber))

    async def _catch_up(self, subscriber: Subscriber) -> None:
        """Send what the subscriber lacks, at the pace of its reader."""
        try:
            while self._is_attached(subscriber):
                if subscriber.connection.buffered_bytes() > REPLAY_BUFFER_BYTES:
                    await _drained(subscriber.connection)
                    continue
                events = await self._log.read(self.session, subscriber.position, EVENTS_IN_READ)
                # No task runs between these steps: what was forwarded while the read was under way is read next.
                if not events and subscriber.position >= self._forwarded:
                    subscriber.is_behind = False
                    return
                if events:
                    subscriber.connection.send_frame(b"".join(encode_frame(event.text.decode()) for event in events))
                    subscriber.position = events[-1].seq
                await self._runtime.sleep(0)
        except Exception:
            _log.exception("tutor.replay_failed", session=self.session)
            subscriber.connection.close(CloseCode.TRY_AGAIN_LATER)

    def _is_attached(self, subscriber: Subscriber) -> bool:
        return self._subscribers.get(subscriber.connection.id) is subscriber and subscriber.connection.is_open


async def _drained(connection: Connection) -> None:
    done = asyncio.Event()
    connection.when_drained(done.set)
    await done.wait()
