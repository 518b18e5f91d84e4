"""Tokens in mid-connection, and what happens to clients that ask for too much or read too little."""

import pytest

from tests.integration.engine_sync.conftest import Bench, open_bench

pytestmark = pytest.mark.anyio


@pytest.mark.rule("SY6")
async def test_signing_in_moves_every_query(bench: Bench) -> None:
    """An accepted token is answered with a Transition that raises the identity, even without queries."""
    client = await bench.client()
    await client.send(client.authenticate("ann"))
    assert client.version["identity"] == 1
    await client.send(client.add(0, "people:me"))
    assert client.queries[0] == "ann"
    await client.send(client.authenticate("bob"))
    assert client.queries[0] == "bob"
    await client.send(client.authenticate(None))
    assert client.queries[0] is None
    assert client.version["identity"] == 3


@pytest.mark.rule("SY13")
async def test_messages_wait_for_the_token_before_them(bench: Bench) -> None:
    """What comes after Authenticate is done as who was authenticated; what came before, as who was there then."""
    client = await bench.client()
    await client.send(
        client.mutation("people:whoWrites"),
        client.authenticate("slow"),
        client.mutation("people:whoWrites"),
        client.authenticate("bob"),
        client.mutation("people:whoWrites"),
        client.add(0, "people:me"),
    )
    assert len(client.of_type("MutationResponse")) == 1
    await bench.runtime.advance(1)
    client.check()
    answers = client.of_type("MutationResponse")
    assert [answer["success"] for answer in answers] == [False, True, True]
    assert [answer["result"] for answer in answers[1:]] == ["slow", "bob"]
    assert client.queries[0] == "bob"


@pytest.mark.rule("SY7")
async def test_a_bad_token(bench: Bench) -> None:
    """It is answered with AuthError at the version that the client was last told of, and the connection ends."""
    client = await bench.client()
    await client.send(client.authenticate("ann"), client.authenticate("bad"), client.mutation("messages:nothing"))
    (error,) = client.of_type("AuthError")
    assert error["error"] == "The token is bad."
    assert error["authUpdateAttempted"] is True
    assert error["baseVersion"] <= 1
    assert client.connection.closed == (1000, "AuthError")
    assert client.of_type("MutationResponse") == []


async def test_an_admin_key_is_refused(bench: Bench) -> None:
    """There are no admin keys here."""
    client = await bench.client()
    await client.send(client.authenticate("key", "Admin"))
    assert client.types == ["AuthError"]


async def test_an_authenticator_in_trouble_is_no_fault_of_the_token(bench: Bench) -> None:
    """The connection is closed with 1011, so that the client keeps its token and comes back."""
    client = await bench.client()
    await client.send(client.authenticate("trouble"))
    assert client.types == []
    assert client.connection.closed == (1011, "InternalServerError")


@pytest.mark.rule("SY15")
@pytest.mark.parametrize("cause", ["mutation", "action", "query"])
async def test_a_token_that_has_ended(bench: Bench, cause: str) -> None:
    """Whatever needs the identity next, a call or a re-run, is refused with AuthError; nothing is done."""
    client, other = await bench.client(), await bench.client("other")
    await client.send(client.authenticate("ann:60"), client.add(0, "people:me"), client.add(1, "messages:count", room="a"))
    await bench.runtime.advance(64)
    await client.send(client.add(2, "people:me"))
    assert client.queries[2] == "ann"
    await bench.runtime.advance(2)
    client.check()
    match cause:
        case "mutation":
            await client.send(client.mutation("messages:add", room="b", text="x"))
        case "action":
            await client.send(client.action("messages:addTwice", room="b", text="x"))
        case _:
            await other.send(other.mutation("messages:add", room="a", text="x"))
    (error,) = client.of_type("AuthError")
    assert error["authUpdateAttempted"] is False
    assert error["baseVersion"] == 1
    assert client.connection.closed == (1000, "AuthError")
    await other.send(other.add(0, "messages:count", room="b"))
    assert other.queries[0] == 0.0


@pytest.mark.rule("SY11")
async def test_a_client_that_does_not_read_is_not_sent_more(bench: Bench) -> None:
    """While it has not taken what it was sent, changes are collected; then one Transition brings them all."""
    watcher, writer = await bench.client("w"), await bench.client("x")
    await watcher.send(watcher.add(0, "messages:count", room="a"))
    said = len(watcher.connection.said)
    watcher.connection.is_full = True
    for number in range(5):
        await writer.send(writer.mutation("messages:add", room="a", text=str(number)))
    assert len(watcher.connection.said) == said
    watcher.connection.drain()
    await bench.runtime.settle()
    watcher.check()
    assert watcher.queries[0] == 5.0
    assert len(watcher.connection.said) == said + 1


@pytest.mark.rule("SY14")
async def test_too_many_mutations_wait() -> None:
    """The client is asked to come back, in words that it knows."""
    async with open_bench(max_waiting_mutations=10) as bench:
        client = await bench.client()
        await client.send(*[client.mutation("messages:nothing") for _ in range(20)])
        assert client.connection.closed == (1013, "TooManyConcurrentMutations")


@pytest.mark.rule("SY14")
async def test_too_many_actions_run() -> None:
    """The same for actions."""
    async with open_bench(max_running_actions=3) as bench:
        client = await bench.client()
        await client.send(*[client.action("messages:wait", seconds=0.1) for _ in range(4)])
        assert client.connection.closed == (1013, "TooManyConcurrentRequests")


async def test_too_many_queries() -> None:
    """A query set has a limit, which is told, because the client would ask for the same again."""
    async with open_bench(max_queries=3) as bench:
        client = await bench.client()
        await client.send(*[client.add(number, "messages:count", room="a") for number in range(4)])
        assert "at most 3 queries" in client.of_type("FatalError")[0]["error"]


@pytest.mark.rule("SY14")
async def test_too_many_messages() -> None:
    """A flood is cut off; a steady stream within the rate is not."""
    async with open_bench(messages_per_second=10, message_burst=20) as bench:
        client = await bench.client()
        for _ in range(30):
            await bench.runtime.advance(0.2)
            await client.send(client.mutation("messages:nothing"))
        assert client.connection.is_open
        await client.send(*[{"type": "Event"}] * 30)
        assert client.connection.closed == (1013, "TooManyConcurrentRequests")


@pytest.mark.rule("SY14")
async def test_too_much_waits_for_a_token() -> None:
    """What may wait behind a token that is being checked is bounded."""
    async with open_bench(max_backlog_bytes=1_000) as bench:
        client = await bench.client()
        await client.send(
            client.authenticate("slow"), *[client.mutation("messages:add", room="a", text="x" * 300) for _ in range(4)]
        )
        assert client.connection.closed == (1013, "TooManyConcurrentRequests")
        await bench.runtime.advance(1)
