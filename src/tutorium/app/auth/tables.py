"""Who may sign in, and the sign-ins that are open."""

from typing import Annotated, Literal

from msgspec import Meta

from tutorium.engine import Id, Row


class User(Row, table="users", indexes={"by_email": ("email",), "by_kind": ("kind",)}):
    """A person. A guest has neither email nor password, and becomes a member by signing up, keeping the same id.

    `email` is normalised (see `credentials`). `password_hash` is argon2id in PHC text form.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Literal["guest", "member"]
    email: str | None = None
    password_hash: str | None = None
    admin: bool = False


class Login(Row, table="logins", indexes={"by_user": ("user",), "by_expiry": ("expires_at",)}):
    """One sign-in on one device: a family of refresh tokens of which only `generation` is good. Times in ms since 1970."""

    user: Id[User]
    expires_at: float
    rotated_at: float
    generation: int = 0
    revoked_at: float | None = None
