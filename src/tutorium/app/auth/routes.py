"""The auth routes: JSON in and out; the refresh token also as a cookie that no script can read."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field

from tutorium.app.auth.accounts import Accounts, SignedIn
from tutorium.app.auth.authenticator import bearer_token
from tutorium.app.auth.errors import RefreshTokenInvalidError
from tutorium.app.auth.functions import UserView

REFRESH_COOKIE = "tutorium_refresh"
COOKIE_PATH = "/auth"
MAX_FIELD_CHARS = 1_024
"""Longer than any valid field; the exact limits are in `credentials`."""

JWKS_MAX_AGE_SECONDS = 300


class GuestRequest(BaseModel):
    """A guest may say a name."""

    name: str | None = Field(default=None, max_length=MAX_FIELD_CHARS)


class SignUpRequest(BaseModel):
    """A new account. Sent with a guest's access token, the guest becomes this account."""

    email: str = Field(max_length=MAX_FIELD_CHARS, examples=["ann@example.org"])
    password: str = Field(max_length=MAX_FIELD_CHARS, examples=["correct horse battery staple"])
    name: str = Field(max_length=MAX_FIELD_CHARS, examples=["Ann"])


class SignInRequest(BaseModel):
    """An account's credentials."""

    email: str = Field(max_length=MAX_FIELD_CHARS, examples=["ann@example.org"])
    password: str = Field(max_length=MAX_FIELD_CHARS, examples=["correct horse battery staple"])


class RefreshRequest(BaseModel):
    """The refresh token; a browser leaves it out and sends the cookie."""

    refresh_token: str | None = Field(default=None, max_length=MAX_FIELD_CHARS)


class UserAnswer(BaseModel):
    """An account as its owner sees it."""

    id: str = Field(serialization_alias="_id")
    name: str
    kind: Literal["guest", "member"]
    email: str | None
    admin: bool


class SignedInAnswer(BaseModel):
    """`token` goes into `Authorization: Bearer` and the clients' `setAuth`; `refresh_token` is good for one use."""

    token: str
    refresh_token: str
    user: UserAnswer


class JwksAnswer(BaseModel):
    """The public keys that verify access tokens (RFC 7517)."""

    keys: list[dict[str, str]]


def auth_routes(accounts: Accounts) -> APIRouter:
    """Return the routes under `/auth` and the key set."""
    router = APIRouter(tags=["auth"])

    def answer(signed_in: SignedIn, request: Request, response: Response) -> SignedInAnswer:
        response.set_cookie(
            REFRESH_COOKIE,
            signed_in.refresh_token,
            max_age=signed_in.refresh_expires_seconds,
            path=COOKIE_PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        response.headers["Cache-Control"] = "no-store"
        return SignedInAnswer(token=signed_in.token, refresh_token=signed_in.refresh_token, user=_user_answer(signed_in.user))

    @router.post("/auth/guest")
    async def enter_as_guest(
        request: Request, response: Response, body: Annotated[GuestRequest | None, Body()] = None
    ) -> SignedInAnswer:
        """Begin without an account."""
        name = None if body is None else body.name
        return answer(await accounts.enter_as_guest(name, _address(request)), request, response)

    @router.post("/auth/sign-up")
    async def sign_up(request: Request, response: Response, body: SignUpRequest) -> SignedInAnswer:
        """Create an account, keeping a guest's work when its access token comes along."""
        signed_in = await accounts.sign_up(
            email=body.email,
            password=body.password,
            name=body.name,
            address=_address(request),
            guest_token=bearer_token(request.headers),
        )
        return answer(signed_in, request, response)

    @router.post("/auth/sign-in")
    async def sign_in(request: Request, response: Response, body: SignInRequest) -> SignedInAnswer:
        """Sign in with email and password."""
        signed_in = await accounts.sign_in(email=body.email, password=body.password, address=_address(request))
        return answer(signed_in, request, response)

    @router.post("/auth/refresh")
    async def refresh(
        request: Request, response: Response, body: Annotated[RefreshRequest | None, Body()] = None
    ) -> SignedInAnswer:
        """Exchange a refresh token for fresh tokens."""
        token = _refresh_token(request, body)
        if token is None:
            raise RefreshTokenInvalidError
        return answer(await accounts.refresh(token, _address(request)), request, response)

    @router.post("/auth/sign-out", status_code=204)
    async def sign_out(request: Request, response: Response, body: Annotated[RefreshRequest | None, Body()] = None) -> None:
        """End this sign-in."""
        response.delete_cookie(REFRESH_COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
        await accounts.sign_out(refresh_token=_refresh_token(request, body), access_token=bearer_token(request.headers))

    @router.get("/auth/me")
    async def me(request: Request) -> UserAnswer:
        """Say whose access token this is."""
        return _user_answer(await accounts.account(bearer_token(request.headers)))

    @router.get("/.well-known/jwks.json")
    async def jwks(response: Response) -> JwksAnswer:
        """Publish the keys that verify access tokens."""
        response.headers["Cache-Control"] = f"public, max-age={JWKS_MAX_AGE_SECONDS}"
        return JwksAnswer(**accounts.tokens.keys.jwks())

    return router


def _user_answer(user: UserView) -> UserAnswer:
    return UserAnswer(id=user.id, name=user.name, kind=user.kind, email=user.email, admin=user.admin)


def _refresh_token(request: Request, body: RefreshRequest | None) -> str | None:
    said = None if body is None else body.refresh_token
    return said or request.cookies.get(REFRESH_COOKIE)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
