"""Who a connection speaks for: tokens are checked one after the other, and versions count what was accepted."""

from dataclasses import replace

from tutorium.engine.functions.auth import Authenticator
from tutorium.engine.functions.outcome import Caller
from tutorium.engine.sync.messages import Authenticate, ProtocolViolation
from tutorium.errors import NotSignedInError
from tutorium.runtime import Runtime


class TokenRefusedError(Exception):
    """The token is not good; its message is for the client."""


class ConnectionIdentity:
    """The identity of one connection.

    Invariants: `version` counts the Authenticate messages that were accepted; `caller` is the one of that version.
    """

    def __init__(self, authenticator: Authenticator, runtime: Runtime, origin: str, leeway_seconds: float) -> None:
        """Begin as nobody, at version 0."""
        self.version = 0
        self.caller = Caller(origin=origin)
        self._authenticator = authenticator
        self._runtime = runtime
        self._leeway_seconds = leeway_seconds

    async def take(self, message: Authenticate) -> None:
        """Become who the token says. Raises ProtocolViolation, TokenRefusedError, or what the authenticator's trouble is."""
        if message.base_version != self.version:
            raise ProtocolViolation(f"the identity is at version {self.version}, not {message.base_version}")
        match message.token_type:
            case "None":
                identity = None
            case "User":
                try:
                    identity = await self._authenticator.authenticate(message.value or "")
                except NotSignedInError as error:
                    raise TokenRefusedError(error.message) from error
            case "Admin":
                raise TokenRefusedError("This server knows no admin keys.")
        self.caller = replace(self.caller, identity=identity)
        self.version += 1

    @property
    def is_expired(self) -> bool:
        """True when the token has come to its end meanwhile."""
        identity = self.caller.identity
        if identity is None or identity.expires_at is None:
            return False
        return self._runtime.now_ns() / 1e9 >= identity.expires_at + self._leeway_seconds
