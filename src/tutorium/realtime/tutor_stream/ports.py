"""What the tutor socket needs from the application: who may listen, where events are kept, where commands go."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tutorium.realtime.tutor_stream.commands import AnyCommand
from tutorium.sockets.connection import UpgradeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is on the other end of a tutor socket, and what they may do: viewers listen, editors and the owner command."""

    user: str
    name: str
    role: Literal["owner", "editor", "viewer"]


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """One durable event: its number and its encoded JSON text."""

    seq: int
    text: bytes


class LessonAccess(Protocol):
    """Decides who may attach to which session."""

    async def authorize(self, session: str, request: UpgradeRequest) -> Listener:
        """Return the listener, or raise NotSignedInError, ForbiddenError or NotFoundError."""
        ...


class EventLog(Protocol):
    """The durable, numbered events of every session."""

    async def last_seq(self, session: str) -> int:
        """Return the number of the newest event, 0 when there is none."""
        ...

    async def read(self, session: str, after: int, limit: int) -> Sequence[KeptEvent]:
        """Return up to `limit` events with `seq > after`, ascending."""
        ...

    def watch(self, session: str) -> AsyncIterator[int]:
        """Yield the newest number now and again after each change, from whichever process it came; never a smaller one."""
        ...


class CommandSink(Protocol):
    """Where commands go to be done, in order, once."""

    async def submit(self, session: str, listener: Listener, command: AnyCommand) -> None:
        """Keep the command durably and return; one whose `id` was kept before for this session is dropped silently.

        Raises a TutoriumError (code and message go to the sender as `error`) when it cannot be taken.
        """
        ...
