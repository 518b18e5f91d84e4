"""Sessions, their life and their members, through public functions."""

from typing import Any

import pytest

from tutorium.app.sessions import Session

pytestmark = pytest.mark.anyio

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@pytest.fixture
async def ann(world: Any) -> Any:
    """The first account, who owns what the tests make."""
    return await world.person("Ann", admin=True)


@pytest.fixture
async def session(ann: Any) -> str:
    """A session of Ann's in a folder of hers."""
    folder = await ann.call("folders:create", name="Physics")
    return await ann.call("sessions:create", folder=folder, title="Waves")


async def joined(owner: Any, other: Any, session: str, role: str) -> Any:
    """Let `other` into the session."""
    invitation = await owner.call("sessions:share", session=session, role=role)
    assert invitation["path"] == f"/join/{invitation['code']}"
    assert await other.call("sessions:join", code=invitation["code"]) == {"session": session, "role": role}
    return other


async def test_a_session_says_what_the_page_shows(ann: Any, session: str) -> None:
    """Everything the header and the list need is in one row."""
    row = await ann.call("sessions:get", session=session)
    assert row["_id"] == session
    assert (row["title"], row["folderName"], row["state"], row["role"], row["progress"]) == (
        "Waves",
        "Physics",
        "created",
        "owner",
        0,
    )
    assert row["me"] == {"id": ann.id, "name": "Ann", "role": "owner"}
    assert [member["name"] for member in row["members"]] == ["Ann"]
    assert row["memberCount"] == 1
    assert row["lastActiveAt"] == pytest.approx(row["_creationTime"], abs=1000)


async def test_the_list_is_paginated_newest_first_and_by_folder(world: Any, ann: Any) -> None:
    """A page of two, then the rest; another folder's sessions apart."""
    one, two = [await ann.call("folders:create", name=name) for name in ("One", "Two")]
    for title in ("a", "b", "c"):
        await ann.call("sessions:create", folder=one, title=title)
        await world.later(1)
    await ann.call("sessions:create", folder=two, title="d")
    first = await ann.call("sessions:list", paginationOpts={"numItems": 2, "cursor": None})
    assert [row["title"] for row in first["page"]] == ["d", "c"]
    assert first["isDone"] is False
    rest = await ann.call("sessions:list", paginationOpts={"numItems": 5, "cursor": first["continueCursor"]})
    assert [row["title"] for row in rest["page"]] == ["b", "a"]
    assert rest["isDone"] is True
    assert [row["title"] for row in (await ann.call("sessions:list", folder=one))["page"]] == ["c", "b", "a"]


async def test_steps_are_checked_against_the_state(ann: Any, refused: Any, session: str) -> None:
    """A refused step changes nothing and says so by its code."""
    for wrong in ("pause", "resume", "archive"):
        with pytest.raises(refused, match="invalid_transition"):
            await ann.call(f"sessions:{wrong}", session=session)
    await ann.call("sessions:end", session=session)
    assert (await ann.call("sessions:get", session=session))["state"] == "ended"
    with pytest.raises(refused, match="invalid_transition"):
        await ann.call("sessions:end", session=session)
    await ann.call("sessions:archive", session=session)
    row = await ann.call("sessions:get", session=session)
    assert row["state"] == "archived"
    assert row["endedAt"] is not None


async def test_activity_starts_and_resumes_and_keeps_progress(world: Any, ann: Any, session: str) -> None:
    """An idle session pauses by itself and goes on when something happens in it."""
    await world.lesson_happens(session, 0.25)
    row = await ann.call("sessions:get", session=session)
    assert (row["state"], row["progress"]) == ("active", 0.25)
    await ann.call("sessions:pause", session=session)
    await ann.call("sessions:resume", session=session)
    await world.later(36 * MINUTE)
    assert (await ann.call("sessions:get", session=session))["state"] == "paused"
    await world.lesson_happens(session, 7)
    row = await ann.call("sessions:get", session=session)
    assert (row["state"], row["progress"]) == ("active", 1)


async def test_a_removed_session_comes_back_for_a_day_in_the_state_it_was_in(
    world: Any, ann: Any, refused: Any, session: str
) -> None:
    """For all who are in it; the folder counts along."""
    ben = await joined(ann, await world.person("Ben"), session, "viewer")
    await ann.call("sessions:remove", session=session)
    for who in (ann, ben):
        with pytest.raises(refused, match="not_found"):
            await who.call("sessions:get", session=session)
        assert (await who.call("sessions:list"))["page"] == []
    assert (await ann.call("folders:list"))[0]["sessions"] == 0
    with pytest.raises(refused, match="forbidden"):
        await ben.call("sessions:restore", session=session)
    await ann.call("sessions:restore", session=session)
    assert (await ben.call("sessions:get", session=session))["state"] == "created"
    assert (await ann.call("folders:list"))[0]["sessions"] == 1
    await ann.call("sessions:remove", session=session)
    await world.later(26 * HOUR)
    with pytest.raises(refused, match="not_found"):
        await ann.call("sessions:restore", session=session)
    assert await world.count(Session) == 0


