"""What the auth routes refuse."""

import base64
import hmac
import json
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.doors.telling import check_refused, row
from tests.support.live_server import Account, LiveServer
from tutorium.app.auth import AccessTokens, SigningKeys, generate_signing_keys, open_signing_keys
from tutorium.runtime import SystemRuntime
from tutorium.server.refusals import ACCOUNTS

JSON = {"Content-Type": "application/json"}
GOOD = {"email": "good@example.org", "password": "correct horse 9", "name": "Good"}


class Yesterday(SystemRuntime):
    """A clock that is a day slow."""

    def now_ns(self) -> int:
        """Return the time a day ago."""
        return super().now_ns() - 86_400 * 10**9


def encoded(part: Any) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def server_keys(server: LiveServer) -> SigningKeys:
    """Return what the server signs with."""
    return open_signing_keys(server.data / "signing-keys.json")


def expired_token(server: LiveServer, account: Account) -> str:
    """Return a token that was good yesterday."""
    return AccessTokens(server_keys(server), Yesterday()).issue(user=account.user["_id"], name="A", kind="guest", login="x")


def _with_hmac(signed: str, key: str) -> str:
    mac = hmac.digest(key.encode(), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def forged_tokens(server: LiveServer, account: Account) -> dict[str, str]:
    """Return tokens that look like those of `account` and are none."""
    claims = jwt.decode(account.token, options={"verify_signature": False})
    header = jwt.get_unverified_header(account.token)
    head, body, signature = account.token.split(".")
    ours, strange = server_keys(server), generate_signing_keys()
    strange = replace(strange, keys=(replace(strange.keys[0], key_id=ours.keys[0].key_id),))
    private = ours.keys[0].private
    return {
        "none": f"{encoded({**header, 'alg': 'none'})}.{body}.",
        "None": f"{encoded({**header, 'alg': 'None'})}.{body}.{signature}",
        "hmac with the public key": _with_hmac(f"{encoded({**header, 'alg': 'HS256'})}.{body}", json.dumps(ours.jwks())),
        "another key under our id": AccessTokens(strange, SystemRuntime()).issue(
            user=account.user["_id"], name="A", kind="guest", login="x"
        ),
        "a key of its own": jwt.encode(
            claims,
            ec.generate_private_key(ec.SECP256R1()),
            algorithm="ES256",
            headers={"kid": header["kid"], "jwk": {"kty": "EC"}},
        ),
        "changed claims": f"{head}.{encoded({**claims, 'kind': 'member'})}.{signature}",
        "no expiry": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, private, algorithm="ES256", headers=header),
        "another audience": jwt.encode(claims | {"aud": "elsewhere"}, private, algorithm="ES256", headers=header),
        "another issuer": jwt.encode(claims | {"iss": "elsewhere"}, private, algorithm="ES256", headers=header),
        "cut": account.token[:-5],
        "two parts": f"{head}.{body}",
        "a refresh token": account.refresh_token,
        "words": "let me in",
        "long": "x" * 20_000,
    }


@pytest.mark.parametrize("path", ["/auth/sign-up", "/auth/sign-in", "/auth/guest", "/auth/refresh", "/auth/sign-out"])
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000, b"NaN"],
    ids=["cut", "array", "text", "no utf-8", "deep array", "deep object", "endless number", "nan"],
)
def test_bodies_that_are_no_object(http: httpx.Client, path: str, body: bytes) -> None:
    """Nothing of them is repeated."""
    said = check_refused(http.post(path, content=body, headers=JSON), row(ACCOUNTS, "a body that is no JSON object"))
    assert body[:20].decode(errors="replace") not in said["message"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_bodies_of_another_type(http: httpx.Client, content_type: str) -> None:
    """A form of another site cannot sign anybody in."""
    answer = http.post("/auth/sign-in", content=json.dumps(GOOD).encode(), headers={"Content-Type": content_type})
    assert answer.status_code in (400, 401)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "change",
    [
        {"email": 1},
        {"password": ["x"]},
        {"name": None},
        {"email": "a" * 2_000 + "@example.org"},
        {"password": "x" * 2_000},
        {"name": {"$ne": ""}},
    ],
)
def test_fields_that_do_not_fit(http: httpx.Client, change: dict[str, Any]) -> None:
    """The message names the field and not what was in it."""
    said = check_refused(http.post("/auth/sign-up", json=GOOD | change), row(ACCOUNTS, "a field of the wrong type"))
    assert next(iter(change)) in said["message"]
    assert "xxxx" not in said["message"]


