"""Who may do what with a session. Guards read the member row, so a change of rights takes effect on live queries at once."""

from collections.abc import Mapping
from typing import Any

from tutorium.app.auth import User, current_user
from tutorium.app.folders import Folder
from tutorium.app.sessions.tables import Member, Role, Session
from tutorium.engine import DatabaseReader, Guard, GuardContext, Id
from tutorium.errors import ForbiddenError, NotFoundError

RANK: Mapping[Role, int] = {"viewer": 0, "editor": 1, "owner": 2}

_DESCRIPTIONS: Mapping[Role, str] = {
    "viewer": "anyone in the session",
    "editor": "editors and the owner of the session",
    "owner": "owner of the session",
}


def session_role(least: Role = "viewer", arg: str = "session", *, removed: bool = False) -> Guard:
    """Return a guard that admits members with at least the role `least` to the session in argument `arg`.

    To those who are no members the session does not exist (NotFoundError); members with too low a role are told so
    (ForbiddenError). With `removed` it admits to a removed session that may be restored; otherwise such a one does not exist.
    """

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        role = await role_in(ctx.db, args[arg], await current_user(ctx), removed=removed)
        if role is None:
            raise NotFoundError
        if RANK[role] < RANK[least]:
            raise ForbiddenError(f"Only {_DESCRIPTIONS[least]} may do this.", role=role)

    return Guard(describe=_DESCRIPTIONS[least], check=check)


async def role_in(db: DatabaseReader, session: Id[Session], user: Id[User], *, removed: bool = False) -> Role | None:
    """Return the role of `user` in the session, None if there is none or the session (or its folder) was removed."""
    row = await db.get(session)
    if row is None or (row.removed_at is not None) != removed:
        return None
    folder = await db.get(row.folder)
    if folder is None or folder.removed_at is not None:
        return None
    member = await find_member(db, session, user)
    return None if member is None else member.role


async def find_member(db: DatabaseReader, session: Id[Session], user: Id[User]) -> Member | None:
    """Return the membership of `user`, removed session or not."""
    return await db.query(Member).index("by_session").eq(session=session, user=user).first()


async def may_read_folder(db: DatabaseReader, folder: Id[Folder], user: Id[User]) -> bool:
    """Return whether `user` may read the material of the folder: its owner, and whoever is in one of its sessions."""
    row = await db.get(folder)
    if row is None or row.removed_at is not None:
        return False
    if row.owner == user:
        return True
    async for member in db.query(Member).index("by_user_and_folder").eq(user=user, folder=folder):
        session = await db.get(member.session)
        if session is not None and session.removed_at is None:
            return True
    return False
