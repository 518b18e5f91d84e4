"""Everybody's rights in one session at one moment, for those who must follow how they change."""

from tutorium.app.sessions.functions import functions
from tutorium.app.sessions.tables import Member, Role, Session
from tutorium.engine import QueryContext, View, internal
from tutorium.sockets.close_codes import CloseCode


class Rights(View):
    """Who takes part in a session, and whether it is over. `roles` is empty when the session does not exist (any more)."""

    exists: bool
    is_over: bool
    roles: dict[str, Role]

    def role_of(self, user: str, *, watches_when_over: bool) -> Role | None:
        """Return the role of `user`, None if they have none; with `watches_when_over` an ended session is only looked at."""
        role = self.roles.get(user)
        return "viewer" if role is not None and self.is_over and watches_when_over else role


NO_RIGHTS = Rights(exists=False, is_over=True, roles={})


@functions.query(guard=internal)
async def rights_in(ctx: QueryContext, *, session: str) -> Rights:
    """Return everybody's rights in the session; nobody has any when it, or its folder, is gone or was removed."""
    known = ctx.db.normalize_id(Session, session)
    row = None if known is None else await ctx.db.get(known)
    if row is None or row.removed_at is not None:
        return NO_RIGHTS
    folder = await ctx.db.get(row.folder)
    if folder is None or folder.removed_at is not None:
        return NO_RIGHTS
    members = await ctx.db.query(Member).index("by_session").eq(session=row.id).collect()
    return Rights(
        exists=True,
        is_over=row.state in ("ended", "archived"),
        roles={member.user: member.role for member in members},
    )


def farewell(rights: Rights, role: Role | None) -> tuple[CloseCode, str]:
    """Return how a connection is closed whose person now has `role`: for good, or to come back with what they may do now."""
    if not rights.exists:
        return CloseCode.NOT_FOUND, "not_found"
    if role is None:
        return CloseCode.FORBIDDEN, "forbidden"
    return CloseCode.SERVICE_RESTART, "role_changed"
