"""Refresh tokens: one family of them for each sign-in, each good for one use.

A token is `<login id>.<generation>.<mac>`, the mac made with the installation's refresh secret. The database holds only the
number of the current generation: nothing in it lets anybody sign in, and a client that asks twice with the same token (two
tabs at once, an answer lost on the way) can be given the same successor again. An older token, or one that comes back late,
was copied: its whole family ends.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

MAX_REFRESH_TOKEN_CHARS = 256

DAY_MS = 24 * 60 * 60 * 1000

_TOKEN = re.compile(r"([0-9a-z]{1,64})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTerms:
    """How long a sign-in lasts."""

    idle_days: float = 30
    """A sign-in that is not used for so long ends."""

    longest_days: float = 180
    """A sign-in ends after so long however much it is used."""

    grace_seconds: float = 30
    """For so long the token before the current one is answered with the current one: two tabs, or a lost answer."""

    def expiry_ms(self, *, now_ms: float, started_ms: float) -> float:
        """Return when a sign-in that is used now will end if it is not used again."""
        return min(now_ms + self.idle_days * DAY_MS, started_ms + self.longest_days * DAY_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedToken:
    """A token that is truly ours: which sign-in it belongs to, and which of its tokens it is, counted from 0."""

    login: str
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A sign-in's state: the generation that is current and since when, and how the family ends (times in ms)."""

    generation: int
    rotated_at: float
    expires_at: float
    is_revoked: bool


Verdict = Literal["rotate", "repeat", "reused", "ended"]


def judge(family: Family, presented: int, *, now_ms: float, grace_seconds: float) -> Verdict:
    """Decide what a presented generation means for its family.

    `rotate`: it is the current one. `repeat`: it is the one before and still within grace, answer with the current one.
    `reused`: it is an older one, so the family must be revoked. `ended`: the family is over, whatever was presented.
    """
    if family.is_revoked or now_ms >= family.expires_at:
        return "ended"
    if presented == family.generation:
        return "rotate"
    within_grace = now_ms < family.rotated_at + grace_seconds * 1000
    return "repeat" if presented == family.generation - 1 and within_grace else "reused"


def make_token(refresh_secret: bytes, login: str, generation: int) -> str:
    """Return the token of `generation` of the sign-in `login`."""
    signed = f"{login}.{generation}"
    mac = hmac.new(refresh_secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def read_token(refresh_secret: bytes, token: str) -> PresentedToken | None:
    """Return what `token` says if we made it; None for anything else, which proves no theft and revokes nothing."""
    match = _TOKEN.fullmatch(token) if len(token) <= MAX_REFRESH_TOKEN_CHARS else None
    if match is None:
        return None
    presented = PresentedToken(login=match[1], generation=int(match[2]))
    ours = make_token(refresh_secret, presented.login, presented.generation)
    return presented if hmac.compare_digest(token, ours) else None
