"""Peers that break RFC 6455, byte by byte: each is told why and cut off, and nobody else notices."""

import asyncio
import contextlib
import os
import random
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.protocol.sockets.conftest import Recorder, Served

pytestmark = pytest.mark.anyio

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
REQUEST = (
    b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + b"\r\n\r\n"
)


def frame(
    opcode: int, payload: bytes, *, first: int | None = None, mask: bytes | None = b"\x01\x02\x03\x04", size: int | None = None
) -> bytes:
    """A client's frame, right or wrong; `first` replaces the whole first byte, `size` lies about the length."""
    length = len(payload) if size is None else size
    bit = 0x80 if mask is not None else 0
    head = bytes([first if first is not None else 0x80 | opcode])
    if length < 126:
        head += bytes([bit | length])
    elif length < 65_536:
        head += bytes([bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", length)
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


class Raw:
    """A socket that was upgraded by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def close_code(self) -> int:
        """The code of the close frame that comes last."""
        data = await self.rest()
        at = data.rindex(b"\x88")
        return struct.unpack("!H", data[at + 2 : at + 4])[0]


@asynccontextmanager
async def upgraded(served: Served) -> AsyncGenerator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(REQUEST)
    async with asyncio.timeout(5):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()


BROKEN = {
    "unmasked": (frame(1, b"hello", mask=None), 1002),
    "rsv1": (frame(1, b"hello", first=0xC1), 1002),
    "rsv2": (frame(2, b"hello", first=0xA2), 1002),
    "rsv3": (frame(2, b"hello", first=0x92), 1002),
    "unknown opcode": (frame(3, b"hello"), 1002),
    "unknown control opcode": (frame(0xB, b""), 1002),
    "fragmented ping": (frame(9, b"x", first=0x09), 1002),
    "long ping": (frame(9, b"x" * 126), 1002),
    "continuation of nothing": (frame(0, b"x"), 1002),
    "message inside a message": (frame(1, b"x", first=0x01) + frame(1, b"y"), 1002),
    "bad utf-8": (frame(1, b"\xff\xfe"), 1007),
    "half a surrogate pair": (frame(1, b"\xed\xa0\x80"), 1007),
    "bad utf-8 in fragments": (frame(1, b"\xe2\x82", first=0x01) + frame(0, b"x"), 1007),
    "too large": (frame(2, b"", size=70_000), 1009),
    "absurdly large": (frame(2, b"", size=2**62), 1009),
    "too large in fragments": (frame(2, b"x" * 40_000, first=0x02) + frame(0, b"x" * 40_000), 1009),
    "close of one byte": (frame(8, b"\x03"), 1002),
    "close code 1005": (frame(8, struct.pack("!H", 1005)), 1002),
    "close code 999": (frame(8, struct.pack("!H", 999)), 1002),
    "close code 2000": (frame(8, struct.pack("!H", 2000)), 1002),
    "close reason not utf-8": (frame(8, struct.pack("!H", 1000) + b"\xff"), 1007),
}


@pytest.mark.rule("SK8")
@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_frame_ends_the_connection(serve: Any, name: str) -> None:
    """Each breach closes with its code; nothing of it reaches the channel as a message, and others stay connected."""
    data, code = BROKEN[name]
    async with serve() as served, connect(served.url()) as bystander, upgraded(served) as peer:
        await peer.send(data)
        assert await peer.close_code() == code
        await served.channel.until(lambda: len(served.channel.closed) == 1)
        assert served.channel.messages == []
        await bystander.send("still here")
        assert await bystander.recv() == "still here"


async def test_an_empty_close_frame_is_answered(serve: Any) -> None:
    """A close frame without a code gets one back, and the channel hears 1005."""
    async with serve() as served, upgraded(served) as peer:
        await peer.send(frame(8, b""))
        assert await peer.rest() == b"\x88\x00"
        await served.channel.until(lambda: served.channel.closed == [(1005, "")])


async def test_frames_byte_by_byte(serve: Any) -> None:
    """A frame that arrives in single bytes is a frame."""
    async with serve() as served, upgraded(served) as peer:
        for byte in frame(1, "grüße".encode()):
            await peer.send(bytes([byte]))
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            assert await peer.reader.readexactly(9) == b"\x81\x07" + "grüße".encode()


async def test_empty_fragments_cost_nothing(serve: Any) -> None:
    """Empty fragments are joined to an empty message."""
    async with serve() as served, upgraded(served) as peer:
        await peer.send(frame(2, b"", first=0x02) + frame(0, b"", first=0x00) * 20_000 + frame(0, b"end"))
        async with asyncio.timeout(10):
            assert await peer.reader.readexactly(5) == b"\x82\x03end"


@pytest.mark.rule("SK9")
async def test_a_ping_flood_that_reads_nothing_is_cut(serve: Any) -> None:
    """Answers to pings count towards what a reader may leave unread."""
    channel = Recorder()
    async with serve(channel, max_unread_bytes=50_000, close_seconds=0.2) as served, upgraded(served) as peer:
        peer.writer.transport.pause_reading()
        flood = frame(9, b"x" * 125) * 2_000
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(10):
                while not channel.closed:
                    await peer.send(flood)
        await channel.until(lambda: channel.closed == [(1013, "slow_reader")])


HANDSHAKES = {
    "no key": (REQUEST.replace(b"Sec-WebSocket-Key: " + KEY + b"\r\n", b""), b" 400 "),
    "short key": (REQUEST.replace(KEY, b"c2hvcnQ="), b" 400 "),
    "two keys": (REQUEST.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Key: " + KEY + b"\r\n\r\n"), b" 400 "),
    "old version": (REQUEST.replace(b"Version: 13", b"Version: 8"), b" 426 "),
    "post": (REQUEST.replace(b"GET", b"POST", 1), b" 405 "),
    "no host": (REQUEST.replace(b"Host: x\r\n", b""), b" 400 "),
    "huge header": (REQUEST.replace(b"Host: x", b"Host: x\r\nX-Long: " + b"a" * 40_000), b" 431 "),
    "unknown path": (REQUEST.replace(b"/echo", b"/other"), b" 404 "),
    "origin null": (REQUEST.replace(b"Host: x", b"Host: x\r\nOrigin: null"), b" 403 "),
}


@pytest.mark.rule("SK1")
@pytest.mark.parametrize("name", HANDSHAKES)
async def test_a_broken_handshake_is_refused(serve: Any, name: str) -> None:
    """What is no proper request for a WebSocket is answered with an error and its code in JSON, and closed."""
    request, status = HANDSHAKES[name]
    async with serve() as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(request)
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        assert status in answer.split(b"\r\n")[0]
        assert b'{"code":"' in answer
        assert served.channel.opened == []
        assert served.server.connections == ()


async def test_half_a_handshake_takes_no_place(serve: Any) -> None:
    """Connections that never finish their request count for nothing."""
    async with serve(max_connections=1) as served:
        halves = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(5)]
        for _, writer in halves:
            writer.write(REQUEST[:40])
        async with connect(served.url()) as client:
            await client.send("in")
            assert await client.recv() == "in"
        for _, writer in halves:
            writer.close()


async def test_random_bytes(serve: Any) -> None:
    """Whatever bytes come after the upgrade, the server survives, forgets the peer and serves the next."""
    seed = int.from_bytes(os.urandom(4))
    chance = random.Random(seed)
    async with serve(close_seconds=0.2, ping_seconds=0.1, silent_seconds=0.2) as served:
        for _ in range(60):
            async with upgraded(served) as peer:
                await peer.send(b"".join(_some_bytes(chance) for _ in range(chance.randint(1, 6))))
        async with asyncio.timeout(10):
            while served.server.connections:
                await asyncio.sleep(0.02)
        async with connect(served.url()) as client:
            await client.send("still here")
            assert await client.recv() == "still here", f"seed {seed}"


def _some_bytes(chance: random.Random) -> bytes:
    payload = chance.randbytes(chance.choice([0, 1, 5, 125, 126, 300]))
    match chance.randint(0, 3):
        case 0:
            return payload
        case 1:
            return frame(chance.randint(0, 15), payload)
        case 2:
            return frame(0, payload, first=chance.randint(0, 255))
        case _:
            return frame(chance.choice([1, 2, 8, 9]), payload, size=chance.choice([0, 5, 126, 70_000]))
