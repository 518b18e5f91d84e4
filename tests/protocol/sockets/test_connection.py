"""What channels and clients may rely on, whichever library reads the frames: one suite for both adapters, on both loops."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.protocol.sockets.conftest import Recorder, running_uvicorn
from tutorium.runtime import SystemRuntime
from tutorium.sockets import Connection, SocketRoute, SocketRoutes, SocketServer, SocketSettings, drain, encode_frame

pytestmark = pytest.mark.anyio


async def closed_with(client: ClientConnection) -> tuple[int, str]:
    """Read until the server closes."""
    async with asyncio.timeout(10):
        async for _ in _everything(client):
            pass
    received = client.protocol.close_rcvd
    assert received is not None, "closed without a close frame"
    return received.code, received.reason


async def _everything(client: ClientConnection) -> AsyncIterator[bytes | str]:
    with contextlib.suppress(ConnectionClosed):
        while True:
            yield await client.recv()


async def test_text_and_binary_come_back_as_they_were(serve: Any) -> None:
    """Messages of every length class arrive whole, with their kind."""
    async with serve() as served, connect(served.url(), max_size=None) as client:
        for message in ("", "grüße 🙂", b"", b"\x00" * 125, b"x" * 126, b"y" * 65_535, b"z" * 65_536):
            await client.send(message)
            assert await client.recv() == message


@pytest.mark.rule("SK2")
async def test_the_channel_sees_the_request(serve: Any) -> None:
    """Path parameters, query, headers, address and origin reach the channel."""
    async with serve() as served:
        async with connect(served.url("/ws/b%C3%B6rd?token=a%20b&token=c"), additional_headers={"X-One": "1"}) as client:
            await client.send("hello")
            await client.recv()
        request = served.channel.opened[0].request
    assert request.path == "/ws/börd"
    assert request.params == {"name": "börd"}
    assert request.query == {"token": "a b"}
    assert request.headers["x-one"] == "1"
    assert request.client_address == "127.0.0.1"
    assert request.server_origin == f"http://127.0.0.1:{served.port}"


@pytest.mark.rule("SK6")
async def test_fragments_are_joined(serve: Any) -> None:
    """A message in fragments is handed on once, whole, even with a ping in between."""
    async with serve() as served, connect(served.url()) as client:

        async def pieces() -> Any:
            yield "one "
            yield "two "
            await client.ping()
            yield "three"

        await client.send(pieces())
        assert await client.recv() == "one two three"
    assert served.channel.messages == ["one two three"]


async def test_pings_are_answered(serve: Any) -> None:
    """A ping comes back as a pong with the same payload."""
    async with serve() as served, connect(served.url()) as client:
        waiter = await client.ping(b"here?")
        async with asyncio.timeout(5):
            await waiter


@pytest.mark.rule("SK6")
async def test_messages_wait_for_the_channel(serve: Any) -> None:
    """What arrives while the channel decides is delivered afterwards, in order."""
    channel = Recorder(gate=asyncio.Event())
    async with serve(channel) as served, connect(served.url()) as client:
        for number in range(50):
            await client.send(str(number))
        await channel.until(lambda: bool(channel.opened))
        assert channel.messages == []
        channel.gate.set()
        assert [await client.recv() for _ in range(50)] == [str(number) for number in range(50)]


@pytest.mark.rule("SK6")
async def test_a_flood_before_the_channel_has_decided_is_held_back(serve: Any) -> None:
    """Beyond the limit nothing more is read until the channel has decided; then everything arrives."""
    channel = Recorder(gate=asyncio.Event())
    limits = {"max_waiting_bytes": 100_000, "max_unread_bytes": 20_000_000}
    async with serve(channel, **limits) as served, connect(served.url(), max_size=None) as client:
        sending = asyncio.create_task(_send_many(client, 200, b"a" * 50_000))
        await asyncio.sleep(0.3)
        assert not sending.done()
        channel.gate.set()
        async with asyncio.timeout(10):
            for _ in range(200):
                assert len(await client.recv()) == 50_000
            await sending


async def _send_many(client: ClientConnection, count: int, message: bytes) -> None:
    for _ in range(count):
        await client.send(message)


async def test_the_channel_turns_somebody_away(serve: Any) -> None:
    """A channel may close instead of taking in; the client learns code and reason."""

    def refuse(connection: Connection) -> bool:
        connection.close(4403, "forbidden")
        return False

    async with serve(Recorder(on_open=refuse)) as served, connect(served.url()) as client:
        assert await closed_with(client) == (4403, "forbidden")
    assert served.channel.closed == []


@pytest.mark.rule("SK13")
async def test_a_channel_that_fails_to_decide_closes_with_1011(serve: Any) -> None:
    """An exception in `open` is logged and closes the connection."""

    def fail(connection: Connection) -> bool:
        raise RuntimeError("broken")

    async with serve(Recorder(on_open=fail)) as served, connect(served.url()) as client:
        assert (await closed_with(client))[0] == 1011


@pytest.mark.rule("SK13")
async def test_a_channel_that_never_decides_closes_with_1013(serve: Any) -> None:
    """There is a limit to how long a channel may take."""
    channel = Recorder(gate=asyncio.Event())
    async with serve(channel, open_seconds=0.1) as served, connect(served.url()) as client:
        assert await closed_with(client) == (1013, "open_timed_out")
        channel.gate.set()
        await channel.until(lambda: channel.closed == [(1013, "open_timed_out")])


@pytest.mark.rule("SK13")
async def test_a_handler_that_fails_closes_with_1011(serve: Any) -> None:
    """An exception in `on_message` closes the connection, and nothing more is handed on."""

    def fail(connection: Connection, message: bytes | str) -> None:
        raise RuntimeError("broken")

    async with serve(Recorder(on_message=fail)) as served, connect(served.url()) as client:
        await client.send("one")
        await client.send("two")
        assert (await closed_with(client))[0] == 1011
        await served.channel.until(lambda: len(served.channel.closed) == 1)
    assert served.channel.messages == ["one"]


@pytest.mark.rule("SK12")
async def test_the_server_closes_after_what_was_queued(serve: Any) -> None:
    """`close` sends what is queued first; later sends do nothing; `on_closed` is told once."""

    def speak_and_close(connection: Connection, message: bytes | str) -> None:
        connection.send("last words")
        connection.close(4409, "old epoch")
        connection.send("never")
        connection.close(1000)
        assert not connection.is_open

    async with serve(Recorder(on_message=speak_and_close)) as served, connect(served.url()) as client:
        await client.send("go")
        assert await client.recv() == "last words"
        assert await closed_with(client) == (4409, "old epoch")
        await served.channel.until(lambda: len(served.channel.closed) > 0)
    assert served.channel.closed == [(4409, "old epoch")]


@pytest.mark.rule("SK12")
@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (4001, "bye")])
async def test_the_client_closes(serve: Any, code: int, reason: str) -> None:
    """The channel is told the client's code and reason, and the client gets its code back."""
    async with serve() as served:
        client = await connect(served.url())
        await client.send("x")
        await client.recv()
        await client.close(code, reason)
        assert client.close_code == code
        await served.channel.until(lambda: len(served.channel.closed) > 0)
        assert served.channel.closed == [(code, reason)]
        await _until(lambda: not served.server.connections)


