"""The rules of the sync protocol, one connection at a time."""

import json
from typing import Any

import pytest

from tests.integration.engine_sync.conftest import Bench, open_bench
from tutorium.engine.sync.timestamps import decode_ts, encode_ts

pytestmark = pytest.mark.anyio


@pytest.mark.rule("SY1")
async def test_the_first_transition_begins_at_zero(bench: Bench) -> None:
    """A query set gets an answer that starts at (0, 0, 0) and ends at the client's version."""
    client = await bench.client()
    await client.send(client.add(0, "messages:list", room="a"))
    (transition,) = client.of_type("Transition")
    assert transition["startVersion"] == {"querySet": 0, "identity": 0, "ts": "AAAAAAAAAAA="}
    assert transition["endVersion"]["querySet"] == 1
    assert transition["modifications"] == [
        {"type": "QueryUpdated", "queryId": 0, "value": [], "logLines": [], "journal": None},
    ]
    assert isinstance(transition["serverTs"], int)


async def test_an_empty_query_set_is_answered_too(bench: Bench) -> None:
    """Browser clients begin with a query set without queries, and wait for its Transition."""
    client = await bench.client()
    await client.send(client.modify())
    assert client.version["querySet"] == 1


@pytest.mark.rule("SY2")
async def test_a_transition_follows_each_mutation(bench: Bench) -> None:
    """With and without queries, a Transition that covers the mutation comes after its response."""
    client = await bench.client()
    await client.send(client.mutation("messages:add", room="a", text="x"))
    assert client.types == ["MutationResponse", "Transition"]
    assert client.uncovered == []
    await client.send(client.add(0, "messages:count", room="a"), client.mutation("messages:add", room="a", text="y"))
    assert client.uncovered == []
    assert client.queries[0] == 2.0


@pytest.mark.rule("SY3")
async def test_a_transition_follows_failures_and_actions(bench: Bench) -> None:
    """A mutation that fails and an action are each followed by a Transition, even if nothing changed."""
    client = await bench.client()
    await client.send(client.mutation("messages:refuse", room="a"))
    assert client.types == ["MutationResponse", "Transition"]
    await client.send(client.action("messages:addTwice", room="a", text="x"))
    assert client.types[2:] == ["ActionResponse", "Transition"]


@pytest.mark.rule("SY4")
async def test_a_mutation_sent_again_is_done_once(bench: Bench) -> None:
    """The same session and request on a new connection get the first answer; another session does it anew."""
    first = await bench.client("one")
    message = first.mutation("messages:add", room="a", text="x")
    await first.send(message)
    second = await bench.client("one")
    second.is_repeating = True
    await second.send(second.add(0, "messages:count", room="a"), message)
    assert second.of_type("MutationResponse")[0]["result"] == first.of_type("MutationResponse")[0]["result"]
    assert second.queries[0] == 1.0
    assert second.types.index("MutationResponse") < len(second.types) - 1
    assert second.uncovered == []
    third = await bench.client("two")
    await third.send(third.add(0, "messages:count", room="a"), message)
    assert third.queries[0] == 2.0


@pytest.mark.rule("SY4")
async def test_a_failed_mutation_sent_again_runs_again(bench: Bench) -> None:
    """Failures are not remembered."""
    client = await bench.client()
    message = client.mutation("messages:refuse", room="a")
    await client.send(message)
    again = await bench.client()
    await again.send(message)
    assert again.of_type("MutationResponse")[0]["success"] is False


@pytest.mark.rule("SY5")
async def test_what_every_answer_carries(bench: Bench) -> None:
    """Log lines are arrays, timestamps padded base64, `errorData` absent for ordinary errors, floats have a point."""
    client = await bench.client()
    await client.send(
        client.mutation("messages:nothing"), client.mutation("messages:crash"), client.mutation("messages:refuse", room="a")
    )
    done, crashed, refused = client.of_type("MutationResponse")
    assert done["result"] is None
    assert done["logLines"] == crashed["logLines"] == []
    assert len(done["ts"]) == 12
    assert done["ts"].endswith("=")
    assert crashed["ts"] is None
    assert "errorData" not in crashed
    assert "errorData" not in done
    assert refused["errorData"]["left"] == 0
    assert '"left":0.0' in refused["text"]


