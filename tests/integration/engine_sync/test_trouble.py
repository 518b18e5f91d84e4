"""Trouble on the server's side: clients are sent away with a code that brings them back, and never told half of it."""

import gc
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.integration.engine_sync.conftest import Bench, NamedTokens
from tests.protocol.engine_sync.example_app import registry
from tutorium.engine.errors import EngineClosingError, OutOfRetentionError
from tutorium.engine.sync import open_sync_endpoint
from tutorium.engine.testing import VirtualRuntime, open_test_engine

pytestmark = pytest.mark.anyio


class Failing:
    """Passes everything on, and raises instead of the methods that are named."""

    def __init__(self, inner: Any, **failing: Exception) -> None:
        self.inner = inner
        self.failing = failing

    def __getattr__(self, name: str) -> Any:
        if name not in self.failing:
            return getattr(self.inner, name)

        async def fail(*arguments: Any, **options: Any) -> Any:
            raise self.failing[name]

        return fail


class FailingSubscriptions:
    """Live queries that cannot be evaluated."""

    def __init__(self, inner: Any, error: Exception) -> None:
        self.inner = inner
        self.error = error

    def open(self, on_stale: Callable[[], None]) -> Any:
        """Begin live queries that fail."""
        return Failing(self.inner.open(on_stale), advance=self.error)


@asynccontextmanager
async def trouble(*, advance: Exception | None = None, **calls: Exception) -> AsyncGenerator[Bench]:
    """An engine whose calls or subscriptions fail."""
    runtime = VirtualRuntime()
    async with (
        open_test_engine(registry(), runtime=runtime, authenticator=NamedTokens(runtime)) as engine,
        open_sync_endpoint(
            calls=Failing(engine.calls, **calls),  # type: ignore[arg-type]
            subscriptions=engine.subscriptions if advance is None else FailingSubscriptions(engine.subscriptions, advance),
            authenticator=engine.authenticator,
            runtime=runtime,
        ) as endpoint,
    ):
        yield Bench(engine, endpoint, runtime)


@pytest.mark.rule("SY14")
@pytest.mark.parametrize("kind", ["mutation", "action"])
async def test_an_engine_that_closes_answers_nothing(kind: str) -> None:
    """A call that the engine can no longer do is not answered: the client sends it again to whoever serves next."""
    async with trouble(**{kind: EngineClosingError()}) as bench:
        client = await bench.client()
        call = client.mutation if kind == "mutation" else client.action
        await client.send(call("messages:add", room="a", text="x"), client.mutation("messages:nothing"))
        assert client.connection.closed == (1011, "InternalServerError")
        assert not [answer for answer in client.of_type("MutationResponse", "ActionResponse") if answer["requestId"] == 0]


@pytest.mark.rule("SY14")
@pytest.mark.parametrize(
    ("error", "closed"),
    [
        (RuntimeError("broken"), (1011, "InternalServerError")),
        (OutOfRetentionError(), (1013, "OutOfRetention")),
    ],
)
async def test_a_transition_that_fails_is_not_sent(error: Exception, closed: tuple[int, str]) -> None:
    """A connection whose queries cannot be evaluated ends, instead of showing part of them."""
    async with trouble(advance=error) as bench:
        client = await bench.client()
        await client.send(client.add(0, "messages:count", room="a"))
        assert client.types == []
        assert client.connection.closed == closed


async def test_work_that_has_not_begun_is_dropped_at_the_end() -> None:
    """Closing the endpoint in the very turn in which a message arrived leaves nothing behind, not even a warning."""
    async with trouble() as bench:
        client = await bench.client()
        handler = client.connection.handler
        assert handler is not None
        handler.on_message(json.dumps(client.action("messages:wait", seconds=1)))
        handler.on_message(json.dumps(client.add(0, "messages:count", room="a")))
    gc.collect()
    assert client.connection.closed == (1011, "InternalServerError")
