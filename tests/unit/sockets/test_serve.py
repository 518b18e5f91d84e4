"""Choosing the adapter, the self-test before it, limits and draining without a network."""

import asyncio
from typing import Any

import pytest

from tutorium.runtime import SystemRuntime
from tutorium.sockets import SocketRoutes, SocketServer, SocketSettings, drain, protocol_class_of, websocket_protocol_class
from tutorium.sockets import serve as serving
from tutorium.sockets.limits import ConnectionCounts
from tutorium.sockets.picows_protocol import PicowsProtocol
from tutorium.sockets.sansio_protocol import SansioProtocol
from tutorium.sockets.self_test import SelfTestError, self_test_picows

pytestmark = pytest.mark.anyio


def server(library: Any) -> SocketServer:
    """A server without routes."""
    return SocketServer(SocketRoutes(), SocketSettings(library=library))


async def test_the_installed_picows_passes() -> None:
    """The native adapter works with the pinned library."""
    await self_test_picows()


async def test_auto_takes_picows() -> None:
    """The fast adapter is the usual one; the other is there by name."""
    assert issubclass(await protocol_class_of(server("auto")), PicowsProtocol)
    assert issubclass(await protocol_class_of(server("sansio")), SansioProtocol)


@pytest.mark.rule("SK15")
async def test_auto_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When picows does not pass, `auto` takes the other adapter and `picows` says so."""

    async def fail() -> None:
        raise SelfTestError("changed")

    monkeypatch.setattr(serving, "self_test_picows", fail)
    assert issubclass(await protocol_class_of(server("auto")), SansioProtocol)
    with pytest.raises(SelfTestError):
        await protocol_class_of(server("picows"))


@pytest.mark.rule("SK15")
async def test_the_self_test_notices_another_constructor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picows whose constructor has changed does not pass."""
    from tutorium.sockets import picows_protocol

    monkeypatch.setattr(picows_protocol, "_constructor_arguments", lambda listener, size: (1, 2))
    with pytest.raises(SelfTestError):
        await self_test_picows()


def test_without_an_event_loop() -> None:
    """The plain helper gives the class and the server behind it."""
    protocol: Any = websocket_protocol_class(SocketRoutes(), SocketSettings())
    assert isinstance(protocol.server, SocketServer)


def test_counts_per_address() -> None:
    """Each address has its share, all together have a limit, and who leaves makes room."""
    counts = ConnectionCounts(SocketSettings(max_connections=3, max_connections_per_address=2))
    counts.add("a")
    counts.add("a")
    assert counts.refusal("a") == "too_many_connections_from_address"
    assert counts.refusal("b") is None
    counts.add("b")
    assert counts.refusal("c") == "too_many_connections"
    counts.remove("a")
    assert counts.refusal("a") is None
    assert counts.total == 2


class SlowRuntime(SystemRuntime):
    """Notes sleeps instead of sleeping."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Guest:
    """Somebody to be sent away."""

    def __init__(self) -> None:
        self.gone = False

    def say_farewell(self) -> None:
        self.gone = True


@pytest.mark.rule("SK14")
async def test_draining_is_spread() -> None:
    """Everybody is sent away in groups over the time given, and nobody new comes in."""
    one, runtime = server("auto"), SlowRuntime()
    guests = [Guest() for _ in range(95)]
    one._connections = {str(number): guest for number, guest in enumerate(guests)}  # type: ignore[misc]
    await drain(one, runtime, 0.5)
    assert all(guest.gone for guest in guests)
    assert sum(runtime.slept) == pytest.approx(0.45)
    assert one.is_draining