@pytest.mark.rule("SY12")
async def test_unchanged_results_are_not_sent(bench: Bench) -> None:
    """A commit that touches no query of a client is not told to it; one that leaves the result equal is not either."""
    watcher, writer = await bench.client("w"), await bench.client("x")
    await watcher.send(watcher.add(0, "messages:count", room="a"))
    said = len(watcher.connection.said)
    await writer.send(writer.mutation("messages:add", room="b", text="x"))
    watcher.check()
    assert len(watcher.connection.said) == said
    await writer.send(writer.mutation("messages:add", room="a", text="x"))
    watcher.check()
    assert watcher.queries[0] == 1.0


@pytest.mark.rule("SY12")
async def test_all_queries_move_together(bench: Bench) -> None:
    """Two queries of one connection that a commit changes come in one Transition."""
    watcher, writer = await bench.client("w"), await bench.client("x")
    await watcher.send(watcher.add(0, "messages:count", room="a"), watcher.add(1, "messages:list", room="a"))
    said = len(watcher.connection.said)
    await writer.send(writer.mutation("messages:add", room="a", text="x"))
    watcher.check()
    (transition,) = watcher.connection.said[said:]
    assert {change["queryId"] for change in transition["modifications"]} == {0, 1}


async def test_removing_a_query(bench: Bench) -> None:
    """A removed query is told as removed, and its id may be used again."""
    client = await bench.client()
    await client.send(client.add(7, "messages:count", room="a"))
    await client.send(client.remove(7))
    assert client.queries == {}
    await client.send(client.add(7, "messages:list", room="a"))
    assert client.queries == {7: []}


async def test_added_and_removed_in_one_breath(bench: Bench) -> None:
    """A query that is gone before it was ever answered leaves nothing behind."""
    client = await bench.client()
    await client.send(client.add(1, "messages:count", room="a"), client.remove(1), client.add(2, "messages:count", room="a"))
    assert client.queries == {2: 0.0}
    assert client.version["querySet"] == 3


async def test_a_failing_query_fails_alone(bench: Bench) -> None:
    """An error is told for its query only, and is replaced when the query works again."""
    client = await bench.client()
    await client.send(
        client.add(0, "messages:count", room="a"), client.add(1, "messages:nowhere"), client.add(2, "people:private")
    )
    assert client.queries[0] == 0.0
    assert client.queries[1]["type"] == "QueryFailed"
    assert "errorData" not in client.queries[1]
    assert client.queries[2]["errorData"]["code"] == "not_signed_in"
    await client.send(client.authenticate("ann"))
    assert client.queries[2] == "only for those signed in"


async def test_paths_in_any_spelling(bench: Bench) -> None:
    """`messages.js:count` is `messages:count`; a path into a component leads nowhere."""
    client = await bench.client()
    await client.send(client.add(0, "messages.js:count", room="a"))
    assert client.queries[0] == 0.0
    change = {"type": "Add", "queryId": 1, "udfPath": "messages:count", "args": [{"room": "a"}], "componentPath": "other"}
    await client.send(client.modify(change))
    assert client.queries[1]["type"] == "QueryFailed"


async def test_positional_arguments_fail_the_call_only(bench: Bench) -> None:
    """More than one argument is an error of the call; none at all is an empty object."""
    client = await bench.client()
    two = client.mutation("messages:add") | {"args": [{"room": "a"}, {"text": "x"}]}
    none = client.mutation("messages:nothing") | {"args": []}
    await client.send(two, none)
    assert [answer["success"] for answer in client.of_type("MutationResponse")] == [False, True]
    assert client.connection.is_open


@pytest.mark.rule("SY13")
async def test_mutations_run_in_order_and_actions_beside_them(bench: Bench) -> None:
    """Responses to mutations keep the order of the requests; a slow action holds nobody up."""
    client = await bench.client()
    await client.send(
        client.action("messages:wait", seconds=0.2), *[client.mutation("messages:add", room="a", text=str(i)) for i in range(5)]
    )
    assert [answer["requestId"] for answer in client.of_type("MutationResponse")] == [1, 2, 3, 4, 5]
    assert client.of_type("ActionResponse") == []


