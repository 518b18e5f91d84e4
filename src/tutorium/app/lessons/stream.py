"""The tutor socket's ports on engine rows: who may listen, the event log, and where commands go."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from tutorium.app.auth import User
from tutorium.app.lessons import commands
from tutorium.app.lessons.queries import events_after, last_seq
from tutorium.app.lessons.runner import LessonRunner
from tutorium.app.sessions.attendance import Attendance
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Id
from tutorium.realtime.tutor_stream.commands import AnyCommand, Pace, Stop
from tutorium.realtime.tutor_stream.ports import KeptEvent, Listener
from tutorium.sockets.connection import UpgradeRequest


class EngineEventLog:
    """`EventLog` on the engine's rows: a live query tells of new events, whichever process wrote them."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is read yet."""
        self._engine = engine

    async def last_seq(self, session: str) -> int:
        """Return the number of the newest event, 0 when there is none."""
        return await self._engine.run_query(last_seq, session=Id[Session](session))

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        """Return up to `limit` events with `seq > after`, ascending."""
        rows = await self._engine.run_query(events_after, session=Id[Session](session), after=after, limit=limit)
        return [KeptEvent(row.seq, row.text) for row in rows]

    async def watch(self, session: str) -> AsyncIterator[int]:
        """Yield the newest number now and after each change; never a smaller one."""
        async with self._engine.subscribe(last_seq, session=Id[Session](session)) as numbers:
            async for number in numbers:
                yield number


class EngineCommandSink:
    """`CommandSink` that keeps commands as rows and wakes the lesson's worker."""

    def __init__(self, engine: Engine, runner: LessonRunner) -> None:
        """Nothing is kept yet."""
        self._engine = engine
        self._runner = runner
        self._encoder = msgspec.json.Encoder()

    async def submit(self, session: str, listener: Listener, command: AnyCommand) -> None:
        """Keep the command durably, unless its id is known; then have it done. Raises TutoriumError when it cannot be taken."""
        session_id = Id[Session](session)
        is_new = await self._engine.run_mutation(
            commands.keep_command,
            session=session_id,
            learner=Id[User](listener.user),
            name=listener.name,
            command=self._encoder.encode(command),
            client_id=command.id,
        )
        if not is_new:
            return
        if isinstance(command, Stop):
            self._runner.stop_speaking(session_id)
            await self._engine.run_mutation(commands.drop_overtaken, session=session_id)
        elif isinstance(command, Pace):
            self._runner.set_pace(session_id, command.value)
        else:
            self._runner.wake(session_id)


class SessionLessonAccess:
    """`LessonAccess` by membership of the session."""

    def __init__(self, attendance: Attendance) -> None:
        """Admit whom `attendance` admits."""
        self._attendance = attendance

    async def authorize(self, session: str, request: UpgradeRequest) -> Listener:
        """Return the listener, or raise NotSignedInError or NotFoundError."""
        attendee = await self._attendance.admit(session, request)
        return Listener(user=attendee.user, name=attendee.name, role=attendee.role)
