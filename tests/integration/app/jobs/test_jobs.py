"""Scheduled functions as administrators steer them."""

from typing import Any

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def admin(world: Any) -> Any:
    """The administrator."""
    return await world.person("Admin", admin=True)


async def test_a_waiting_job_is_listed_and_can_be_cancelled_once(world: Any, admin: Any, refused: Any) -> None:
    """A second time it is over."""
    job = await world.some_job()
    listed = (await admin.call("jobs:list", state="pending"))["page"]
    row = next(row for row in listed if row["_id"] == job)
    assert row["name"] == "happenings:nothing"
    assert row["args"] == "{}"
    await admin.call("jobs:cancel", job=job)
    newest = (await admin.call("jobs:list"))["page"]
    assert next(row for row in newest if row["_id"] == job)["state"] == "canceled"
    with pytest.raises(refused, match="job_is_over"):
        await admin.call("jobs:cancel", job=job)


async def test_a_failed_job_is_made_once_more_with_the_same_arguments(world: Any, admin: Any, refused: Any) -> None:
    """As a new job; one that has not failed cannot be."""
    failed = await world.failing_job()
    waiting = await world.some_job()
    await world.later(5)
    row = next(row for row in (await admin.call("jobs:list", state="failed"))["page"] if row["_id"] == failed)
    assert row["completedTime"] is not None
    again = await admin.call("jobs:retry", job=failed)
    await world.later(5)
    assert {row["_id"] for row in (await admin.call("jobs:list", state="failed"))["page"]} == {failed, again}
    with pytest.raises(refused, match="job_is_not_over"):
        await admin.call("jobs:retry", job=waiting)


async def test_the_list_is_paginated(world: Any, admin: Any) -> None:
    """Newest first."""
    jobs: list[str] = []
    for _ in range(3):
        jobs.append(await world.some_job())
        await world.later(1)
    first = await admin.call("jobs:list", state="pending", paginationOpts={"numItems": 1, "cursor": None})
    assert [row["_id"] for row in first["page"]] == [jobs[-1]]
    assert first["isDone"] is False