@pytest.mark.rule("SY9")
async def test_a_ping_after_silence(bench: Bench) -> None:
    """Whoever has heard nothing for 15 s hears a Ping; whoever has, does not."""
    client = await bench.client()
    await bench.runtime.advance(60)
    pings = len(client.of_type("Ping"))
    assert 4 <= pings <= 6
    await client.send(client.mutation("messages:nothing"))
    await bench.runtime.advance(9)
    assert len(client.of_type("Ping")) == pings


@pytest.mark.rule("SY8")
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("{", "no message"),
        (b"{}", "text frames"),
        ('{"type":"Nonsense"}', "no message"),
        ('{"type":"Mutation"}', "requestId"),
        ('{"type":"ModifyQuerySet","baseVersion":1,"newVersion":2,"modifications":[]}', "version 0"),
        ('{"type":"ModifyQuerySet","baseVersion":0,"newVersion":0,"modifications":[]}', "does not come after"),
        (
            '{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[{"type":"Remove","queryId":3}]}',
            "not watched",
        ),
        ('{"type":"Authenticate","baseVersion":4,"tokenType":"None"}', "identity is at version 0"),
        ('{"type":"Connect","sessionId":"x","connectionCount":0}', "comes once"),
        ("[" * 100_000, "no message"),
    ],
)
async def test_a_broken_protocol_ends_with_a_fatal_error(bench: Bench, message: Any, expected: str) -> None:
    """What no official client sends is answered with FatalError and a reason."""
    client = await bench.client()
    await client.send(message)
    assert client.types[-1] == "FatalError"
    assert expected in client.of_type("FatalError")[0]["error"]
    assert client.connection.closed == (1002, "FatalError")


@pytest.mark.rule("SY8")
async def test_duplicate_ids_are_violations(bench: Bench) -> None:
    """A query id that is watched and a request id that is running may not be used again."""
    client = await bench.client()
    await client.send(client.add(0, "messages:count", room="a"), client.add(0, "messages:count", room="b"))
    assert "watched already" in client.of_type("FatalError")[0]["error"]
    other = await bench.client("other")
    wait = other.action("messages:wait", seconds=0.2)
    await other.send(wait, wait)
    assert "running already" in other.of_type("FatalError")[0]["error"]


async def test_a_refused_query_set_changes_nothing(bench: Bench) -> None:
    """A set that breaks a rule in its last change is refused whole."""
    client = await bench.client()
    change = {"type": "Add", "queryId": 0, "udfPath": "messages:count", "args": [{"room": "a"}]}
    await client.send(client.modify(change, {"type": "Remove", "queryId": 5}))
    assert client.types == ["FatalError"]


async def test_the_first_message_is_connect(bench: Bench) -> None:
    """Anything before Connect, and a Connect without a usable session, is a violation."""
    client = await bench.open()
    await client.send(client.mutation("messages:nothing"))
    assert client.types == ["FatalError"]
    for fields in ({"session": ""}, {"session": "x" * 200}, {"maxObservedTimestamp": "?"}):
        client = await bench.open()
        await client.send(client.connect(**fields))
        assert client.types == ["FatalError"]


async def test_events_and_unknown_fields_are_passed_over(bench: Bench) -> None:
    """Telemetry and fields of newer clients change nothing."""
    client = await bench.client()
    await client.send({"type": "Event", "eventType": "ClientConnect", "event": {"marks": []}})
    await client.send(client.mutation("messages:nothing") | {"new": [1]})
    assert client.types == ["MutationResponse", "Transition"]


@pytest.mark.rule("SY10")
async def test_large_transitions_are_cut_for_those_who_can_join_them() -> None:
    """Only the npm client since 1.28 gets chunks, cut between characters, with nothing in between."""
    async with open_bench(chunk_bytes=1_000) as bench:
        new = await bench.client()
        await new.send(new.add(0, "values:large", size=2_001))
        chunks = new.of_type("TransitionChunk")
        assert [chunk["partNumber"] for chunk in chunks] == list(range(len(chunks)))
        assert {(chunk["totalParts"], chunk["transitionId"]) for chunk in chunks} == {
            (len(chunks), chunks[0]["transitionId"]),
        }
        assert all(len(chunk["chunk"].encode()) <= 1_000 for chunk in chunks)
        whole = json.loads("".join(chunk["chunk"] for chunk in chunks))
        assert whole["modifications"][0]["value"] == "ä" * 2_001
        for options in (
            {"path": "/api/1.27.9/sync"},
            {"path": "/api/1.28.0-alpha.1/sync"},
            {"path": "/api/sync", "headers": {"convex-client": "python-0.8.1"}},
            {"path": "/api/what/sync"},
        ):
            old = await bench.client(**options)
            await old.send(old.add(0, "values:large", size=2_001))
            assert old.types == ["Transition"]


