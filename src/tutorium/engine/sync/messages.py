"""Every message of the sync protocol, in both directions. A test freezes this schema: clients in the field rely on it.

Function arguments and values pass through as raw JSON; unknown fields are ignored, unknown types are refused.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

U32: TypeAlias = Annotated[int, Meta(ge=0, le=2**32 - 1)]
EncodedTs: TypeAlias = str
"""A timestamp as padded base64 of 8 little-endian bytes: see `timestamps`."""

EMPTY_ARGS = Raw(b"{}")


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", rename="camel"):
    """The common form: a flat object that names its type."""


# ---- from the client ----


class Connect(_Message, frozen=True, tag="Connect"):
    """The first message of a connection. `clientTs` is the client's clock in ms, 0 from clients that do not say."""

    session_id: str
    connection_count: U32 = 0
    last_close_reason: str | None = None
    max_observed_timestamp: EncodedTs | None = None
    client_ts: float | None = None


class AddQuery(_Message, frozen=True, tag="Add"):
    """Watch a query from now on. `journal` is what the query said it wants to be given again."""

    query_id: U32
    udf_path: str
    args: list[Raw] = msgspec.field(default_factory=list[Raw])
    journal: str | None = None
    component_path: str | None = None


class RemoveQuery(_Message, frozen=True, tag="Remove"):
    """Watch it no more."""

    query_id: U32


class ModifyQuerySet(_Message, frozen=True, tag="ModifyQuerySet"):
    """Change what is watched, from one version of the query set to the next."""

    base_version: U32
    new_version: U32
    modifications: list[AddQuery | RemoveQuery]


class Mutation(_Message, frozen=True, tag="Mutation"):
    """Run a mutation; those of one connection run in order."""

    request_id: U32
    udf_path: str
    args: list[Raw] = msgspec.field(default_factory=list[Raw])
    component_path: str | None = None


class Action(_Message, frozen=True, tag="Action"):
    """Run an action; actions run side by side."""

    request_id: U32
    udf_path: str
    args: list[Raw] = msgspec.field(default_factory=list[Raw])
    component_path: str | None = None


class Authenticate(_Message, frozen=True, tag="Authenticate"):
    """Say who is there from now on: `value` is the token, `None` signs out."""

    base_version: U32
    token_type: Literal["User", "Admin", "None"]
    value: str | None = None


class Event(_Message, frozen=True, tag="Event"):
    """Telemetry of the client; taken and forgotten."""

    event_type: str | None = None


ClientMessage: TypeAlias = Connect | ModifyQuerySet | Mutation | Action | Authenticate | Event


# ---- to the client ----


class StateVersion(msgspec.Struct, frozen=True, rename="camel"):
    """Where a connection stands: its query set, its identity, and the timestamp of its results."""

    query_set: U32
    identity: U32
    ts: EncodedTs


class QueryUpdated(_Message, frozen=True, tag="QueryUpdated"):
    """A query has a new value."""

    query_id: U32
    value: Raw
    log_lines: tuple[str, ...]
    journal: str | None


class QueryFailed(_Message, frozen=True, tag="QueryFailed"):
    """A query has an error instead of a value. `errorData` is absent unless the function raised an error with data."""

    query_id: U32
    error_message: str
    log_lines: tuple[str, ...]
    journal: str | None
    error_data: Raw | UnsetType = UNSET


class QueryRemoved(_Message, frozen=True, tag="QueryRemoved"):
    """A query is no longer watched."""

    query_id: U32


Modification: TypeAlias = QueryUpdated | QueryFailed | QueryRemoved


class Transition(_Message, frozen=True, tag="Transition"):
    """All queries of the connection, moved to one timestamp: what is not mentioned is unchanged."""

    start_version: StateVersion
    end_version: StateVersion
    modifications: list[Modification]
    client_clock_skew: int | None = None
    server_ts: int | None = None


class TransitionChunk(_Message, frozen=True, tag="TransitionChunk"):
    """A piece of a large Transition's JSON text."""

    chunk: str
    part_number: U32
    total_parts: U32
    transition_id: str


class MutationResponse(_Message, frozen=True, tag="MutationResponse"):
    """What became of a mutation. `result` is its value, or the error message; `ts` is null for failures."""

    request_id: U32
    success: bool
    result: Raw
    ts: EncodedTs | None
    log_lines: tuple[str, ...]
    error_data: Raw | UnsetType = UNSET


class ActionResponse(_Message, frozen=True, tag="ActionResponse"):
    """What became of an action."""

    request_id: U32
    success: bool
    result: Raw
    log_lines: tuple[str, ...]
    error_data: Raw | UnsetType = UNSET


class AuthError(_Message, frozen=True, tag="AuthError"):
    """The token is not (or no longer) good; the client fetches another and comes back."""

    error: str
    base_version: U32
    auth_update_attempted: bool


class FatalError(_Message, frozen=True, tag="FatalError"):
    """The client broke the protocol. Official browser clients never reconnect after this one."""

    error: str


class Ping(_Message, frozen=True, tag="Ping"):
    """Nothing to say; still here."""


ServerMessage: TypeAlias = Transition | TransitionChunk | MutationResponse | ActionResponse | AuthError | FatalError | Ping

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()


class ProtocolViolation(Exception):  # an end of the conversation, not an error of ours
    """The client broke the protocol; it is told so in a FatalError."""


def decode_client_message(text: bytes | str) -> ClientMessage:
    """Return a client's message. Raises ProtocolViolation with what is wrong about it."""
    if isinstance(text, bytes):
        raise ProtocolViolation("messages are JSON in text frames")
    try:
        return _decoder.decode(text)
    except RecursionError as error:
        raise ProtocolViolation("this is no message of the sync protocol: it is nested too deeply") from error
    except msgspec.DecodeError as error:
        raise ProtocolViolation(f"this is no message of the sync protocol: {error}") from error


def encode_server_message(message: ServerMessage) -> bytes:
    """Return the JSON text of a message, in UTF-8."""
    return _encoder.encode(message)


def encode_json_string(text: str) -> Raw:
    """Return a text as raw JSON."""
    return Raw(_encoder.encode(text))


def arguments_of(args: list[Raw]) -> bytes:
    """Return the object of arguments in a message.

    Anything else than one object comes back as the whole array, which fits no function: the call then fails with a message that
    says so, instead of ending the conversation.
    """
    if not args:
        return b"{}"
    return bytes(args[0]) if len(args) == 1 else _encoder.encode(args)


def path_of(udf_path: str, component_path: str | None) -> str:
    """Return which function is meant. There are no components here; a path into one leads nowhere."""
    return f"{component_path}/{udf_path}" if component_path else udf_path
