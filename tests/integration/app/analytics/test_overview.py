"""What administrators see at a glance."""

from typing import Any

import pytest

from tutorium.app.analytics import overview_counter

pytestmark = pytest.mark.anyio


async def test_people_folders_and_sessions_are_counted_by_kind(world: Any) -> None:
    """Removed ones are not."""
    admin = await world.person("Admin", admin=True)
    await world.person("Guest", kind="guest")
    folder = await admin.call("folders:create", name="One")
    gone = await admin.call("folders:create", name="Two")
    await admin.call("folders:remove", folder=gone)
    sessions = [await admin.call("sessions:create", folder=folder, title=title) for title in ("a", "b", "c")]
    await admin.call("sessions:end", session=sessions[0])
    await admin.call("sessions:remove", session=sessions[1])
    counts = await admin.call("analytics:overview")
    assert counts["users"] == {"guest": 1, "member": 1}
    assert counts["folders"] == {"all": 1}
    assert counts["turns"] == {"all": 0}
    await world.fill(sessions[2])
    assert (await admin.call("analytics:overview"))["documents"] == {"ready": 1}
    assert counts["sessions"] == {"created": 1, "active": 0, "paused": 0, "ended": 1, "archived": 0}


async def test_the_overview_is_live(world: Any) -> None:
    """It changes with what it counts."""
    admin = await world.person("Admin", admin=True)
    seen = world.watch(admin, "analytics:overview")
    assert (await seen())["users"]["guest"] == 0
    await world.person("Guest", kind="guest")
    assert (await seen())["users"]["guest"] == 1


def test_a_counters_name_belongs_to_one_feature() -> None:
    """A second feature of the same name is a mistake that shows at once."""

    async def other(_db: Any) -> dict[str, int]:
        return {}

    with pytest.raises(ValueError, match="users"):
        overview_counter("users")(other)