@pytest.mark.rule("SK12")
async def test_a_client_that_vanishes_is_1006(serve: Any) -> None:
    """A connection that is cut shows as 1006."""
    async with serve() as served:
        client = await connect(served.url())
        await client.send("x")
        await client.recv()
        client.transport.abort()
        await served.channel.until(lambda: len(served.channel.closed) > 0)
        assert served.channel.closed == [(1006, "")]
        assert served.server.connections == ()


async def _until(is_so: Any) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_frames_made_once_reach_everybody(serve: Any) -> None:
    """`send_frame` sends already encoded frames, several at once if need be."""
    both = encode_frame("one") + encode_frame(b"two")
    channel = Recorder(on_message=lambda connection, message: connection.send_frame(both))
    async with serve(channel) as served, connect(served.url()) as client:
        await client.send("go")
        assert [await client.recv(), await client.recv()] == ["one", b"two"]


@pytest.mark.rule("SK7")
async def test_what_is_sent_in_one_turn_leaves_as_one_write(serve: Any) -> None:
    """A hundred messages of one turn of the loop are one write."""

    def many(connection: Connection, message: bytes | str) -> None:
        for number in range(100):
            connection.send(str(number))

    async with serve(Recorder(on_message=many)) as served, connect(served.url()) as client:
        await client.send("go")
        assert [await client.recv() for _ in range(100)] == [str(number) for number in range(100)]
    writes = [call for call in served.metrics.calls if call[0] == "sent"]
    assert len(writes) == 1


