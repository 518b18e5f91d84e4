"""From a token to the one who holds it, for function calls, HTTP routes and sockets alike."""

from collections.abc import Mapping

from tutorium.app.auth.tokens import AccessClaims, AccessTokens
from tutorium.engine import Identity
from tutorium.errors import NotSignedInError
from tutorium.sockets.connection import UpgradeRequest

BEARER = "bearer "


class TokenAuthenticator:
    """The engine's `Authenticator`, and what sockets ask who is there."""

    def __init__(self, tokens: AccessTokens) -> None:
        """Trust what `tokens` verifies."""
        self._tokens = tokens

    async def authenticate(self, token: str) -> Identity:
        """Return the identity in `token`. Raises NotSignedInError (TokenExpiredError when only the time is over)."""
        claims = self._tokens.verify(token)
        return Identity(
            subject=claims.user,
            issuer=claims.issuer,
            token_identifier=f"{claims.issuer}|{claims.user}",
            claims=(("name", claims.name), ("kind", claims.kind), ("sid", claims.login)),
            expires_at=float(claims.expires_at),
        )

    def identify(self, request: UpgradeRequest) -> AccessClaims:
        """Return who asks for a socket: the `Authorization` header, else `?token=`. Raises NotSignedInError."""
        token = bearer_token(request.headers) or request.query.get("token")
        if not token:
            raise NotSignedInError
        return self._tokens.verify(token)


def bearer_token(headers: Mapping[str, str]) -> str | None:
    """Return the token of an `Authorization: Bearer` header (lower-case names), or None."""
    value = headers.get("authorization", "")
    return value[len(BEARER) :].strip() or None if value[: len(BEARER)].lower() == BEARER else None
