"""Who is let through a session's sockets, and who is turned away with which error."""

from typing import Any

import pytest

from tests.integration.app.conftest import Person, World
from tutorium.app.auth import AccessTokens, TokenAuthenticator, User
from tutorium.app.auth.errors import TokenExpiredError
from tutorium.app.auth.signing_keys import generate_signing_keys
from tutorium.app.sessions.attendance import Attendance, Attendee
from tutorium.engine import Id
from tutorium.errors import NotFoundError, NotSignedInError
from tutorium.sockets.connection import UpgradeRequest

pytestmark = pytest.mark.anyio


class Gate:
    """A session with an editor in it, and the attendance under test."""

    def __init__(self, world: World, owner: Person, friend: Person, folder: str, session: str) -> None:
        self.owner, self.friend, self.folder, self.session = owner, friend, folder, session
        self.tokens = AccessTokens(generate_signing_keys(), world.runtime)
        self._attendance = Attendance(world.engine, TokenAuthenticator(self.tokens))

    def token(self, user: str | None) -> str:
        """Return a good token of a user."""
        return self.tokens.issue(user=str(user), name="Somebody", kind="member", login="l")

    async def ask(self, token: str | None, session: str | None = None, **headers: str) -> Attendee:
        """Ask for a session's socket as a browser does, with the token in the address."""
        request = UpgradeRequest(
            path="/",
            query={} if token is None else {"token": token},
            headers=headers,
            client_address="127.0.0.1",
            server_origin="http://test",
        )
        return await self._attendance.admit(self.session if session is None else session, request)


@pytest.fixture
async def gate(world: World) -> Gate:
    """A session with a friend in it."""
    owner, friend = await world.person("Ann", admin=True), await world.person("Ben")
    folder = await owner.call("folders:create", name="Physics")
    session = await owner.call("sessions:create", folder=folder, title="Tides")
    await friend.call("sessions:join", code=(await owner.call("sessions:share", session=session, role="editor"))["code"])
    return Gate(world, owner, friend, folder, session)


async def test_members_come_in_with_their_role_and_the_name_of_their_account(gate: Gate) -> None:
    """By a token in the address or in the header; the name is the account's, not what the token says."""
    for person, role, name in ((gate.owner, "owner", "Ann"), (gate.friend, "editor", "Ben")):
        expected = Attendee(user=Id[User](person.id), name=name, role=role)
        assert await gate.ask(gate.token(person.id)) == expected
        assert await gate.ask(None, authorization=f"Bearer {gate.token(person.id)}") == expected


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
async def test_without_a_good_token_nobody_comes_in(gate: Gate, token: str | None) -> None:
    """No token, an empty one, and anything that is none are the same: not signed in."""
    with pytest.raises(NotSignedInError):
        await gate.ask(token)


async def test_a_token_of_other_keys_does_not_count(world: World, gate: Gate) -> None:
    """Whoever can write a token cannot sign it."""
    forged = AccessTokens(generate_signing_keys(), world.runtime).issue(
        user=str(gate.owner.id), name="Ann", kind="member", login="l"
    )
    with pytest.raises(NotSignedInError):
        await gate.ask(forged)


async def test_a_token_is_good_for_its_time(world: World, gate: Gate) -> None:
    """After a quarter of an hour a socket needs a fresh one, and is told so."""
    token = gate.token(gate.friend.id)
    await world.later(16 * 60)
    with pytest.raises(TokenExpiredError):
        await gate.ask(token)


async def test_to_strangers_the_session_does_not_exist(world: World, gate: Gate) -> None:
    """Somebody with an account who was never asked in, and somebody who was sent away."""
    stranger = await world.person("Cleo")
    with pytest.raises(NotFoundError):
        await gate.ask(gate.token(stranger.id))
    await gate.owner.call("sessions:removeMember", session=gate.session, user=gate.friend.id)
    with pytest.raises(NotFoundError):
        await gate.ask(gate.token(gate.friend.id))


@pytest.mark.parametrize("what", ["session", "folder"])
async def test_what_was_removed_lets_nobody_in(gate: Gate, what: str) -> None:
    """Not even its owner, until it is restored."""
    arguments: dict[str, Any] = {what: getattr(gate, what)}
    await gate.owner.call(f"{what}s:remove", **arguments)
    for person in (gate.owner, gate.friend):
        with pytest.raises(NotFoundError):
            await gate.ask(gate.token(person.id))
    await gate.owner.call(f"{what}s:restore", **arguments)
    assert (await gate.ask(gate.token(gate.owner.id))).role == "owner"


async def test_a_session_that_never_was_is_not_found(gate: Gate) -> None:
    """Nonsense, the id of something else, and a well-formed id of nothing are one answer."""
    for session in ("", "nonsense", "../etc/passwd", gate.folder, "x" * 5_000):
        with pytest.raises(NotFoundError):
            await gate.ask(gate.token(gate.owner.id), session)


async def test_a_good_token_of_nobody_is_not_found(gate: Gate) -> None:
    """A token may outlive the database it was made for."""
    for user in ("nobody", gate.session):
        with pytest.raises(NotFoundError):
            await gate.ask(gate.token(user))