@pytest.mark.rule("SK9")
async def test_a_slow_reader_is_closed_with_1013(serve: Any) -> None:
    """Whoever does not read is closed instead of being buffered without end."""
    channel = Recorder(on_message=lambda connection, message: None)
    async with serve(channel, max_unread_bytes=200_000, close_seconds=0.3) as served:
        client = await connect(served.url(), max_queue=1)
        await client.send("go")
        await channel.until(lambda: len(channel.messages) == 1)
        client.transport.pause_reading()
        connection = channel.opened[0]
        most = 0
        for _ in range(2_000):
            connection.send(b"a" * 20_000)
            most = max(most, connection.buffered_bytes())
            if not connection.is_open:
                break
            await asyncio.sleep(0)
        assert not connection.is_open
        assert most < 200_000 + 3 * 20_100
        await channel.until(lambda: len(channel.closed) == 1)
        assert channel.closed == [(1013, "slow_reader")]
        await _until(lambda: not served.server.connections)
        client.transport.abort()


@pytest.mark.rule("SK9")
async def test_one_large_message_makes_nobody_slow(serve: Any) -> None:
    """A message larger than the limit, and a few small ones after it, still arrive."""

    def large_then_small(connection: Connection, message: bytes | str) -> None:
        connection.send(b"a" * 3_000_000)
        for _ in range(10):
            connection.send("small")

    channel = Recorder(on_message=large_then_small)
    async with serve(channel, max_unread_bytes=100_000) as served, connect(served.url(), max_size=None) as client:
        await client.send("go")
        assert len(await client.recv()) == 3_000_000
        assert [await client.recv() for _ in range(10)] == ["small"] * 10


@pytest.mark.rule("SK11")
async def test_drained_is_told_when_the_reader_has_caught_up(serve: Any) -> None:
    """`when_drained` calls back at once when little waits, and later when much does."""
    channel = Recorder(on_message=lambda connection, message: None)
    async with serve(channel, max_unread_bytes=50_000_000) as served:
        client = await connect(served.url(), max_size=None, max_queue=1)
        await client.send("go")
        await channel.until(lambda: len(channel.messages) == 1)
        connection = channel.opened[0]
        empty = asyncio.Event()
        connection.when_drained(empty.set)
        async with asyncio.timeout(5):
            await empty.wait()
        client.transport.pause_reading()
        connection.send(b"a" * 20_000_000)
        drained = asyncio.Event()
        connection.when_drained(drained.set)
        await asyncio.sleep(0.05)
        assert not drained.is_set()
        assert connection.buffered_bytes() > 1_000_000
        client.transport.resume_reading()
        async with asyncio.timeout(10):
            await client.recv()
            await drained.wait()
        await client.close()


