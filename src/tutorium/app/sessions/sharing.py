"""Asking others into a session, and who takes part. Public paths are `sessions:<name>`."""

import hashlib
import secrets
from typing import Literal

from tutorium.app.auth import User, current_user, signed_in
from tutorium.app.sessions.access import RANK, find_member, role_in, session_role
from tutorium.app.sessions.errors import InvitationInvalidError, OwnerStaysError, TooManyMembersError
from tutorium.app.sessions.functions import functions
from tutorium.app.sessions.tables import Invitation, Member, Role, Session
from tutorium.app.sessions.views import MemberView, member_views
from tutorium.engine import Id, MutationContext, QueryContext, View
from tutorium.errors import NotFoundError

INVITATION_MS = 7 * 24 * 60 * 60 * 1000
"""An invitation is good for a week."""

CODE_BYTES = 12
"""96 random bits: cannot be guessed, and 16 characters are still short enough to send."""

MAX_INVITATIONS = 20
"""Open invitations of one session; making one more drops the oldest."""

MAX_MEMBERS = 1_000
"""Well above the 500 that one board is built for."""


class InvitationView(View):
    """What the owner passes on. `path` is to be opened on this server's page."""

    code: str
    path: str
    role: Literal["editor", "viewer"]
    expires_at: float


class Joined(View):
    """Where an invitation has led."""

    session: Id[Session]
    role: Role


@functions.mutation(guard=session_role("owner"))
async def share(ctx: MutationContext, *, session: Id[Session], role: Literal["editor", "viewer"] = "editor") -> InvitationView:
    """Make an invitation that anyone who has its code may use for a week."""
    others = await ctx.db.query(Invitation).index("by_session").eq(session=session).collect()
    for old in others[: max(0, len(others) - MAX_INVITATIONS + 1)]:
        await ctx.db.delete(old.id)
    code = secrets.token_urlsafe(CODE_BYTES)
    expires_at = ctx.now_ms + INVITATION_MS
    await ctx.db.insert(Invitation(session=session, role=role, code_hash=_hash(code), expires_at=expires_at))
    return InvitationView(code=code, path=f"/join/{code}", role=role, expires_at=expires_at)


@functions.mutation(guard=session_role("owner"))
async def stop_sharing(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Make all invitations to the session void. Those who have joined stay."""
    async for invitation in ctx.db.query(Invitation).index("by_session").eq(session=session):
        await ctx.db.delete(invitation.id)


@functions.mutation(guard=signed_in)
async def join(ctx: MutationContext, *, code: str) -> Joined:
    """Become a member by an invitation. Who is a member already keeps the higher of both roles."""
    user = await current_user(ctx)
    invitation = await ctx.db.query(Invitation).index("by_code").eq(code_hash=_hash(code)).first()
    if invitation is None or invitation.expires_at <= ctx.now_ms:
        raise InvitationInvalidError
    session = await ctx.db.get(invitation.session)
    if session is None or await role_in(ctx.db, session.id, session.owner) is None:
        raise InvitationInvalidError
    member = await find_member(ctx.db, session.id, user)
    if member is None:
        if session.member_count >= MAX_MEMBERS:
            raise TooManyMembersError
        await ctx.db.insert(Member(session=session.id, user=user, folder=session.folder, role=invitation.role))
        await ctx.db.patch(session.id, member_count=session.member_count + 1)
        return Joined(session=session.id, role=invitation.role)
    if RANK[invitation.role] > RANK[member.role]:
        await ctx.db.patch(member.id, role=invitation.role)
        return Joined(session=session.id, role=invitation.role)
    return Joined(session=session.id, role=member.role)


@functions.query(guard=session_role())
async def members(ctx: QueryContext, *, session: Id[Session]) -> list[MemberView]:
    """Everybody who takes part, at most `MAX_MEMBERS`."""
    rows = await ctx.db.query(Member).index("by_session").eq(session=session).collect()
    return await member_views(ctx.db, sorted(rows, key=lambda row: (row.creation_time, row.id)))


@functions.mutation(guard=session_role("owner"))
async def set_role(ctx: MutationContext, *, session: Id[Session], user: Id[User], role: Literal["editor", "viewer"]) -> None:
    """Change what a member may do. Takes effect at once."""
    member = await _other_member(ctx, session, user)
    await ctx.db.patch(member.id, role=role)


@functions.mutation(guard=session_role("owner"))
async def remove_member(ctx: MutationContext, *, session: Id[Session], user: Id[User]) -> None:
    """Take a member's rights away. Takes effect at once."""
    await _drop(ctx, await _other_member(ctx, session, user))


@functions.mutation(guard=session_role())
async def leave(ctx: MutationContext, *, session: Id[Session]) -> None:
    """Stop taking part."""
    await _drop(ctx, await _other_member(ctx, session, await current_user(ctx)))


async def _other_member(ctx: MutationContext, session: Id[Session], user: Id[User]) -> Member:
    member = await find_member(ctx.db, session, user)
    if member is None:
        raise NotFoundError
    if member.role == "owner":
        raise OwnerStaysError
    return member


async def _drop(ctx: MutationContext, member: Member) -> None:
    session = await ctx.db.get_or_raise(member.session)
    await ctx.db.delete(member.id)
    await ctx.db.patch(session.id, member_count=session.member_count - 1)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
