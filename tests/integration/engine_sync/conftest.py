"""Sync connections without a network: the client's side is the test, the engine is real, time is moved by hand."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.protocol.engine_sync.example_app import registry
from tutorium.engine import Engine, Identity
from tutorium.engine.sync import SyncEndpoint, SyncSettings, open_sync_endpoint
from tutorium.engine.sync.timestamps import decode_ts
from tutorium.engine.testing import VirtualRuntime, open_test_engine
from tutorium.errors import NotSignedInError, UnavailableError
from tutorium.sockets import SocketHandler, UpgradeRequest

ZERO = {"querySet": 0, "identity": 0, "ts": "AAAAAAAAAAA="}


@dataclass(eq=False)
class FakeConnection:
    """A connection whose other side is the test."""

    request: UpgradeRequest
    id: str = "c"
    said: list[dict[str, Any]] = field(default_factory=list)
    closed: tuple[int, str] | None = None
    handler: SocketHandler | None = None
    is_full: bool = False
    waiting: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def send(self, message: bytes | str) -> None:
        raise NotImplementedError

    def send_frame(self, frame: bytes) -> None:
        if self.is_open:
            assert frame[0] == 0x81, "one whole text frame"
            text = frame[{126: 4, 127: 10}.get(frame[1], 2) :].decode()
            self.said.append(json.loads(text) | {"text": text})

    def buffered_bytes(self) -> int:
        return 1_000_000 if self.is_full else 0

    def when_drained(self, callback: Callable[[], None]) -> None:
        assert self.is_full
        self.waiting.append(callback)

    def drain(self) -> None:
        """The client has read everything."""
        self.is_full = False
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()

    def close(self, code: int, reason: str = "") -> None:
        if self.is_open:
            self.closed = (int(code), reason)
            if self.handler is not None:
                self.handler.on_closed(int(code), reason)


@dataclass(eq=False)
class Client:
    """A client that checks with every message what holds for all: versions chain, responses come before what covers them.

    `is_repeating` is for one that sends what another connection has sent: its answers may be of the past.
    """

    connection: FakeConnection
    runtime: VirtualRuntime
    queries: dict[int, Any] = field(default_factory=dict)
    journals: dict[int, str | None] = field(default_factory=dict)
    version: dict[str, Any] = field(default_factory=lambda: dict(ZERO))
    query_set: int = 0
    identity: int = 0
    read: int = 0
    requests: int = 0
    uncovered: list[int] = field(default_factory=list)
    is_repeating: bool = False

    async def send(self, *messages: dict[str, Any] | str | bytes) -> None:
        """Say several things in one breath, then let the server do everything it can without time."""
        handler = self.connection.handler
        assert handler is not None
        for message in messages:
            handler.on_message(message if isinstance(message, str | bytes) else json.dumps(message))
        await self.runtime.settle()
        self.check()

    def check(self) -> None:
        """Take in what was said since the last look."""
        for message in self.connection.said[self.read :]:
            if message["type"] == "Transition":
                self._move(message)
            if message["type"] == "MutationResponse" and message["success"]:
                ts = decode_ts(message["ts"])
                is_new = ts > decode_ts(self.version["ts"])
                assert is_new or self.is_repeating, "a Transition covered a mutation before its response"
                self.uncovered.append(ts)
        self.read = len(self.connection.said)

    def _move(self, message: dict[str, Any]) -> None:
        start, end = message["startVersion"], message["endVersion"]
        assert start == self.version, "a Transition does not begin where the last one ended"
        assert end["querySet"] >= start["querySet"]
        assert end["identity"] >= start["identity"]
        assert decode_ts(end["ts"]) >= decode_ts(start["ts"])
        self.version = end
        self.uncovered = [ts for ts in self.uncovered if ts > decode_ts(end["ts"])]
        for change in message["modifications"]:
            match change["type"]:
                case "QueryUpdated":
                    self.queries[change["queryId"]] = change["value"]
                    self.journals[change["queryId"]] = change["journal"]
                case "QueryFailed":
                    self.queries[change["queryId"]] = change
                case "QueryRemoved":
                    self.queries.pop(change["queryId"], None)

    def connect(self, session: str = "session", **fields: Any) -> dict[str, Any]:
        """The first message."""
        return {"type": "Connect", "sessionId": session, "connectionCount": 0, "lastCloseReason": None, **fields}

    def add(self, query_id: int, path: str, journal: str | None = None, **args: Any) -> dict[str, Any]:
        """Watch a query."""
        return self.modify({"type": "Add", "queryId": query_id, "udfPath": path, "args": [args], "journal": journal})

    def remove(self, query_id: int) -> dict[str, Any]:
        """Watch it no more."""
        return self.modify({"type": "Remove", "queryId": query_id})

    def modify(self, *modifications: dict[str, Any]) -> dict[str, Any]:
        """Change the query set."""
        self.query_set += 1
        changes = list(modifications)
        return {
            "type": "ModifyQuerySet",
            "baseVersion": self.query_set - 1,
            "newVersion": self.query_set,
            "modifications": changes,
        }

    def mutation(self, path: str, **args: Any) -> dict[str, Any]:
        """Call a mutation."""
        self.requests += 1
        return {"type": "Mutation", "requestId": self.requests - 1, "udfPath": path, "args": [args]}

    def action(self, path: str, **args: Any) -> dict[str, Any]:
        """Call an action."""
        return self.mutation(path, **args) | {"type": "Action"}

    def authenticate(self, token: str | None, kind: str | None = None) -> dict[str, Any]:
        """Say who is there."""
        self.identity += 1
        fields = {"tokenType": kind or ("None" if token is None else "User")}
        return {"type": "Authenticate", "baseVersion": self.identity - 1, "value": token, **fields}

    def of_type(self, *types: str) -> list[dict[str, Any]]:
        """Everything of these types that was said so far."""
        return [message for message in self.connection.said if message["type"] in types]

    @property
    def types(self) -> list[str]:
        """What was said, by type."""
        return [message["type"] for message in self.connection.said]


class NamedTokens:
    """Tokens are `name` or `name:seconds`; `bad` is refused, `trouble` is no fault of the token, `slow` takes a second."""

    def __init__(self, runtime: VirtualRuntime) -> None:
        self.runtime = runtime

    async def authenticate(self, token: str) -> Identity:
        """Return who holds the token."""
        name, _, seconds = token.partition(":")
        if name == "slow":
            await self.runtime.sleep(1)
        if name == "trouble":
            raise UnavailableError
        if name == "bad":
            raise NotSignedInError("The token is bad.")
        expires_at = self.runtime.now_ns() / 1e9 + float(seconds) if seconds else None
        return Identity(subject=name, issuer="t", token_identifier=f"t|{name}", expires_at=expires_at)


@dataclass(eq=False)
class Bench:
    """An engine, its endpoint and as many clients as a test wants."""

    engine: Engine
    endpoint: SyncEndpoint
    runtime: VirtualRuntime

    async def open(self, path: str = "/api/1.48.0/sync", headers: dict[str, str] | None = None) -> Client:
        """A connection on which nothing was said yet."""
        version = path.split("/")[2] if path.count("/") == 3 else None
        request = UpgradeRequest(
            path=path,
            query={},
            headers=headers or {},
            client_address="1.2.3.4",
            server_origin="https://example.org",
            params={} if version is None else {"version": version},
        )
        connection = FakeConnection(request)
        connection.handler = await self.endpoint.open(connection)
        return Client(connection, self.runtime)

    async def client(self, session: str = "session", **options: Any) -> Client:
        """A connection that has begun."""
        client = await self.open(**options)
        await client.send(client.connect(session))
        return client


@asynccontextmanager
async def open_bench(settings: SyncSettings | None = None, **limits: Any) -> AsyncGenerator[Bench]:
    """Everything, in memory."""
    runtime = VirtualRuntime()
    tokens = NamedTokens(runtime)
    async with (
        open_test_engine(registry(), runtime=runtime, authenticator=tokens) as engine,
        open_sync_endpoint(
            calls=engine.calls,
            subscriptions=engine.subscriptions,
            authenticator=engine.authenticator,
            runtime=runtime,
            settings=replace(settings or SyncSettings(), **limits),
        ) as endpoint,
    ):
        yield Bench(engine, endpoint, runtime)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """The engine and the endpoint with usual limits."""
    async with open_bench() as opened:
        yield opened
