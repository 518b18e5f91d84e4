"""`/api/sync` and `/api/{version}/sync`: where Convex clients connect."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.calls import Calls
from tutorium.engine.subscriptions.port import Subscriptions
from tutorium.engine.sync.client_version import client_version
from tutorium.engine.sync.connection import SyncConnection
from tutorium.engine.sync.settings import SyncSettings
from tutorium.engine.sync.speaker import INTERNAL_SERVER_ERROR
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection
from tutorium.sockets.upgrade import Farewell, SocketRoute


class SyncEndpoint:
    """Takes clients in; everybody may connect, for guards decide about each call. Made by `open_sync_endpoint`."""

    def __init__(
        self,
        *,
        calls: Calls,
        subscriptions: Subscriptions,
        authenticator: Authenticator,
        runtime: Runtime,
        settings: SyncSettings,
    ) -> None:
        self._calls = calls
        self._subscriptions = subscriptions
        self._authenticator = authenticator
        self._runtime = runtime
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()
        self._talking: set[SyncConnection] = set()

    @property
    def max_message_bytes(self) -> int:
        """Larger messages close the connection with 1009."""
        return self._settings.max_message_bytes

    @property
    def connection_count(self) -> int:
        """How many clients are connected."""
        return len(self._talking)

    async def open(self, connection: Connection) -> SyncConnection | None:
        """Take a client in."""
        request = connection.request
        talk = SyncConnection(
            connection,
            client_version(request.headers, request.params.get("version")),
            calls=self._calls,
            subscriptions=self._subscriptions,
            authenticator=self._authenticator,
            runtime=self._runtime,
            settings=self._settings,
            spawn=self._spawn,
            on_over=self._talking.discard,
        )
        self._talking.add(talk)
        return talk

    def routes(self) -> list[SocketRoute]:
        """Return the socket routes of this endpoint. On shutdown clients come back after about a second."""
        farewell = Farewell(CloseCode.INTERNAL_ERROR, INTERNAL_SERVER_ERROR)
        patterns = ("/api/sync", "/api/{version}/sync")
        return [SocketRoute(pattern=pattern, endpoint=self, farewell=farewell) for pattern in patterns]

    async def ping_for_ever(self) -> None:
        """Say something to everybody who has heard nothing for a while."""
        while True:
            # Not late by more than a third of the interval.
            await self._runtime.sleep(self._settings.ping_seconds / 3)
            for talk in tuple(self._talking):
                talk.speaker.ping_if_silent(self._settings.ping_seconds * 2 / 3)

    async def close(self) -> None:
        """Say goodbye to everybody and wait until what runs for them has ended; what does not end is cancelled."""
        for talk in tuple(self._talking):
            talk.speaker.end_broken()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(self._own(work)))

    async def _own(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        # Not as a callback of the task, which would cost a turn of the loop for each of a thousand connections.
        try:
            await work()
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.discard(task)


@asynccontextmanager
async def open_sync_endpoint(
    *,
    calls: Calls,
    subscriptions: Subscriptions,
    authenticator: Authenticator,
    runtime: Runtime,
    settings: SyncSettings | None = None,
) -> AsyncGenerator[SyncEndpoint, None]:
    """Open the endpoint on the parts of an engine; on leaving, everybody is sent away with a code that brings them back."""
    endpoint = SyncEndpoint(
        calls=calls,
        subscriptions=subscriptions,
        authenticator=authenticator,
        runtime=runtime,
        settings=settings or SyncSettings(),
    )
    pinging = asyncio.create_task(endpoint.ping_for_ever(), name="sync pings")
    try:
        yield endpoint
    finally:
        pinging.cancel()
        await endpoint.close()
