"""`/ws/tutor/{session}`: the lesson as numbered JSON events, and the commands of those who may steer it."""

from typing import Literal

import msgspec

from tutorium.errors import BadRequestError, ForbiddenError, RateLimitedError, TutoriumError
from tutorium.realtime.rate_limit import RateLimit
from tutorium.realtime.refusal import close_code_of, close_reason_of
from tutorium.realtime.tutor_stream.command_queue import CommandQueue, answer_error
from tutorium.realtime.tutor_stream.commands import Answer, AnyCommand, Ping, Pong
from tutorium.realtime.tutor_stream.hub import TutorHub
from tutorium.realtime.tutor_stream.ports import CommandSink, LessonAccess, Listener
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection

# The longest command is 4,000 characters of text, escaped.
MAX_COMMAND_BYTES = 32 * 1024

# A person clicks and types; twenty at once is a page that catches up after a reconnect.
BURST = 20
COMMANDS_PER_SECOND = 5.0


class MalformedCommandError(BadRequestError):
    """The command is not one of the documented JSON objects."""


class WatchingOnlyError(ForbiddenError):
    """You may watch this lesson, but not steer it. Ask the owner to make you an editor."""


class _Id(msgspec.Struct):
    id: str | None = None


_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_id_decoder = msgspec.json.Decoder(_Id)
_encoder = msgspec.json.Encoder()


class TutorEndpoint:
    """Takes listeners in: asks who they are, replays what they missed, and hands their commands on."""

    max_message_bytes = MAX_COMMAND_BYTES

    def __init__(self, hub: TutorHub, access: LessonAccess, sink: CommandSink) -> None:
        """Let in whom `access` lets in; commands go to `sink`."""
        self._hub = hub
        self._access = access
        self._sink = sink

    async def open(self, connection: Connection) -> "TutorHandler | None":
        """Authorize and attach, or close with 4401, 4403, 4404, 1008 (`after` is no number) or 1013."""
        session = connection.request.params["session"]
        try:
            listener = await self._access.authorize(session, connection.request)
            after = parse_after(connection.request.query.get("after"))
            await self._hub.attach(session, connection, after)
        except BadRequestError as error:
            answer_error(connection, error, None)
            connection.close(CloseCode.POLICY_VIOLATION, close_reason_of(error))
            return None
        except TutoriumError as error:
            connection.close(close_code_of(error), close_reason_of(error))
            return None
        if not connection.is_open:
            self._hub.detach(session, connection)
            return None
        queue = CommandQueue(session, listener, connection, self._sink, self._hub.tasks)
        return TutorHandler(session, listener, connection, queue, self._hub)


class TutorHandler:
    """One listener's side of a lesson."""

    def __init__(self, session: str, listener: Listener, connection: Connection, queue: CommandQueue, hub: TutorHub) -> None:
        """Speak for `listener`, who is attached to `session`."""
        self._session = session
        self._listener = listener
        self._connection = connection
        self._queue = queue
        self._hub = hub
        self._rate = RateLimit(hub.runtime.monotonic(), burst=BURST, per_second=COMMANDS_PER_SECOND)

    @property
    def user(self) -> str:
        """Who is on the other side."""
        return self._listener.user

    @property
    def role(self) -> Literal["owner", "editor", "viewer"]:
        """What they were admitted as."""
        return self._listener.role

    def on_message(self, message: bytes | str) -> None:
        """Take one command; whatever is wrong with it is answered, and the connection stays."""
        try:
            if not self._rate.take(self._hub.runtime.monotonic()):
                raise RateLimitedError
            self._take(decode_command(message))
        except TutoriumError as error:
            answer_error(self._connection, error, _find_id(message))

    def on_closed(self, code: int, reason: str) -> None:
        """Stop listening; commands that were received are still done."""
        self._hub.detach(self._session, self._connection)

    def _take(self, command: AnyCommand) -> None:
        if isinstance(command, Ping):
            self._connection.send(_encoder.encode(Pong(id=command.id)).decode())
        elif self._listener.role == "viewer":
            raise WatchingOnlyError
        else:
            self._queue.put(command)


def decode_command(message: bytes | str) -> AnyCommand:
    """Return the command in a text message. Raises MalformedCommandError with a message that names what is wrong."""
    if isinstance(message, bytes):
        raise MalformedCommandError("Commands are JSON in text messages, not binary ones.")
    try:
        command = _decoder.decode(message)
    except RecursionError as error:
        raise MalformedCommandError("This is no command of a lesson: it is nested too deeply.") from error
    except msgspec.DecodeError as error:
        raise MalformedCommandError(f"This is no command of a lesson: {error}.") from error
    if isinstance(command, Answer) and (command.choice is None) == (command.text is None):
        raise MalformedCommandError("An answer carries either `choice` or `text`, not both and not neither.")
    return command


def parse_after(text: str | None) -> int | None:
    """Return the number in `?after=`, None when it is absent. Raises MalformedCommandError."""
    if text is None:
        return None
    # Numbers beyond 15 digits are beyond every event there can be, and beyond what JavaScript counts exactly.
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise MalformedCommandError(
            "`after` is the number of the last event that arrived. Leave it out to hear what comes from now on."
        )
    return int(text)


def _find_id(message: bytes | str) -> str | None:
    """Return the id of a command that cannot be taken, so that its sender knows which one it was."""
    try:
        found = _id_decoder.decode(message).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found is not None and len(found) <= 64 else None
