"""Presence."""

import pytest

from tests.unit.realtime.doubles import person
from tutorium.realtime.whiteboard.awareness import MAX_CLIENTS_PER_CONNECTION, MAX_STATE_BYTES, Awareness, Speaker
from tutorium.realtime.whiteboard.messages import AwarenessEntry

TUTOR = 99


def entry(client: int, clock: int, state: str = "{}") -> AwarenessEntry:
    """A presence entry."""
    return AwarenessEntry(client, clock, state.encode())


def speaker(number: int, user: str = "ann") -> Speaker:
    """A connection."""
    return Speaker(number, person(user))


@pytest.fixture
def awareness() -> Awareness:
    """An empty room."""
    return Awareness(TUTOR)


@pytest.mark.rule("RM36")
def test_news_is_kept_and_told(awareness: Awareness) -> None:
    """A newer clock is news; the same or an older one is not."""
    assert awareness.apply([entry(1, 1), entry(2, 5)], speaker(1), 0) == [entry(1, 1), entry(2, 5)]
    assert awareness.apply([entry(1, 1), entry(2, 4), entry(1, 2, '{"a":1}')], speaker(1), 0) == [entry(1, 2, '{"a":1}')]
    assert awareness.entries() == [entry(1, 2, '{"a":1}'), entry(2, 5)]


@pytest.mark.rule("RM37")
def test_echoes_of_others_are_dropped(awareness: Awareness) -> None:
    """Nobody can change, take away or bring back another connection's client."""
    awareness.apply([entry(1, 3)], speaker(1), 0)
    bob = speaker(2, "bob")
    assert awareness.apply([entry(1, 9), entry(1, 3, "null"), entry(1, 4, "null")], bob, 0) == []
    awareness.leave(speaker(1), 0)
    assert awareness.apply([entry(1, 3)], bob, 1) == []
    assert awareness.entries() == []


@pytest.mark.rule("RM37")
def test_a_person_may_take_over_their_own_client(awareness: Awareness) -> None:
    """A reconnected tab goes on under its client id before the old connection has ended, and outlives it."""
    awareness.apply([entry(1, 3)], speaker(1), 0)
    assert awareness.apply([entry(1, 4)], speaker(2), 0) == [entry(1, 4)]
    assert awareness.apply([entry(1, 5)], speaker(1), 0) == []
    assert awareness.leave(speaker(1), 0) == []
    assert awareness.entries() == [entry(1, 4)]


@pytest.mark.rule("RM37")
def test_a_later_connection_may_bring_a_client_back(awareness: Awareness) -> None:
    """After a short loss of the network a tab returns with the clock it had."""
    awareness.apply([entry(1, 3)], speaker(1), 0)
    awareness.leave(speaker(1), 0)
    assert awareness.apply([entry(1, 3)], speaker(2), 1) == [entry(1, 3)]


@pytest.mark.rule("RM38")
@pytest.mark.parametrize(
    "state",
    [
        '{"user":{"id":"bob"}}',
        '{"user":{"id":"ann","kind":"tutor"}}',
        '{"user":{"name":"no id"}}',
        "not json",
        "[]",
        '{"x":"' + "y" * MAX_STATE_BYTES + '"}',
    ],
)
def test_false_names_are_dropped(awareness: Awareness, state: str) -> None:
    """A state under another id, as the tutor, malformed or huge is not shown."""
    assert awareness.apply([entry(1, 1, state)], speaker(1), 0) == []


@pytest.mark.rule("RM38")
def test_own_name_is_shown_and_the_tutors_client_is_reserved(awareness: Awareness) -> None:
    """The right id passes; the server's client id belongs to nobody else."""
    state = '{"user":{"id":"ann","name":"Ann","kind":"person"},"pointer":{"x":1,"y":2}}'
    assert awareness.apply([entry(1, 1, state)], speaker(1), 0) == [entry(1, 1, state)]
    assert awareness.apply([entry(TUTOR, 1, state)], speaker(1), 0) == []


@pytest.mark.rule("RM39")
def test_presence_ends_with_the_connection(awareness: Awareness) -> None:
    """All clients of a connection are taken away under their last clock, those of others stay."""
    awareness.apply([entry(1, 3), entry(2, 1)], speaker(1), 0)
    awareness.apply([entry(3, 1)], speaker(2, "bob"), 0)
    assert awareness.leave(speaker(1), 0) == [entry(1, 3, "null"), entry(2, 1, "null")]
    assert awareness.entries() == [entry(3, 1)]


@pytest.mark.rule("RM39")
def test_silent_clients_expire(awareness: Awareness) -> None:
    """Thirty seconds without news take a client away; news renews it."""
    awareness.apply([entry(1, 1), entry(2, 1)], speaker(1), 0)
    awareness.apply([entry(2, 2)], speaker(1), 20)
    assert awareness.expire(29) == []
    assert awareness.expire(30) == [entry(1, 1, "null")]
    assert awareness.expire(50) == [entry(2, 2, "null")]


def test_leaving_politely(awareness: Awareness) -> None:
    """A client that says null is gone, unless what it says is stale or it never was here."""
    awareness.apply([entry(1, 3)], speaker(1), 0)
    assert awareness.apply([entry(1, 2, "null"), entry(7, 1, "null")], speaker(1), 0) == []
    assert awareness.apply([entry(1, 4, "null")], speaker(1), 0) == [entry(1, 4, "null")]
    assert awareness.entries() == []


def test_a_connection_brings_few_clients(awareness: Awareness) -> None:
    """One connection cannot fill the room with clients."""
    entries = [entry(number, 1) for number in range(20)]
    assert len(awareness.apply(entries, speaker(1), 0)) == MAX_CLIENTS_PER_CONNECTION


@pytest.mark.rule("RM40")
def test_the_tutor_is_present_until_it_leaves(awareness: Awareness) -> None:
    """Each change and each renewal of the tutor's state has a higher clock; None takes it away."""
    assert awareness.renew_own() is None
    first = awareness.set_own({"status": "thinking"})
    assert awareness.entries() == [first]
    renewed = awareness.renew_own()
    assert renewed is not None
    assert (renewed.client, renewed.clock, renewed.state) == (TUTOR, first.clock + 1, first.state)
    assert awareness.set_own(None).is_gone
    assert awareness.entries() == []
    assert awareness.renew_own() is None
