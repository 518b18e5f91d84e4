"""Who is on a board right now: presence as y-protocols keeps it, never stored (whiteboard model, section 12).

The server keeps the last state of every client, tells newcomers, relays changes to everybody (the sender too: a lone client
hangs up after 30 s without any frame), and takes a client's state away when its connection ends or it is silent for 30 s.

Providers send back what they hear of others. So a connection speaks only for clients it owns: the one that brought a client
first owns it until it leaves, and a person may take over their own client with a later connection.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from tutorium.realtime.whiteboard.messages import AwarenessEntry
from tutorium.realtime.whiteboard.ports import Participant

# y-protocols calls a client gone after this silence; clients renew their state twice as often.
OUTDATED_SECONDS = 30.0
# Room for a large selection; the contract asks for 1 kB.
MAX_STATE_BYTES = 16 * 1024
# One tab is one client. A few more bear a page that rebuilds its document on the same connection.
MAX_CLIENTS_PER_CONNECTION = 8


class _User(msgspec.Struct, frozen=True):
    id: str
    kind: str = "person"


class _State(msgspec.Struct, frozen=True):
    user: _User | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """One connection as the presence of a room sees it; `number` grows with every connection of the room."""

    number: int
    participant: Participant


@dataclass(slots=True)
class _Presence:
    clock: int
    state: bytes
    seen_at: float
    owner: Speaker


@dataclass(frozen=True, slots=True)
class _Departure:
    """A client that left: what others still send about it is stale."""

    clock: int
    last_number: int
    at: float


class Awareness:
    """The presence of one room. Times are seconds of a monotonic clock, given by the caller."""

    def __init__(self, reserved_client: int) -> None:
        """`reserved_client` is the server's own id (the tutor), which no connection may use."""
        self._reserved = reserved_client
        self._present: dict[int, _Presence] = {}
        self._departed: dict[int, _Departure] = {}
        self._own: AwarenessEntry | None = None
        self._newest_number = 0

    def apply(self, entries: Iterable[AwarenessEntry], speaker: Speaker, now: float) -> list[AwarenessEntry]:
        """Take in what a connection says and return the entries that are news to others."""
        self._newest_number = max(self._newest_number, speaker.number)
        return [entry for entry in entries if self._apply_one(entry, speaker, now)]

    def entries(self) -> list[AwarenessEntry]:
        """Return the state of everybody who is present, the tutor last."""
        present = [AwarenessEntry(client, known.clock, known.state) for client, known in self._present.items()]
        return [*present, self._own] if self._own is not None and not self._own.is_gone else present

    def leave(self, speaker: Speaker, now: float) -> list[AwarenessEntry]:
        """Forget the clients of a connection that ended and return the entries that say so."""
        return self._remove([client for client, known in self._present.items() if known.owner.number == speaker.number], now)

    def expire(self, now: float) -> list[AwarenessEntry]:
        """Forget clients that have been silent for too long and return the entries that say so."""
        self._departed = {c: gone for c, gone in self._departed.items() if now - gone.at < OUTDATED_SECONDS}
        return self._remove([c for c, known in self._present.items() if now - known.seen_at >= OUTDATED_SECONDS], now)

    def set_own(self, state: dict[str, Any] | None) -> AwarenessEntry:
        """Set the tutor's state (None: it leaves) and return the entry that says so."""
        clock = 1 if self._own is None else self._own.clock + 1
        self._own = AwarenessEntry(self._reserved, clock, msgspec.json.encode(state))
        return self._own

    def renew_own(self) -> AwarenessEntry | None:
        """Return the tutor's state under a newer clock, so that nobody takes it for gone; None when it is not present."""
        if self._own is None or self._own.is_gone:
            return None
        self._own = AwarenessEntry(self._reserved, self._own.clock + 1, self._own.state)
        return self._own

    def _apply_one(self, entry: AwarenessEntry, speaker: Speaker, now: float) -> bool:
        if entry.client == self._reserved:
            return False
        known = self._present.get(entry.client)
        if known is None:
            if entry.is_gone or not self._may_appear(entry, speaker):
                return False
        elif not _may_speak(known, entry, speaker):
            return False
        elif entry.is_gone:
            if known.clock > entry.clock:
                return False
            self._remove([entry.client], now)
            return True
        elif known.clock >= entry.clock:
            return False
        if not _is_acceptable(entry.state, speaker.participant):
            return False
        self._departed.pop(entry.client, None)
        self._present[entry.client] = _Presence(entry.clock, entry.state, now, speaker)
        return True

    def _may_appear(self, entry: AwarenessEntry, speaker: Speaker) -> bool:
        gone = self._departed.get(entry.client)
        if gone is not None and entry.clock <= gone.clock and speaker.number <= gone.last_number:
            return False
        owned = sum(known.owner.number == speaker.number for known in self._present.values())
        return owned < MAX_CLIENTS_PER_CONNECTION

    def _remove(self, clients: list[int], now: float) -> list[AwarenessEntry]:
        gone: list[AwarenessEntry] = []
        for client in clients:
            known = self._present.pop(client)
            self._departed[client] = _Departure(known.clock, self._newest_number, now)
            gone.append(AwarenessEntry(client, known.clock, b"null"))
        return gone


def _may_speak(known: _Presence, entry: AwarenessEntry, speaker: Speaker) -> bool:
    if known.owner.number == speaker.number:
        return True
    is_takeover = speaker.number > known.owner.number and speaker.participant.user == known.owner.participant.user
    return is_takeover and not entry.is_gone


def _is_acceptable(state: bytes, participant: Participant) -> bool:
    """Say whether a connection may show this state: well-formed, small, and under no other person's name."""
    if len(state) > MAX_STATE_BYTES:
        return False
    try:
        decoded = msgspec.json.decode(state, type=_State)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return decoded.user is None or (decoded.user.id == participant.user and decoded.user.kind == "person")
