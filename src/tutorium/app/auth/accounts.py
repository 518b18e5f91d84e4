"""Signing up, in, on and out: what the routes do, without HTTP."""

import secrets
from dataclasses import dataclass, field
from typing import cast

from tutorium.app.auth.credentials import check_password, normalize_email, normalize_name
from tutorium.app.auth.errors import (
    GuestsNotAllowedError,
    InvalidCredentialsError,
    RefreshTokenInvalidError,
    SignUpClosedError,
)
from tutorium.app.auth.functions import (
    OpenLogin,
    UserView,
    create_guest,
    create_member,
    end_login,
    find_credentials,
    find_user,
    open_login,
    rotate_login,
)
from tutorium.app.auth.passwords import Passwords
from tutorium.app.auth.rate_limits import AuthRates, RateLimit
from tutorium.app.auth.refresh_tokens import DAY_MS, RefreshTerms, make_token, read_token
from tutorium.app.auth.tables import Login, User
from tutorium.app.auth.tokens import AccessTokens
from tutorium.engine import Engine, Id
from tutorium.errors import NotSignedInError, TutoriumError
from tutorium.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPolicy:
    """What an operator decides about accounts."""

    sign_up_open: bool = True
    guests_allowed: bool = True
    refresh: RefreshTerms = field(default_factory=RefreshTerms)
    rates: AuthRates = field(default_factory=AuthRates)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in's tokens and account. `refresh_expires_seconds` is how long the refresh token is good if unused."""

    token: str
    refresh_token: str
    user: UserView
    refresh_expires_seconds: int


class Accounts:
    """Everything that gives out or takes back tokens. `address` is the caller's network address, for limits only."""

    def __init__(
        self, engine: Engine, tokens: AccessTokens, passwords: Passwords, runtime: Runtime, policy: AccountPolicy | None = None
    ) -> None:
        """Keep accounts in `engine`; `tokens` signs what is given out."""
        self.policy = policy or AccountPolicy()
        self.tokens = tokens
        self._engine = engine
        self._passwords = passwords
        self._runtime = runtime
        rates = self.policy.rates
        self._guests = RateLimit(rates.guests_per_address, runtime)
        self._sign_ups = RateLimit(rates.sign_ups_per_address, runtime)
        self._sign_ins = RateLimit(rates.sign_ins_per_address, runtime)
        self._refreshes = RateLimit(rates.refreshes_per_address, runtime)
        self._email_failures = RateLimit(rates.failures_per_email, runtime)
        self._address_failures = RateLimit(rates.failures_per_address, runtime)

    async def enter_as_guest(self, name: str | None, address: str) -> SignedIn:
        """Make a guest account. Raises GuestsNotAllowedError, InvalidNameError or RateLimitedError."""
        if not self.policy.guests_allowed:
            raise GuestsNotAllowedError
        chosen = normalize_name(name) if name is not None else f"Guest {secrets.randbelow(9_000) + 1_000}"
        self._guests.take(address)
        return self._signed_in(await self._engine.run_mutation(create_guest, name=chosen, expires_at=self._expiry_ms()))

    async def sign_up(self, *, email: str, password: str, name: str, address: str, guest_token: str | None = None) -> SignedIn:
        """Make a member; the guest of `guest_token` becomes that member and keeps its work.

        Raises SignUpClosedError, EmailTakenError, RateLimitedError, or a BadRequestError that names what is wrong.
        A `guest_token` that is no longer good is NotSignedInError, so that no work is lost without a word.
        """
        if not self.policy.sign_up_open:
            raise SignUpClosedError
        email, name, password = normalize_email(email), normalize_name(name), check_password(password)
        guest = None if guest_token is None else self.tokens.verify(guest_token)
        self._sign_ups.take(address)
        opened = await self._engine.run_mutation(
            create_member,
            email=email,
            name=name,
            password_hash=await self._passwords.hash(password),
            expires_at=self._expiry_ms(),
            guest=None if guest is None else cast("Id[User]", guest.user),
            guest_login=None if guest is None else cast("Id[Login]", guest.login),
        )
        return self._signed_in(opened)

    async def sign_in(self, *, email: str, password: str, address: str) -> SignedIn:
        """Open one more sign-in. Raises InvalidCredentialsError (whatever was wrong) or RateLimitedError."""
        email = normalize_email(email)
        self._sign_ins.take(address)
        self._address_failures.take(address)
        self._email_failures.take(email)
        try:
            password = check_password(password)
        except TutoriumError:
            raise InvalidCredentialsError from None
        known = await self._engine.run_query(find_credentials, email=email)
        stored = None if known is None else known.password_hash
        if not await self._passwords.verify(stored, password) or known is None or stored is None:
            raise InvalidCredentialsError
        self._address_failures.give_back(address)
        self._email_failures.give_back(email)
        fresh = await self._passwords.hash(password) if self._passwords.is_outdated(stored) else None
        return self._signed_in(
            await self._engine.run_mutation(open_login, user=known.user, expires_at=self._expiry_ms(), fresh_hash=fresh)
        )

    async def refresh(self, refresh_token: str, address: str) -> SignedIn:
        """Exchange a refresh token for fresh tokens. Raises RefreshTokenInvalidError or RateLimitedError.

        The token before the current one is answered with the current one for `RefreshTerms.grace_seconds`; a token older
        than that ends the sign-in.
        """
        self._refreshes.take(address)
        presented = read_token(self.tokens.keys.refresh_secret, refresh_token)
        if presented is None:
            raise RefreshTokenInvalidError
        terms = self.policy.refresh
        rotation = await self._engine.run_mutation(
            rotate_login,
            login=cast("Id[Login]", presented.login),
            generation=presented.generation,
            idle_ms=terms.idle_days * DAY_MS,
            longest_ms=terms.longest_days * DAY_MS,
            grace_seconds=terms.grace_seconds,
        )
        if rotation.opened is None:
            raise RefreshTokenInvalidError
        return self._signed_in(rotation.opened)

    async def sign_out(self, *, refresh_token: str | None, access_token: str | None) -> None:
        """End the sign-in that either token names. Tokens that name none are no error: the caller is signed out anyway."""
        presented = None if refresh_token is None else read_token(self.tokens.keys.refresh_secret, refresh_token)
        login = None if presented is None else presented.login
        if login is None and access_token is not None:
            login = self.tokens.verify(access_token).login
        if login is not None:
            await self._engine.run_mutation(end_login, login=cast("Id[Login]", login))

    async def account(self, access_token: str | None) -> UserView:
        """Return the token's account. Raises NotSignedInError."""
        if access_token is None:
            raise NotSignedInError
        user = await self._engine.run_query(find_user, user=cast("Id[User]", self.tokens.verify(access_token).user))
        if user is None:
            raise NotSignedInError
        return user

    def _expiry_ms(self) -> float:
        now_ms = self._runtime.now_ns() / 1e6
        return self.policy.refresh.expiry_ms(now_ms=now_ms, started_ms=now_ms)

    def _signed_in(self, opened: OpenLogin) -> SignedIn:
        user = opened.user
        return SignedIn(
            token=self.tokens.issue(user=user.id, name=user.name, kind=user.kind, login=opened.login),
            refresh_token=make_token(self.tokens.keys.refresh_secret, opened.login, opened.generation),
            user=user,
            refresh_expires_seconds=int(self.policy.refresh.idle_days * 86_400),
        )
