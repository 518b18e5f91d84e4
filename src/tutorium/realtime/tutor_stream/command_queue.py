"""The commands of one connection on their way to the sink: in order, bounded, and `stop` past all others."""

import asyncio
from collections import deque

import msgspec
import structlog

from tutorium.errors import RateLimitedError, TutoriumError
from tutorium.realtime.tutor_stream.commands import Ack, AnyCommand, Error, Stop
from tutorium.realtime.tutor_stream.ports import CommandSink, Listener
from tutorium.sockets.connection import Connection

# What a connection may have waiting; more is somebody typing faster than a database commits.
MAX_WAITING = 32

_log = structlog.get_logger()
_encoder = msgspec.json.Encoder()


class CommandQueue:
    """Submits a listener's commands and answers each with `ack` or `error`."""

    def __init__(
        self, session: str, listener: Listener, connection: Connection, sink: CommandSink, tasks: asyncio.TaskGroup
    ) -> None:
        """Submit to `sink` in tasks of `tasks`; a task lives only while commands wait."""
        self._session = session
        self._listener = listener
        self._connection = connection
        self._sink = sink
        self._tasks = tasks
        self._waiting: deque[AnyCommand] = deque()
        self._is_working = False

    def put(self, command: AnyCommand) -> None:
        """Take a command in. Raises RateLimitedError when too many wait."""
        if isinstance(command, Stop):
            self._tasks.create_task(self._submit(command))
            return
        if len(self._waiting) >= MAX_WAITING:
            raise RateLimitedError("Too many commands are waiting to be kept. Wait for their answers before you send more.")
        self._waiting.append(command)
        if not self._is_working:
            self._is_working = True
            self._tasks.create_task(self._work())

    async def _work(self) -> None:
        while self._waiting:
            await self._submit(self._waiting.popleft())
        self._is_working = False

    async def _submit(self, command: AnyCommand) -> None:
        try:
            await self._sink.submit(self._session, self._listener, command)
        except TutoriumError as error:
            answer_error(self._connection, error, command.id)
        except Exception:
            _log.exception("tutor.command_failed", session=self._session, command=type(command).__name__)
            answer_error(self._connection, TutoriumError(), command.id)
        else:
            if command.id is not None:
                self._connection.send(_encoder.encode(Ack(id=command.id)).decode())


def answer_error(connection: Connection, error: TutoriumError, command_id: str | None) -> None:
    """Tell the sender that a command was refused; the connection stays open."""
    connection.send(_encoder.encode(Error(code=error.code, message=error.message, id=command_id)).decode())
