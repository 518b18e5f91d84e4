"""Several clients, any order of doings: what each sees is one state of the database, and in the end the newest."""

import json
from typing import Any

import anyio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.integration.engine_sync.conftest import Bench, Client, open_bench

ROOMS = ("a", "b")

doings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from(ROOMS)),
            st.tuples(st.just("watch"), st.sampled_from(ROOMS)),
            st.tuples(st.just("unwatch"), st.just("")),
            st.tuples(st.just("sign"), st.sampled_from(["ann", "bob", ""])),
            st.tuples(st.just("refuse"), st.sampled_from(ROOMS)),
            st.tuples(st.just("act"), st.sampled_from(ROOMS)),
            st.tuples(st.just("stop reading"), st.just("")),
            st.tuples(st.just("read"), st.just("")),
            st.tuples(st.just("reconnect"), st.just("")),
            st.tuples(st.just("settle"), st.just("")),
        ),
    ),
    max_size=40,
)


class Person:
    """A client with a wish list: what it watches as whom, whatever connection it has."""

    def __init__(self, number: int) -> None:
        self.session = f"person {number}"
        self.watched: dict[int, str] = {}
        self.next_query = 0
        self.signed_in = ""
        self.unanswered: dict[int, dict[str, Any]] = {}
        self.next_request = 0
        self.client: Client | None = None

    async def connect(self, bench: Bench) -> None:
        """Come in, as a browser client does: token, queries, then everything that was not answered."""
        self.client = await bench.open()
        self.client.is_repeating = bool(self.unanswered)
        self.say(self.client.connect(self.session))
        if self.signed_in:
            self.say(self.client.authenticate(self.signed_in))
        self.say(self.client.modify(*[self._add(query, room) for query, room in self.watched.items()]))
        for request in self.unanswered.values():
            self.say(request)

    def say(self, message: dict[str, Any]) -> None:
        """Send without waiting."""
        assert self.client is not None
        handler = self.client.connection.handler
        assert handler is not None
        handler.on_message(json.dumps(message))

    def look(self) -> None:
        """Take in what was said."""
        assert self.client is not None
        self.client.check()
        for answer in self.client.of_type("MutationResponse"):
            self.unanswered.pop(answer["requestId"], None)

    def mutate(self, path: str, **args: Any) -> None:
        """Call a mutation, to be sent again until it is answered."""
        message = {"type": "Mutation", "requestId": self.next_request, "udfPath": path, "args": [args]}
        self.unanswered[self.next_request] = message
        self.next_request += 1
        self.say(message)

    def act(self, room: str) -> None:
        """Call an action."""
        args = {"room": room, "text": "x"}
        self.say({"type": "Action", "requestId": self.next_request, "udfPath": "messages:addTwice", "args": [args]})
        self.next_request += 1

    def _add(self, query: int, room: str) -> dict[str, Any]:
        path, args = ("messages:list", {"room": room}) if room in ROOMS else ("people:me", {})
        return {"type": "Add", "queryId": query, "udfPath": path, "args": [args]}

    def watch(self, room: str) -> None:
        """Watch a room, or who one is."""
        assert self.client is not None
        self.watched[self.next_query] = room
        self.say(self.client.modify(self._add(self.next_query, room)))
        self.next_query += 1

    def unwatch(self) -> None:
        """Stop watching the oldest query."""
        assert self.client is not None
        if self.watched:
            query = next(iter(self.watched))
            del self.watched[query]
            self.say(self.client.modify({"type": "Remove", "queryId": query}))

    def sign(self, name: str) -> None:
        """Become somebody else."""
        assert self.client is not None
        self.signed_in = name
        self.say(self.client.authenticate(name or None))


async def do(bench: Bench, person: Person, what: str, detail: str) -> None:
    """One step of one person."""
    client = person.client
    assert client is not None
    match what:
        case "add":
            person.mutate("messages:add", room=detail, text=f"{person.session} {person.next_request}")
        case "refuse":
            person.mutate("messages:refuse", room=detail)
        case "act":
            person.act(detail)
        case "watch":
            person.watch(detail)
        case "unwatch":
            person.unwatch()
        case "sign":
            person.sign(detail)
        case "stop reading":
            client.connection.is_full = True
        case "read":
            client.connection.drain()
        case "reconnect":
            person.look()
            client.connection.close(1006)
            await person.connect(bench)
        case _:
            await bench.runtime.settle()


async def play(steps: list[tuple[int, tuple[str, str]]]) -> None:
    """Play it through and compare."""
    async with open_bench() as bench:
        people = [Person(number) for number in range(3)]
        for person in people:
            await person.connect(bench)
            person.watch("me")
        for number, (what, detail) in steps:
            await do(bench, people[number], what, detail)
        for person in people:
            assert person.client is not None
            person.client.connection.drain()
        for _ in range(3):
            await bench.runtime.settle()
        rows: dict[str, Any] = {}
        for room in ROOMS:
            outcome = await bench.engine.run_call("messages:list", json.dumps({"room": room}).encode())
            rows[room] = json.loads(outcome[1].value_json)  # type: ignore[union-attr]
        for person in people:
            person.look()
            client = person.client
            assert client is not None
            assert client.connection.closed is None
            assert person.unanswered == {}
            assert client.uncovered == []
            wanted = {
                query: rows[room] if room in ROOMS else person.signed_in or None for query, room in person.watched.items()
            }
            assert client.queries == wanted
        texts = [row["text"] for room in ROOMS for row in rows[room] if row["text"] != "x 1" and row["text"] != "x 2"]
        assert len(texts) == len(set(texts)), "a mutation was done twice"


@pytest.mark.rule("SY1")
@pytest.mark.rule("SY17")
@pytest.mark.timeout(120)
@settings(max_examples=60, deadline=None)
@given(doings)
@example([(0, ("add", "a")), (0, ("sign", "ann")), (0, ("sign", "ann"))])
def test_everybody_ends_with_the_newest_state(steps: list[tuple[int, tuple[str, str]]]) -> None:
    """Whatever clients do and however often they reconnect: versions chain, answers are covered, nothing is done twice."""
    anyio.run(play, steps)
