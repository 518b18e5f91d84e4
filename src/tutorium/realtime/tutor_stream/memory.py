"""An event log and a command sink in memory: for tests, and for a lesson without a database."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from tutorium.realtime.tutor_stream.commands import AnyCommand
from tutorium.realtime.tutor_stream.events import LessonEvent, encode_event
from tutorium.realtime.tutor_stream.ports import KeptEvent, Listener


@dataclass(slots=True)
class _Session:
    events: list[KeptEvent] = field(default_factory=list[KeptEvent])
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class MemoryEventLog:
    """Keeps events for as long as the process lives."""

    def __init__(self) -> None:
        """Begin with no events."""
        self._sessions: dict[str, _Session] = {}

    async def append(self, session: str, event: LessonEvent) -> int:
        """Keep an event and return its number."""
        kept = self._session(session)
        seq = len(kept.events) + 1
        kept.events.append(KeptEvent(seq, encode_event(seq, event)))
        changed, kept.changed = kept.changed, asyncio.Event()
        changed.set()
        return seq

    async def last_seq(self, session: str) -> int:
        """Return the number of the newest event, 0 when there is none."""
        return len(self._session(session).events)

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        """Return up to `limit` events with `seq > after`, ascending."""
        return self._session(session).events[after : after + limit]

    async def watch(self, session: str) -> AsyncGenerator[int]:
        """Yield the newest number now and again after each change."""
        kept = self._session(session)
        while True:
            changed = kept.changed
            yield len(kept.events)
            await changed.wait()

    def _session(self, session: str) -> _Session:
        return self._sessions.setdefault(session, _Session())


class MemoryCommandSink:
    """Collects commands, each id of a session once."""

    def __init__(self) -> None:
        """Begin with no commands."""
        self.kept: list[tuple[str, Listener, AnyCommand]] = []
        self._ids: set[tuple[str, str]] = set()

    async def submit(self, session: str, listener: Listener, command: AnyCommand) -> None:
        """Keep the command, unless its id was kept before for this session."""
        if command.id is not None:
            if (session, command.id) in self._ids:
                return
            self._ids.add((session, command.id))
        self.kept.append((session, listener, command))
