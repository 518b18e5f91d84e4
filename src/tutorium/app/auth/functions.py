"""Transactions on accounts and sign-ins. All internal: the way in from outside is `routes`."""

from datetime import timedelta
from typing import Literal

from msgspec import field

from tutorium.app.auth.access import current_user, signed_in
from tutorium.app.auth.errors import EmailTakenError
from tutorium.app.auth.refresh_tokens import Family, judge
from tutorium.app.auth.tables import Login, User
from tutorium.engine import Cron, Functions, Id, MutationContext, QueryContext, View, internal
from tutorium.errors import NotSignedInError

PURGE_BATCH = 500
"""Rows removed in one transaction, so that none is long."""

KEPT_AFTER_END_MS = 7 * 24 * 60 * 60 * 1000
"""Ended sign-ins stay for a week, so that a token used late is still recognised as reused."""

functions = Functions("auth")


class UserView(View):
    """An account as its owner sees it."""

    id: Id[User] = field(name="_id")
    name: str
    kind: Literal["guest", "member"]
    email: str | None
    admin: bool


class OpenLogin(View):
    """A sign-in that is open: whose it is and which refresh token is good."""

    user: UserView
    login: Id[Login]
    generation: int


class Rotation(View):
    """What became of a presented refresh token; `opened` only when it was good."""

    verdict: Literal["rotate", "repeat", "reused", "ended"]
    opened: OpenLogin | None = None


class Credentials(View):
    """What a sign-in is checked against."""

    user: Id[User]
    password_hash: str | None


def user_view(user: User) -> UserView:
    """Return what the account's owner may see of it."""
    return UserView(id=user.id, name=user.name, kind=user.kind, email=user.email, admin=user.admin)


@functions.query(guard=signed_in)
async def me(ctx: QueryContext) -> UserView:
    """The caller's own account, live."""
    return user_view(await ctx.db.get_or_raise(await current_user(ctx)))


@functions.query(guard=internal)
async def find_user(ctx: QueryContext, *, user: Id[User]) -> UserView | None:
    """An account by its id."""
    row = await ctx.db.get(user)
    return None if row is None else user_view(row)


@functions.query(guard=internal)
async def find_credentials(ctx: QueryContext, *, email: str) -> Credentials | None:
    """What the account with this (normalised) email signs in with."""
    row = await ctx.db.query(User).index("by_email").eq(email=email).first()
    return None if row is None else Credentials(user=row.id, password_hash=row.password_hash)


@functions.mutation(guard=internal)
async def create_guest(ctx: MutationContext, *, name: str, expires_at: float) -> OpenLogin:
    """Make a guest and sign it in."""
    user = await ctx.db.insert(User(name=name, kind="guest"))
    return await _open(ctx, user, expires_at)


@functions.mutation(guard=internal)
async def create_member(
    ctx: MutationContext,
    *,
    email: str,
    name: str,
    password_hash: str,
    expires_at: float,
    guest: Id[User] | None = None,
    guest_login: Id[Login] | None = None,
) -> OpenLogin:
    """Make a member, or make `guest` one with everything it owns, and sign it in. The first member is an administrator.

    Raises EmailTakenError.
    """
    if await ctx.db.query(User).index("by_email").eq(email=email).first() is not None:
        raise EmailTakenError
    is_first = await ctx.db.query(User).index("by_kind").eq(kind="member").first() is None
    before = None if guest is None else await ctx.db.get(guest)
    if before is not None and before.kind == "guest":
        user = before.id
        await ctx.db.patch(user, name=name, kind="member", email=email, password_hash=password_hash, admin=is_first)
        if guest_login is not None:
            await _revoke(ctx, guest_login)
    else:
        user = await ctx.db.insert(User(name=name, kind="member", email=email, password_hash=password_hash, admin=is_first))
    return await _open(ctx, user, expires_at)


@functions.mutation(guard=internal)
async def open_login(ctx: MutationContext, *, user: Id[User], expires_at: float, fresh_hash: str | None = None) -> OpenLogin:
    """Sign `user` in on one more device; `fresh_hash` replaces a password hash made at another cost."""
    if fresh_hash is not None:
        await ctx.db.patch(user, password_hash=fresh_hash)
    return await _open(ctx, user, expires_at)


@functions.mutation(guard=internal)
async def rotate_login(
    ctx: MutationContext,
    *,
    login: Id[Login],
    generation: int,
    idle_ms: float,
    longest_ms: float,
    grace_seconds: float,
) -> Rotation:
    """Judge a presented refresh token and carry out what follows: move on, repeat, or revoke the family."""
    row = await ctx.db.get(login)
    user = None if row is None else await ctx.db.get(row.user)
    if row is None or user is None:
        return Rotation(verdict="ended")
    family = Family(
        generation=row.generation,
        rotated_at=row.rotated_at,
        expires_at=row.expires_at,
        is_revoked=row.revoked_at is not None,
    )
    verdict = judge(family, generation, now_ms=ctx.now_ms, grace_seconds=grace_seconds)
    current = row.generation
    if verdict == "reused":
        await _revoke(ctx, login)
    if verdict == "rotate":
        current += 1
        expires_at = min(ctx.now_ms + idle_ms, row.creation_time + longest_ms)
        await ctx.db.patch(login, generation=current, rotated_at=ctx.now_ms, expires_at=expires_at)
    if verdict in ("reused", "ended"):
        return Rotation(verdict=verdict)
    return Rotation(verdict=verdict, opened=OpenLogin(user=user_view(user), login=login, generation=current))


@functions.mutation(guard=internal)
async def end_login(ctx: MutationContext, *, login: Id[Login]) -> None:
    """Sign out on one device. Ending what has ended is no error."""
    await _revoke(ctx, login)


@functions.mutation(guard=internal)
async def purge_logins(ctx: MutationContext) -> None:
    """Remove sign-ins that ended over a week ago, a batch at a time."""
    old = ctx.db.query(Login).index("by_expiry").lt(expires_at=ctx.now_ms - KEPT_AFTER_END_MS)
    rows = await old.take(PURGE_BATCH)
    for row in rows:
        await ctx.db.delete(row.id)
    if len(rows) == PURGE_BATCH:
        await ctx.scheduler.run_after(0, purge_logins)


crons = [Cron(name="purge ended sign-ins", every=timedelta(hours=6), function=purge_logins)]


async def _open(ctx: MutationContext, user: Id[User], expires_at: float) -> OpenLogin:
    row = await ctx.db.get(user)
    if row is None:
        raise NotSignedInError
    login = await ctx.db.insert(Login(user=user, expires_at=expires_at, rotated_at=ctx.now_ms))
    return OpenLogin(user=user_view(row), login=login, generation=0)


async def _revoke(ctx: MutationContext, login: Id[Login]) -> None:
    row = await ctx.db.get(login)
    if row is not None and row.revoked_at is None:
        await ctx.db.patch(login, revoked_at=ctx.now_ms)
