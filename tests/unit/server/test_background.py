"""Work beside requests."""

import asyncio

import pytest

from tutorium.engine.testing import VirtualRuntime
from tutorium.errors import UnavailableError
from tutorium.server.background import running

pytestmark = pytest.mark.anyio


async def test_work_that_fails_is_begun_again_later_and_later_until_it_succeeds() -> None:
    """Whatever it fails with; once it has returned it is not begun again."""
    runtime = VirtualRuntime()
    begun: list[float] = []

    async def work() -> None:
        begun.append(runtime.monotonic())
        if len(begun) == 1:
            raise UnavailableError
        if len(begun) == 2:
            raise RuntimeError("unforeseen")

    async with running({"work": work}, runtime):
        await runtime.advance(100)
    assert begun == [0, 1, 3]


async def test_work_ends_with_the_block() -> None:
    """Also when it would go on for ever, or waits to be begun again."""
    ended = asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fails() -> None:
        raise UnavailableError

    runtime = VirtualRuntime()
    async with running({"one": for_ever, "two": fails}, runtime):
        await runtime.settle()
    assert ended.is_set()