@pytest.mark.rule("SK10")
async def test_a_silent_peer_is_cut(serve: Any) -> None:
    """A peer that answers no ping is gone after the time limit."""
    async with serve(ping_seconds=0.05, silent_seconds=0.15) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(
            b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(5):
            assert b"\x89\x00" in await reader.read()
        assert served.channel.closed == [(1006, "")]
        writer.close()


@pytest.mark.rule("SK10")
async def test_a_peer_that_answers_pings_stays(serve: Any) -> None:
    """Pongs are signs of life."""
    async with serve(ping_seconds=0.05, silent_seconds=0.15) as served, connect(served.url()) as client:
        await asyncio.sleep(0.3)
        await client.send("still here")
        assert await client.recv() == "still here"


@pytest.mark.rule("SK1")
async def test_an_unknown_path_is_404(serve: Any) -> None:
    """Where no channel is, the upgrade is refused."""
    async with serve() as served:
        with pytest.raises(InvalidStatus) as caught:
            await connect(served.url("/nothing/here"))
        assert caught.value.response.status_code == 404
        assert ("refused", "not_found") in served.metrics.calls


@pytest.mark.rule("SK3")
async def test_a_foreign_page_is_403(serve: Any) -> None:
    """Pages of other sites may not connect unless they are named; the own page and clients without a page may."""
    async with serve(allowed_origins=("https://school.example",)) as served:
        with pytest.raises(InvalidStatus) as caught:
            await connect(served.url(), origin="https://evil.example")
        assert caught.value.response.status_code == 403
        for origin in ("https://school.example", f"http://127.0.0.1:{served.port}", None):
            async with connect(served.url(), origin=origin) as client:
                await client.send("in")
                assert await client.recv() == "in"


@pytest.mark.rule("SK4")
async def test_limits_of_connections(serve: Any) -> None:
    """One address may not take more than its share, and who leaves makes room."""
    async with serve(max_connections_per_address=2) as served:
        first, second = await connect(served.url()), await connect(served.url())
        with pytest.raises(InvalidStatus) as caught:
            await connect(served.url())
        assert caught.value.response.status_code == 429
        await first.close()
        await _until(lambda: len(served.server.connections) == 1)
        async with connect(served.url()):
            pass
        await second.close()


@pytest.mark.rule("SK4")
async def test_a_full_server_is_503(serve: Any) -> None:
    """Beyond the limit of the whole process nobody comes in."""
    async with serve(max_connections=1) as served, connect(served.url()):
        with pytest.raises(InvalidStatus) as caught:
            await connect(served.url())
        assert caught.value.response.status_code == 503


@pytest.mark.rule("SK14")
async def test_draining_sends_everybody_back(serve: Any) -> None:
    """On shutdown every route says its own farewell, and nobody new comes in."""
    async with serve() as served:
        board, sync = await connect(served.url("/echo")), await connect(served.url("/ws/sync"))
        await drain(served.server, SystemRuntime(), 0.1)
        assert await closed_with(board) == (1012, "service_restart")
        assert await closed_with(sync) == (1011, "InternalServerError")
        with pytest.raises(InvalidStatus) as caught:
            await connect(served.url())
        assert caught.value.response.status_code == 503


@pytest.mark.rule("SK14")
async def test_uvicorn_stops_with_farewells(adapter: tuple[Any, bool]) -> None:
    """When uvicorn stops, connections are closed with the farewell of their route and it does not wait in vain."""
    channel = Recorder()
    routes = SocketRoutes([SocketRoute(pattern="/echo", endpoint=channel)])
    server = SocketServer(routes, SocketSettings(library=adapter[0]))
    async with running_uvicorn(server) as (port, uvicorn_server):
        client = await connect(f"ws://127.0.0.1:{port}/echo")
        await client.send("x")
        await client.recv()
        uvicorn_server.should_exit = True
        assert await closed_with(client) == (1012, "service_restart")
    assert channel.closed == [(1012, "service_restart")]


async def test_http_stays_on_the_same_port(serve: Any) -> None:
    """Requests that ask for no WebSocket go to the HTTP application."""
    async with serve() as served, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{served.port}/echo")).text == "http"


async def test_connections_are_counted(serve: Any) -> None:
    """Metrics hear of openings, messages, writes and ends, by route."""
    async with serve() as served:
        async with connect(served.url("/ws/one")) as client:
            await client.send("abc")
            await client.recv()
        await _until(lambda: not served.server.connections)
    assert served.metrics.calls == [
        ("opened", "/ws/{name}"),
        ("received", "/ws/{name}", 3),
        ("sent", "/ws/{name}", 5),
        ("closed", "/ws/{name}", 1000),
    ]
