"""All tutor channels of this process: one per session, followed only while somebody listens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tutorium.errors import UnavailableError
from tutorium.realtime.tutor_stream.channel import Channel
from tutorium.realtime.tutor_stream.ports import EventLog
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection


class TutorShuttingDownError(UnavailableError):
    """The server is about to restart. Try again in a moment."""


@dataclass(slots=True)
class _Followed:
    channel: Channel
    follower: asyncio.Task[None]


@asynccontextmanager
async def open_tutor_hub(log: EventLog, *, runtime: Runtime) -> AsyncGenerator["TutorHub"]:
    """Run the tutor channels of this process; on leaving, everybody is disconnected and received commands are kept."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        hub = TutorHub(log, tasks, runtime=runtime)
        try:
            yield hub
        except Exception as error:
            # Raised again outside, so that the caller's error is not wrapped into the group's.
            failure = error
        finally:
            hub.close()
    if failure is not None:
        raise failure


class TutorHub:
    """The channels that somebody listens to. Made by `open_tutor_hub`."""

    def __init__(self, log: EventLog, tasks: asyncio.TaskGroup, *, runtime: Runtime) -> None:
        """Read events from `log`; followers, replays and commands run as tasks of `tasks`."""
        self.tasks = tasks
        self.runtime = runtime
        self._log = log
        self._followed: dict[str, _Followed] = {}
        self._is_closing = False

    @property
    def sessions(self) -> list[str]:
        """The sessions that somebody listens to."""
        return list(self._followed)

    async def attach(self, session: str, connection: Connection, after: int | None) -> None:
        """Begin to send a session's events after `after`. Raises TutorShuttingDownError, or what the log raises."""
        if self._is_closing:
            raise TutorShuttingDownError
        channel = self._channel_of(session)
        try:
            await channel.attach(connection, after)
        finally:
            self._drop_if_empty(session, channel)

    def detach(self, session: str, connection: Connection) -> None:
        """Stop sending to a connection."""
        followed = self._followed.get(session)
        if followed is not None:
            followed.channel.detach(connection)
            self._drop_if_empty(session, followed.channel)

    def close(self) -> None:
        """Disconnect everybody; commands that were received are still submitted by their tasks."""
        self._is_closing = True
        for followed in list(self._followed.values()):
            followed.channel.close(CloseCode.SERVICE_RESTART)
            followed.follower.cancel()

    def _channel_of(self, session: str) -> Channel:
        followed = self._followed.get(session)
        if followed is None or followed.follower.done():
            channel = Channel(session, self._log, self.tasks, self.runtime)
            follower = self.tasks.create_task(channel.follow(), name=f"tutor {session}")
            followed = self._followed[session] = _Followed(channel, follower)
        return followed.channel

    def _drop_if_empty(self, session: str, channel: Channel) -> None:
        followed = self._followed.get(session)
        if followed is not None and followed.channel is channel and channel.is_empty:
            followed.follower.cancel()
            del self._followed[session]