@pytest.mark.rule("SY14")
async def test_a_client_from_the_future_is_sent_away_to_come_back(bench: Bench) -> None:
    """Whoever has seen a timestamp that is not reached here is closed with 1011; one that is reached is welcome."""
    client = await bench.client()
    await client.send(client.mutation("messages:nothing"))
    seen = client.version["ts"]
    back = await bench.open()
    await back.send(back.connect(maxObservedTimestamp=seen))
    assert back.connection.is_open
    ahead = await bench.open()
    await ahead.send(ahead.connect(maxObservedTimestamp=encode_ts(decode_ts(seen) + 10**12)))
    assert ahead.connection.closed == (1011, "InternalServerError")


async def test_the_clock_skew_is_told(bench: Bench) -> None:
    """The difference between the clocks is an integer, and null for clients that do not say the time."""
    now_ms = bench.runtime.now_ns() // 1_000_000
    client = await bench.open()
    await client.send(client.connect(clientTs=now_ms + 250.5), client.modify())
    assert client.of_type("Transition")[0]["clientClockSkew"] == 250
    client = await bench.open()
    await client.send(client.connect(clientTs=0), client.modify())
    assert client.of_type("Transition")[0]["clientClockSkew"] is None


@pytest.mark.rule("SY16")
async def test_pages_keep_their_end_by_the_journal(bench: Bench) -> None:
    """A page's journal, brought back on a new connection, keeps its end where it was."""
    client = await bench.client()
    for text in ("a", "b", "c"):
        await client.send(client.mutation("messages:add", room="a", text=text))
    page = {"paginationOpts": {"numItems": 2, "cursor": None, "id": 1}}
    await client.send(client.add(0, "messages:page", room="a", **page))
    assert [row["text"] for row in client.queries[0]["page"]] == ["a", "b"]
    journal = client.journals[0]
    assert isinstance(journal, str)
    again = await bench.client("again")
    one = {"paginationOpts": {"numItems": 1, "cursor": None, "id": 1}}
    await again.send(again.add(0, "messages:page", journal, room="a", **one))
    assert [row["text"] for row in again.queries[0]["page"]] == ["a", "b"]


async def test_files_have_addresses_of_the_clients_origin(bench: Bench) -> None:
    """Addresses in results begin with the origin that the client connected to."""
    client = await bench.client()
    await client.send(client.mutation("messages:uploadUrl"))
    assert client.of_type("MutationResponse")[0]["result"].startswith("https://example.org/api/storage/upload?token=")


async def test_a_closed_connection_watches_nothing(bench: Bench) -> None:
    """After the end nothing is sent or watched, and mutations that had not begun are left to the next connection."""
    client = await bench.client()
    await client.send(client.add(0, "messages:count", room="a"))
    assert bench.endpoint.connection_count == 1
    handler = client.connection.handler
    assert handler is not None
    for number in range(5):
        handler.on_message(json.dumps(client.mutation("messages:add", room="a", text=str(number))))
    client.connection.close(1006)
    await bench.runtime.settle()
    assert bench.endpoint.connection_count == 0
    other = await bench.client("other")
    await other.send(other.add(0, "messages:count", room="a"))
    assert other.queries[0] <= 1.0


@pytest.mark.rule("SY14")
async def test_the_endpoint_says_goodbye() -> None:
    """When the endpoint closes, everybody is sent away with a code that brings them back, running actions or not."""
    async with open_bench() as bench:
        client = await bench.client()
        await client.send(client.action("messages:wait", seconds=30))
    assert client.connection.closed == (1011, "InternalServerError")
