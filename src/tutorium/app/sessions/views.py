"""Sessions as their members see them."""

from typing import Literal

from msgspec import field

from tutorium.app.auth import User
from tutorium.app.folders import Folder
from tutorium.app.sessions.access import find_member
from tutorium.app.sessions.lifecycle import State
from tutorium.app.sessions.tables import Member, Role, Session
from tutorium.engine import DatabaseReader, Id, View

SHOWN_MEMBERS = 6
"""Members that come with a session, for the faces beside its title; `sessions:members` has all."""


class MemberView(View):
    """Somebody who takes part."""

    user: Id[User]
    name: str
    kind: Literal["guest", "member"]
    role: Role


class Me(View):
    """The caller in a session."""

    id: Id[User]
    name: str
    role: Role


class SessionView(View):
    """A session as the caller sees it. `members` has the first few of `member_count`."""

    id: Id[Session] = field(name="_id")
    creation_time: float = field(name="_creationTime")
    folder: Id[Folder]
    folder_name: str
    title: str
    state: State
    role: Role
    members: list[MemberView]
    member_count: int
    last_active_at: float
    ended_at: float | None
    progress: float
    me: Me


async def session_view(db: DatabaseReader, session: Id[Session], user: Id[User]) -> SessionView | None:
    """Return the session as `user` sees it, None when it or its folder was removed or `user` is not in it."""
    row = await db.get(session)
    member = await find_member(db, session, user)
    if row is None or row.removed_at is not None or member is None:
        return None
    folder = await db.get(row.folder)
    account = await db.get(user)
    if folder is None or folder.removed_at is not None or account is None:
        return None
    shown = await db.query(Member).index("by_session").eq(session=session).take(SHOWN_MEMBERS)
    return SessionView(
        id=row.id,
        creation_time=row.creation_time,
        folder=row.folder,
        folder_name=folder.name,
        title=row.title,
        state=row.state,
        role=member.role,
        members=await member_views(db, shown),
        member_count=row.member_count,
        last_active_at=row.last_active_at,
        ended_at=row.ended_at,
        progress=row.progress,
        me=Me(id=account.id, name=account.name, role=member.role),
    )


async def member_views(db: DatabaseReader, members: list[Member]) -> list[MemberView]:
    """Return the members with their names; an account that is gone is left out."""
    views: list[MemberView] = []
    for member in members:
        account = await db.get(member.user)
        if account is not None:
            views.append(MemberView(user=account.id, name=account.name, kind=account.kind, role=member.role))
    return views