def test_fields_that_are_missing(http: httpx.Client) -> None:
    """All of them are named."""
    said = check_refused(http.post("/auth/sign-up", json={}), row(ACCOUNTS, "a field of the wrong type"))
    assert all(name in said["message"] for name in ("email", "password", "name"))


def test_half_characters_are_no_text(http: httpx.Client) -> None:
    """A lone surrogate in JSON cannot be stored or hashed."""
    for field in ("email", "password", "name"):
        body = json.dumps(GOOD | {field: "12345678\ud800@example.org"}).encode()
        check_refused(http.post("/auth/sign-up", content=body, headers=JSON), row(ACCOUNTS, "a field of the wrong type"))


@pytest.mark.parametrize(
    "email", ["", "@", "a@b", "a b@example.org", "a@@example.org", "a@example..org", "<a@example.org>", "a@example.org\x00@b"]
)
def test_emails_that_are_none(http: httpx.Client, email: str) -> None:
    """At sign-up and at sign-in."""
    refusal = row(ACCOUNTS, "an email that is none")
    check_refused(http.post("/auth/sign-up", json=GOOD | {"email": email}), refusal)
    check_refused(http.post("/auth/sign-in", json={"email": email, "password": "x"}), refusal)


def test_passwords_and_names_out_of_bounds(http: httpx.Client) -> None:
    """Each has a code of its own."""
    for password in ("", "short", "x" * 257):
        answer = http.post("/auth/sign-up", json=GOOD | {"password": password})
        check_refused(answer, row(ACCOUNTS, "a password below 8"))
    for name in ("", "   ", "\u200b\u200b", "\x00\x07", "x" * 81):
        check_refused(http.post("/auth/sign-up", json=GOOD | {"name": name}), row(ACCOUNTS, "a name without"))
        check_refused(http.post("/auth/guest", json={"name": name}), row(ACCOUNTS, "a name without"))


def test_an_account_cannot_be_taken_or_guessed(server: LiveServer, http: httpx.Client) -> None:
    """Its email is taken in any spelling; a wrong password and an unknown email are told apart by nothing."""
    Account.sign_up(server.origin, "taken@example.org", "Taken")
    for email in ("taken@example.org", " TAKEN@Example.org "):
        check_refused(http.post("/auth/sign-up", json=GOOD | {"email": email}), row(ACCOUNTS, "an email that has"))
    wrong = [
        http.post("/auth/sign-in", json={"email": email, "password": password})
        for email in ("taken@example.org", "nobody@example.org")
        for password in ("", "wrong password", "x" * 300)
    ]
    said = [check_refused(answer, row(ACCOUNTS, "a wrong email or password")) for answer in wrong]
    assert len({one["message"] for one in said}) == 1


def test_nobody_becomes_more_by_saying_so(http: httpx.Client) -> None:
    """Fields that are not known are passed over."""
    body = {"name": "Sly", "admin": True, "kind": "member", "_id": "x", "user": {"admin": True}}
    user = http.post("/auth/guest", json=body).json()["user"]
    assert (user["admin"], user["kind"], user["name"]) == (False, "guest", "Sly")


