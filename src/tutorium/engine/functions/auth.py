"""Who is asking: the port that checks tokens, and what functions see of the caller."""

from typing import Protocol

from tutorium.engine.functions.outcome import ANONYMOUS, Caller, Identity
from tutorium.errors import NotSignedInError


class Authenticator(Protocol):
    """Turns a token into an identity."""

    async def authenticate(self, token: str) -> Identity:
        """Return who holds `token`. Raises NotSignedInError for a token that is wrong or too old."""
        ...


class NobodySignsIn:
    """The authenticator of an engine that has none: every token is refused."""

    async def authenticate(self, token: str) -> Identity:
        """Refuse."""
        del token
        raise NotSignedInError("This server takes no tokens.")


class Looks:
    """What a run looked at besides rows; results are shared only between callers who agree in it."""

    __slots__ = ("identity", "origin")

    def __init__(self) -> None:
        """Nothing yet."""
        self.identity = False
        self.origin = False


class Auth:
    """`ctx.auth`."""

    __slots__ = ("_caller", "_looks")

    def __init__(self, caller: Caller = ANONYMOUS, looks: Looks | None = None) -> None:
        """Show `caller`; note in `looks` when it was looked at."""
        self._caller = caller
        self._looks = looks or Looks()

    async def identity(self) -> Identity | None:
        """Return who is calling, None when nobody is signed in."""
        self._looks.identity = True
        return self._caller.identity

    async def identity_or_raise(self) -> Identity:
        """Return who is calling. Raises NotSignedInError when nobody is signed in."""
        identity = await self.identity()
        if identity is None:
            raise NotSignedInError
        return identity
