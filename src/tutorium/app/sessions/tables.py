"""Tutoring sessions, who takes part, and how one is asked in. All times in ms since 1970."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from tutorium.app.auth import User
from tutorium.app.folders import Folder
from tutorium.app.sessions.lifecycle import State
from tutorium.engine import Id, Row

MAX_TITLE_CHARS = 200

Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE_CHARS)]

Role: TypeAlias = Literal["owner", "editor", "viewer"]
"""Owner: everything. Editor: takes part in lesson and board. Viewer: watches."""


class Session(
    Row,
    table="sessions",
    indexes={"by_folder": ("folder",), "by_state": ("state", "last_active_at"), "by_removal": ("removed_at",)},
):
    """A tutoring session: one lesson, one board, one conversation. It teaches from all documents of its folder.

    `progress` in [0, 1] is how far the lesson has come, and `member_count` how many take part, the owner included.
    """

    folder: Id[Folder]
    owner: Id[User]
    title: str
    state: State = "created"
    last_active_at: float
    progress: float = 0.0
    member_count: int = 1
    ended_at: float | None = None
    removed_at: float | None = None


class Member(
    Row,
    table="session_members",
    indexes={
        "by_session": ("session", "user"),
        "by_user": ("user",),
        "by_user_and_folder": ("user", "folder"),
    },
):
    """Somebody takes part in a session. Its owner is a member too. `folder` is the session's, for looking up."""

    session: Id[Session]
    user: Id[User]
    folder: Id[Folder]
    role: Role


class Invitation(Row, table="invitations", indexes={"by_code": ("code_hash",), "by_session": ("session",)}):
    """Whoever has the code may join with `role` until it expires. Only the code's SHA-256 is kept."""

    session: Id[Session]
    role: Literal["editor", "viewer"]
    code_hash: str
    expires_at: float
