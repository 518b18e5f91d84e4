"""What people in a lesson may ask of the tutor, and the answers that are not lesson events (they carry no `seq`)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_TEXT = 4000

CommandId = Annotated[str, Meta(min_length=1, max_length=64)]


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """A request to the tutor. One with an `id` is acknowledged by `ack`, and done once however often it is sent."""

    id: CommandId | None = None


class Start(Command, frozen=True, kw_only=True, tag="start"):
    """Begin the lesson, or go on where it stopped."""


class Say(Command, frozen=True, kw_only=True, tag="say"):
    """Say something to the tutor in words."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]


class Next(Command, frozen=True, kw_only=True, tag="next"):
    """Go on: the next explanation, or the next question."""


class Answer(Command, frozen=True, kw_only=True, tag="answer"):
    """Answer the open question: `choice` counts from 0, `text` for a gap. Exactly one of the two."""

    item: Annotated[str, Meta(min_length=1, max_length=64)]
    choice: Annotated[int, Meta(ge=0, le=20)] | None = None
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)] | None = None


class Help(Command, frozen=True, kw_only=True, tag="help"):
    """Ask for help with the explanation or the open question."""

    kind: Literal["stuck", "simpler", "example"]


class Pace(Command, frozen=True, kw_only=True, tag="pace"):
    """Set how fast the tutor speaks; 1 is normal."""

    value: Annotated[float, Meta(ge=0.5, le=1.5)]


class Point(Command, frozen=True, kw_only=True, tag="point"):
    """Ask about an element of the board."""

    element: Annotated[str, Meta(min_length=1, max_length=64)]
    text: Annotated[str, Meta(max_length=MAX_TEXT)] | None = None


class Stop(Command, frozen=True, kw_only=True, tag="stop"):
    """Stop speaking now. Overtakes every command that waits."""


class Ping(Command, frozen=True, kw_only=True, tag="ping"):
    """Ask for a `pong`; never kept."""


AnyCommand = Start | Say | Next | Answer | Help | Pace | Point | Stop | Ping


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ack"):
    """The command with this id is kept: it will be done once, even if the server is killed now."""

    id: str


class Error(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="error", omit_defaults=True):
    """A command was refused; the connection stays open. `id` names the command if it had one."""

    code: str
    message: str
    id: str | None = None


class Pong(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="pong", omit_defaults=True):
    """The answer to `ping`."""

    id: str | None = None
