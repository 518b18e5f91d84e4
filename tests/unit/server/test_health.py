"""Whether a process should be given work."""

import pytest

from tutorium.errors import UnavailableError
from tutorium.server.health import Readiness

pytestmark = pytest.mark.anyio


async def works() -> None:
    """Nothing is wrong."""


async def fails() -> None:
    """Something is."""
    raise UnavailableError


async def test_all_parts_must_work() -> None:
    """One that does not is named with its code."""
    readiness = Readiness()
    readiness.add("database", works)
    assert (await readiness.ask()).model_dump() == {"status": "ready", "parts": {"database": "ok"}}
    readiness.add("files", fails)
    assert (await readiness.ask()).model_dump() == {"status": "failing", "parts": {"database": "ok", "files": "unavailable"}}


async def test_a_process_that_is_about_to_end_wants_no_more_work() -> None:
    """However well its parts are."""
    readiness = Readiness()
    readiness.drain()
    assert (await readiness.ask()).status == "draining"