def test_forged_tokens(server: LiveServer, http: httpx.Client, ann: Account) -> None:
    """None opens any of the doors that take a token over HTTP."""
    refusal = row(ACCOUNTS, "no access token")
    check_refused(http.get("/auth/me"), refusal)
    for kind, token in forged_tokens(server, ann).items():
        headers = {"Authorization": f"Bearer {token}"}
        for answer in (
            http.get("/auth/me", headers=headers),
            http.post("/auth/sign-up", json=GOOD, headers=headers),
            http.post("/api/query", json={"path": "auth:me", "args": {}}, headers=headers),
            http.get("/api/boards/x/files/y", headers=headers),
        ):
            assert answer.json()["code"] == refusal.code, (kind, answer.text)
            check_refused(answer, refusal)
    check_refused(http.get("/auth/me", headers={b"Authorization": b"Bearer \xff\xfe"}), refusal)


def test_expired_tokens(server: LiveServer, http: httpx.Client, ann: Account) -> None:
    """They have a code of their own, so that a client refreshes instead of asking for a password."""
    headers = {"Authorization": f"Bearer {expired_token(server, ann)}"}
    check_refused(http.get("/auth/me", headers=headers), row(ACCOUNTS, "an access token that has expired"))


def test_refresh_tokens_that_are_none_or_spent(server: LiveServer, http: httpx.Client) -> None:
    """One that was copied ends the sign-in; garbage ends nothing."""
    refusal = row(ACCOUNTS, "a refresh token that is none")
    account = Account.guest(server.origin)
    login, _, mac = account.refresh_token.split(".")
    for token in ("x", "", "a.1.b", f"{login}.1.{mac}", f"{login}.999999999.{mac}", account.token, "\x00.0.x"):
        check_refused(http.post("/auth/refresh", json={"refresh_token": token}), refusal)
    check_refused(httpx.post(f"{server.origin}/auth/refresh", headers={b"Cookie": b"tutorium_refresh=\xff"}), refusal)
    newest = account.refresh_token
    for _ in range(3):
        answer = httpx.post(f"{server.origin}/auth/refresh", json={"refresh_token": newest})
        newest = answer.json()["refresh_token"]
    check_refused(http.post("/auth/refresh", json={"refresh_token": account.refresh_token}), refusal)
    check_refused(http.post("/auth/refresh", json={"refresh_token": newest}), refusal)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1.evil.example", "file://"])
def test_pages_of_other_origins(http: httpx.Client, origin: str) -> None:
    """No cookie is set and none is read."""
    for path in ("guest", "sign-in", "refresh", "sign-out"):
        answer = http.post(f"/auth/{path}", json={}, headers={"Origin": origin})
        check_refused(answer, row(ACCOUNTS, "a page of an origin"))
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_a_server_that_takes_nobody_in(narrow_server: LiveServer, address: str) -> None:
    """Sign-up and guests can be closed."""
    headers = {"X-Forwarded-For": address}
    sign_up = httpx.post(f"{narrow_server.origin}/auth/sign-up", json=GOOD, headers=headers)
    check_refused(sign_up, row(ACCOUNTS, "a new account while"))
    guest = httpx.post(f"{narrow_server.origin}/auth/guest", json={}, headers=headers)
    check_refused(guest, row(ACCOUNTS, "a guest while"))


def test_guessing_is_slowed(narrow_server: LiveServer, http: httpx.Client, address: str) -> None:
    """By address whatever is tried, and by email whoever tries."""
    refusal = row(ACCOUNTS, "too many attempts")
    body = {"email": "some@example.org", "password": "wrong password"}
    tries = [
        httpx.post(f"{narrow_server.origin}/auth/sign-in", json=body, headers={"X-Forwarded-For": address}) for _ in range(3)
    ]
    assert [answer.status_code for answer in tries] == [401, 401, 429]
    check_refused(tries[2], refusal)
    guesses = [http.post("/auth/sign-in", json=body) for _ in range(11)]
    assert [answer.status_code for answer in guesses] == [401] * 10 + [429]
    check_refused(guesses[-1], refusal)
