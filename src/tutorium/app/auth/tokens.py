"""Access tokens: short-lived ES256 JWTs that HTTP, the sync sockets and the live channels all take."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import jwt

from tutorium.app.auth.errors import TokenExpiredError
from tutorium.app.auth.signing_keys import SigningKeys
from tutorium.errors import NotSignedInError
from tutorium.runtime import Runtime

ALGORITHM = "ES256"

CLOCK_LEEWAY_SECONDS = 5
"""How far clocks of two machines of one installation may differ."""

MAX_REMEMBERED = 20_000
"""Verified tokens kept in memory. A signature check costs some 120 µs, and the same token comes with every request."""

MAX_TOKEN_CHARS = 8_192
"""Our tokens have about 500 characters; other issuers' may carry more claims."""

AccountKind = Literal["guest", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTerms:
    """What tokens say about where they come from, and how long they are good."""

    issuer: str = "tutorium"
    audience: str = "tutorium"
    lifetime_seconds: int = 15 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a verified token says. `login` is the sign-in it was made for; times are seconds since 1970."""

    user: str
    name: str
    kind: AccountKind
    login: str
    issued_at: int
    expires_at: int
    issuer: str


class AccessTokens:
    """Signs and verifies access tokens."""

    def __init__(self, keys: SigningKeys, runtime: Runtime, terms: TokenTerms | None = None) -> None:
        """Sign with the first of `keys`; verify with any. `runtime` says what time it is."""
        self.keys = keys
        self.terms = terms or TokenTerms()
        self._runtime = runtime
        self._public = {key.key_id: key.public for key in keys.keys}
        self._verified: OrderedDict[str, AccessClaims] = OrderedDict()

    def issue(self, *, user: str, name: str, kind: AccountKind, login: str) -> str:
        """Return a token for `user` that is good for `terms.lifetime_seconds` from now."""
        now = self._now_seconds()
        claims = {
            "iss": self.terms.issuer,
            "aud": self.terms.audience,
            "sub": user,
            "name": name,
            "kind": kind,
            "sid": login,
            "iat": now,
            "exp": now + self.terms.lifetime_seconds,
        }
        key = self.keys.keys[0]
        return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.key_id})

    def verify(self, token: str) -> AccessClaims:
        """Return what `token` says. Raises TokenExpiredError, or NotSignedInError for any other reason, which is not told."""
        known = self._verified.get(token)
        claims = known if known is not None else self._check(token)
        if claims.expires_at + CLOCK_LEEWAY_SECONDS <= self._now_seconds():
            self._verified.pop(token, None)
            raise TokenExpiredError
        if known is None:
            self._remember(token, claims)
        return claims

    def _check(self, token: str) -> AccessClaims:
        if len(token) > MAX_TOKEN_CHARS:
            raise NotSignedInError
        try:
            key = self._public[str(jwt.get_unverified_header(token).get("kid"))]
            said = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self.terms.audience,
                issuer=self.terms.issuer,
                # the times are compared with our own clock, which tests can move
                options={"require": ["exp", "iat", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            return AccessClaims(
                user=str(said["sub"]),
                name=str(said["name"]),
                kind="member" if said["kind"] == "member" else "guest",
                login=str(said["sid"]),
                issued_at=int(said["iat"]),
                expires_at=int(said["exp"]),
                issuer=str(said["iss"]),
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            raise NotSignedInError from None

    def _remember(self, token: str, claims: AccessClaims) -> None:
        self._verified[token] = claims
        if len(self._verified) > MAX_REMEMBERED:
            self._verified.popitem(last=False)

    def _now_seconds(self) -> int:
        return self._runtime.now_ns() // 1_000_000_000
