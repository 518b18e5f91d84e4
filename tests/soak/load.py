"""Many guests who have lessons at the same time, each answering every question until the lesson is over."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from tests.support.live_server import LiveServer, running_server

SETTINGS = {"TUTORIUM_WORDS_PER_SECOND": "20"}
REPORT_SECONDS = 10.0
QUIET_SECONDS = 60.0
"""A lesson in which nothing happens for so long has got stuck."""

Say = Callable[[str], None]


@dataclass
class Found:
    """What all guests have seen together."""

    drawing_seconds: list[float] = field(default_factory=list)
    ack_seconds: list[float] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    finished: int = 0


class Guest:
    """One guest in one lesson."""

    def __init__(self, server: LiveServer, http: httpx.AsyncClient, found: Found, end: float) -> None:
        """Learn on `server` until the lesson is done or `end` has come."""
        self._server = server
        self._http = http
        self._found = found
        self._end = end
        self._sent: dict[str, float] = {}
        self._last_seq = 0
        self._item: dict[str, Any] | None = None
        self._tries = 0

    async def learn(self) -> None:
        """Come in, begin, and answer until the lesson is over."""
        answer = await self._http.post("/auth/guest", json={})
        answer.raise_for_status()
        token = answer.json()["token"]
        called = await self._http.post(
            "/api/action",
            json={"path": "sessions:tryLesson", "args": {}, "format": "json"},
            headers={"Authorization": f"Bearer {token}"},
        )
        session = called.json()["value"]
        origin = self._server.socket_origin
        async with (
            connect(f"{origin}/ws/board/{session}?token={token}", max_size=None) as board,
            connect(f"{origin}/ws/tutor/{session}?after=0&token={token}", max_size=None) as tutor,
        ):
            looking = asyncio.create_task(_look_at(board))
            try:
                await self._send(tutor, "start")
                await self._follow(tutor)
            finally:
                looking.cancel()

    async def _follow(self, tutor: ClientConnection) -> None:
        while time.monotonic() < self._end:
            message: dict[str, Any] = json.loads(await asyncio.wait_for(tutor.recv(), QUIET_SECONDS))
            self._count(message)
            match message:
                case {"type": "item.asked", "item": item}:
                    self._item, self._tries = item, 0
                case {"type": "turn.finished", "lessonDone": True}:
                    self._found.finished += 1
                    return
                case {"type": "turn.finished", "more": True}:
                    pass
                case {"type": "attempt.judged", "closed": True}:
                    self._item = None
                    await self._send(tutor, "next")
                case {"type": "turn.finished"} | {"type": "attempt.judged"}:
                    await self._answer(tutor)
                case _:
                    pass

    def _count(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        self._found.events[kind] += 1
        if kind in {"turn.failed", "error"}:
            self._found.faults.append(json.dumps(message))
        if "seq" in message:
            if message["seq"] != self._last_seq + 1:
                self._found.faults.append(f"event {message['seq']} came after {self._last_seq}")
            self._last_seq = message["seq"]
        if kind == "ack" and message["id"] in self._sent:
            self._found.ack_seconds.append(time.monotonic() - self._sent[message["id"]])
        if kind == "board.drawn" and (began := self._sent.pop("1", None)) is not None:
            self._found.drawing_seconds.append(time.monotonic() - began)

    async def _answer(self, tutor: ClientConnection) -> None:
        """Answer the open item, the next choice each time; without one, go on."""
        if self._item is None:
            await self._send(tutor, "next")
            return
        choices = self._item.get("choices")
        given = {"choice": self._tries % len(choices)} if choices else {"text": "tide"}
        self._tries += 1
        await self._send(tutor, "answer", item=self._item["id"], **given)

    async def _send(self, tutor: ClientConnection, kind: str, **fields: Any) -> None:
        name = str(len(self._sent) + 1) if kind == "start" else f"{kind}-{time.monotonic_ns()}"
        self._sent[name] = time.monotonic()
        await tutor.send(json.dumps({"type": kind, "id": name, **fields}))


async def _look_at(board: ClientConnection) -> None:
    """Take what comes, as an open page would."""
    await board.send(b"\x00\x00\x01\x00")
    async for _ in board:
        pass


async def teach_for(seconds: float, folder: Path, guests: int, say: Say) -> Found:
    """Keep so many lessons going until the time is over; return what was seen."""
    found = Found()
    end = time.monotonic() + seconds
    with running_server(folder, SETTINGS) as server:
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        limits = httpx.Limits(max_connections=guests)
        async with httpx.AsyncClient(base_url=server.origin, timeout=60, limits=limits) as http, asyncio.TaskGroup() as group:
            group.create_task(_report(found, process, end, say))
            for _ in range(guests):
                group.create_task(_keep_learning(server, http, found, end))
        await asyncio.to_thread(_look_for_errors, server, found)
    return found


async def _keep_learning(server: LiveServer, http: httpx.AsyncClient, found: Found, end: float) -> None:
    while time.monotonic() < end:
        try:
            await Guest(server, http, found, end).learn()
        except Exception as error:
            # One guest's trouble is a fault of the run and no reason to stop the others.
            found.faults.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(1)


async def _report(found: Found, process: psutil.Process, end: float, say: Say) -> None:
    while time.monotonic() < end:
        await asyncio.sleep(min(REPORT_SECONDS, max(0.1, end - time.monotonic())))
        memory = process.memory_info().rss / 2**20
        busy = process.cpu_percent()
        say(
            f"{found.finished} lessons over, {sum(found.events.values())} events, {found.events['board.drawn']} drawings, "
            f"{found.events['attempt.judged']} answers, {len(found.faults)} faults; the server: {busy:.0f} % of a core, "
            f"{memory:.0f} MiB"
        )


def _look_for_errors(server: LiveServer, found: Found) -> None:
    for line in server.log_text().splitlines():
        if '"level":"error"' in line.replace(" ", "") or "Traceback" in line:
            found.faults.append(f"log: {line[:300]}")
