"""The wire of a board: y-protocols framing as `y-websocket` speaks it. Bytes in, values out; no I/O.

A message is a varuint kind and its body::

    0 sync       0 step 1 + state vector | 1 step 2 + update | 2 update + update
    1 awareness  update of entries (client, clock, JSON state)
    2 auth       0 + reason
    3 query      ask for every awareness state

Byte strings are preceded by their length as a varuint. Kinds that are not known are passed over, so that a newer client
can still talk to this server.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from tutorium.errors import BadRequestError

EMPTY_UPDATE = b"\x00\x00"
EMPTY_STATE_VECTOR = b"\x00"

# Yjs client ids and clocks are at most 53 bits; ten bytes of seven bits hold any 64-bit number.
MAX_VARUINT_BYTES = 10
# JavaScript counts exactly up to here, and Yjs in browsers throws at anything greater.
MAX_SAFE_INTEGER = 2**53 - 1


class MalformedMessageError(BadRequestError):
    """The message does not follow y-protocols framing. Use a Yjs provider of the y-websocket family."""


class MessageKind(Enum):
    """What a message asks of the room."""

    STATE_VECTOR = (0, 0)
    MISSING_UPDATE = (0, 1)
    UPDATE = (0, 2)
    AWARENESS = (1,)
    QUERY_AWARENESS = (3,)
    UNKNOWN = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One decoded message; `body` is the state vector, the update or the awareness update."""

    kind: MessageKind
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class AwarenessEntry:
    """The presence of one client: its state as JSON text, `null` when it has gone. A higher clock is newer."""

    client: int
    clock: int
    state: bytes

    @property
    def is_gone(self) -> bool:
        """True when the entry says that the client has left."""
        return self.state == b"null"


def write_varuint(number: int) -> bytes:
    """Return `number` (not negative) seven bits a byte, lowest first, the top bit set on all but the last."""
    if number < 128:
        return bytes((number,))
    parts = bytearray()
    while number > 127:
        parts.append(0x80 | (number & 0x7F))
        number >>= 7
    parts.append(number)
    return bytes(parts)


def read_varuint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at `at` and the place after it. Raises MalformedMessageError."""
    number = shift = 0
    for place in range(at, min(len(data), at + MAX_VARUINT_BYTES)):
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place + 1
        shift += 7
    raise MalformedMessageError("a number in the message does not end")


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the length-prefixed bytes that begin at `at` and the place after them. Raises MalformedMessageError."""
    length, start = read_varuint(data, at)
    end = start + length
    if end > len(data):
        raise MalformedMessageError("the message ends before its content")
    return data[start:end], end


def decode_message(data: bytes) -> Message:
    """Return what `data` says. Raises MalformedMessageError when it is cut short."""
    kind, at = read_varuint(data, 0)
    if kind == 0:
        step, at = read_varuint(data, at)
        sync = _SYNC_STEPS.get(step)
        if sync is None:
            return Message(MessageKind.UNKNOWN)
        return Message(sync, read_bytes(data, at)[0])
    if kind == 1:
        return Message(MessageKind.AWARENESS, read_bytes(data, at)[0])
    return Message(MessageKind.QUERY_AWARENESS if kind == 3 else MessageKind.UNKNOWN)


_SYNC_STEPS = {0: MessageKind.STATE_VECTOR, 1: MessageKind.MISSING_UPDATE, 2: MessageKind.UPDATE}


def encode_message(kind: MessageKind, body: bytes = b"") -> bytes:
    """Return the message of `kind` around `body`."""
    if kind is MessageKind.UNKNOWN:
        raise ValueError("only messages that are known are sent")
    head = bytes(kind.value)
    return head if kind is MessageKind.QUERY_AWARENESS else head + write_varuint(len(body)) + body


def decode_awareness(update: bytes) -> list[AwarenessEntry]:
    """Return the entries of an awareness update. Raises MalformedMessageError."""
    count, at = read_varuint(update, 0)
    entries: list[AwarenessEntry] = []
    for _ in range(count):
        client, at = read_varuint(update, at)
        clock, at = read_varuint(update, at)
        if max(client, clock) > MAX_SAFE_INTEGER:
            raise MalformedMessageError("a client id or clock is greater than Yjs can count")
        state, at = read_bytes(update, at)
        entries.append(AwarenessEntry(client, clock, state))
    return entries


def encode_awareness(entries: Iterable[AwarenessEntry]) -> bytes:
    """Return an awareness update with `entries`."""
    parts = [write_varuint(e.client) + write_varuint(e.clock) + write_varuint(len(e.state)) + e.state for e in entries]
    return write_varuint(len(parts)) + b"".join(parts)


def is_empty_state_vector(vector: bytes) -> bool:
    """Say whether a replica has seen nothing at all. Raises MalformedMessageError."""
    return read_varuint(vector, 0)[0] == 0


def has_new_structs(update: bytes) -> bool:
    """Say whether an update carries anything but deletions: a replica that answers step 1 repeats all of those each time."""
    return read_varuint(update, 0)[0] != 0
