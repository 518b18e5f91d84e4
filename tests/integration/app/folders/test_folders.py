"""Folders, as their owners use them."""

import sys
from typing import Any

import pytest

from tutorium.app.folders import Folder
from tutorium.app.sessions import Invitation, Member, Session

pytestmark = pytest.mark.anyio

HOUR = 3600


async def test_a_folder_is_made_listed_and_renamed(world: Any) -> None:
    """The list is a plain array of rows, oldest first."""
    ann = await world.person("Ann", admin=True)
    first = await ann.call("folders:create", name="  Physics\n II ")
    await world.later(1)
    await ann.call("folders:create", name="Algebra")
    await ann.call("folders:rename", folder=first, name="Physics 3")
    listed = await ann.call("folders:list")
    assert [row["name"] for row in listed] == ["Physics 3", "Algebra"]
    assert listed[0]["_id"] == first
    assert set(listed[0]) == {"_id", "_creationTime", "name", "documents", "sessions"}


async def test_others_do_not_see_it(world: Any) -> None:
    """Each lists their own."""
    ann, ben = await world.person("Ann", admin=True), await world.person("Ben")
    await ann.call("folders:create", name="Physics")
    assert await ben.call("folders:list") == []


@pytest.mark.parametrize("name", ["", " ", "\u0000", "x" * 121])
async def test_a_name_needs_something_to_see_and_fits_a_line(world: Any, refused: Any, name: str) -> None:
    """Nothing is made of a wrong name."""
    ann = await world.person("Ann", admin=True)
    with pytest.raises(refused):
        await ann.call("folders:create", name=name)
    assert await ann.call("folders:list") == []


async def test_a_removed_folder_comes_back_for_a_day(world: Any, refused: Any) -> None:
    """With what was in it; the day after it does not."""
    ann = await world.person("Ann", admin=True)
    folder = await ann.call("folders:create", name="Physics")
    session = await ann.call("sessions:create", folder=folder, title="Waves")
    await ann.call("folders:remove", folder=folder)
    assert await ann.call("folders:list") == []
    with pytest.raises(refused, match="not_found"):
        await ann.call("sessions:get", session=session)
    await world.later(23 * HOUR)
    await ann.call("folders:restore", folder=folder)
    assert [row["sessions"] for row in await ann.call("folders:list")] == [1]
    assert (await ann.call("sessions:get", session=session))["title"] == "Waves"
    await ann.call("folders:remove", folder=folder)
    await world.later(26 * HOUR)
    with pytest.raises(refused, match="not_found"):
        await ann.call("folders:restore", folder=folder)


async def test_a_purged_folder_takes_everything_with_it(world: Any) -> None:
    """However many sessions it holds, in batches; other folders keep theirs."""
    ann, ben = await world.person("Ann", admin=True), await world.person("Ben")
    gone = await ann.call("folders:create", name="Gone")
    kept = await ann.call("folders:create", name="Kept")
    for number in range(120):
        session = await ann.call("sessions:create", folder=gone, title=f"Session {number}")
        code = (await ann.call("sessions:share", session=session, role="viewer"))["code"]
        await ben.call("sessions:join", code=code)
    await ann.call("sessions:create", folder=kept, title="Stays")
    await ann.call("folders:remove", folder=gone)
    await world.later(26 * HOUR)
    assert await world.count(Folder) == 1
    assert await world.count(Session) == 1
    assert await world.count(Member) == 1
    assert await world.count(Invitation) == 0


async def test_one_account_has_so_many_folders(world: Any, refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused with its own code."""
    monkeypatch.setattr(sys.modules["tutorium.app.folders.functions"], "MAX_FOLDERS", 2)
    ann = await world.person("Ann", admin=True)
    await ann.call("folders:create", name="1")
    await ann.call("folders:create", name="2")
    with pytest.raises(refused, match="too_many_folders"):
        await ann.call("folders:create", name="3")