async def test_forgotten_sessions_end_and_are_put_away(world: Any, ann: Any, session: str) -> None:
    """A session that never started ends after a month; much later it is archived."""
    await world.later(31 * DAY)
    assert (await ann.call("sessions:get", session=session))["state"] == "ended"
    await world.later(245 * DAY)
    assert (await ann.call("sessions:get", session=session))["state"] == "archived"


async def test_an_invitation_lets_in_until_it_expires_or_is_withdrawn(world: Any, ann: Any, refused: Any, session: str) -> None:
    """Whoever has the code; joining twice keeps the higher role; the owner stays owner."""
    await world.later(1)
    ben = await joined(ann, await world.person("Ben"), session, "editor")
    await world.later(1)
    viewer = await ann.call("sessions:share", session=session, role="viewer")
    assert (await ben.call("sessions:join", code=viewer["code"]))["role"] == "editor"
    assert (await ann.call("sessions:join", code=viewer["code"]))["role"] == "owner"
    cleo = await joined(ann, await world.person("Cleo", kind="guest"), session, "viewer")
    editor = await ann.call("sessions:share", session=session)
    assert (await cleo.call("sessions:join", code=editor["code"]))["role"] == "editor"
    assert [(m["name"], m["role"], m["kind"]) for m in await ann.call("sessions:members", session=session)] == [
        ("Ann", "owner", "member"),
        ("Ben", "editor", "member"),
        ("Cleo", "editor", "guest"),
    ]
    dan = await world.person("Dan")
    await ann.call("sessions:stopSharing", session=session)
    for code in (viewer["code"], editor["code"], "no-such-code"):
        with pytest.raises(refused, match="invitation_invalid"):
            await dan.call("sessions:join", code=code)
    late = await ann.call("sessions:share", session=session)
    await world.later(7 * DAY)
    with pytest.raises(refused, match="invitation_invalid"):
        await dan.call("sessions:join", code=late["code"])


async def test_rights_taken_away_end_at_once_on_live_queries(world: Any, ann: Any, session: str) -> None:
    """The watcher is told without asking again."""
    ben = await joined(ann, await world.person("Ben"), session, "viewer")
    seen = world.watch(ben, "sessions:get", session=session)
    assert (await seen())["role"] == "viewer"
    await ann.call("sessions:removeMember", session=session, user=ben.id)
    assert await seen() == "not_found"


async def test_members_change_roles_leave_and_are_counted(world: Any, ann: Any, refused: Any, session: str) -> None:
    """The owner cannot leave or be removed."""
    ben = await joined(ann, await world.person("Ben"), session, "viewer")
    await ann.call("sessions:setRole", session=session, user=ben.id, role="editor")
    assert (await ben.call("sessions:get", session=session))["role"] == "editor"
    assert (await ben.call("sessions:get", session=session))["memberCount"] == 2
    await ben.call("sessions:leave", session=session)
    assert (await ann.call("sessions:get", session=session))["memberCount"] == 1
    for path in ("removeMember", "leave"):
        extra = {"user": ann.id} if path == "removeMember" else {}
        with pytest.raises(refused, match="owner_stays"):
            await ann.call(f"sessions:{path}", session=session, **extra)
    with pytest.raises(refused, match="not_found"):
        await ann.call("sessions:removeMember", session=session, user=ben.id)


async def test_a_session_has_so_many_members(
    world: Any, ann: Any, refused: Any, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused with its own code."""
    monkeypatch.setattr("tutorium.app.sessions.sharing.MAX_MEMBERS", 1)
    code = (await ann.call("sessions:share", session=session))["code"]
    with pytest.raises(refused, match="too_many_members"):
        await (await world.person("Ben")).call("sessions:join", code=code)


async def test_open_invitations_do_not_pile_up(
    ann: Any, world: Any, refused: Any, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest goes when there are too many."""
    monkeypatch.setattr("tutorium.app.sessions.sharing.MAX_INVITATIONS", 2)
    codes = [(await ann.call("sessions:share", session=session))["code"] for _ in range(3)]
    ben = await world.person("Ben")
    with pytest.raises(refused, match="invitation_invalid"):
        await ben.call("sessions:join", code=codes[0])
    await ben.call("sessions:join", code=codes[1])
