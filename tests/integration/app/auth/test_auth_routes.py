"""Signing up, in, on and out over HTTP, with a clock that tests move."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI

from tutorium.app.auth import (
    AccessTokens,
    AccountPolicy,
    Accounts,
    AuthRates,
    HashCost,
    Login,
    Passwords,
    Rate,
    RefreshTerms,
    User,
    generate_signing_keys,
)
from tutorium.app.auth.functions import find_credentials
from tutorium.app.auth.routes import auth_routes
from tutorium.server.error_answers import install_error_answers

pytestmark = pytest.mark.anyio

MINUTE = 60
DAY = 24 * 60 * MINUTE
CHEAP = HashCost(passes=1, memory_kib=64)
ANN = {"email": "ann@example.org", "password": "correct horse", "name": "Ann"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A server that has only the auth routes."""

    world: Any
    accounts: Accounts
    app: FastAPI

    def browser(self, scheme: str = "http") -> httpx.AsyncClient:
        """Return a client with a cookie jar of its own."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=f"{scheme}://here")

    async def sign_up(self, **changes: str) -> dict[str, Any]:
        """Create an account and return the answer."""
        async with self.browser() as browser:
            answer = await browser.post("/auth/sign-up", json=ANN | changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refresh(self, token: str) -> httpx.Response:
        """Present a refresh token as JSON."""
        async with self.browser() as browser:
            return await browser.post("/auth/refresh", json={"refresh_token": token})


def open_door(world: Any, policy: AccountPolicy | None = None) -> Door:
    """Return a server on the world's engine and clock."""
    tokens = AccessTokens(generate_signing_keys(), world.runtime)
    accounts = Accounts(world.engine, tokens, Passwords(CHEAP), world.runtime, policy)
    app = FastAPI()
    install_error_answers(app)
    app.include_router(auth_routes(accounts))
    return Door(world=world, accounts=accounts, app=app)


@pytest.fixture
def door(world: Any) -> Door:
    """A server with the default policy."""
    return open_door(world)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries an access token."""
    return {"Authorization": f"Bearer {token}"}


async def test_the_first_account_administers_the_second_does_not(door: Door) -> None:
    """Whoever sets the server up is its administrator; guests before that change nothing."""
    async with door.browser() as browser:
        await browser.post("/auth/guest")
    first = await door.sign_up()
    second = await door.sign_up(email="ben@example.org", name="Ben")
    assert (first["user"]["admin"], second["user"]["admin"]) == (True, False)
    assert first["user"] == {
        "_id": first["user"]["_id"],
        "name": "Ann",
        "kind": "member",
        "email": "ann@example.org",
        "admin": True,
    }


async def test_the_token_is_for_the_account_and_says_whose_it_is(door: Door) -> None:
    """`sub` is the user's id, and `/auth/me` agrees."""
    signed_in = await door.sign_up()
    said = jwt.decode(signed_in["token"], options={"verify_signature": False})
    assert said["sub"] == signed_in["user"]["_id"]
    assert (said["iss"], said["aud"], said["name"], said["kind"]) == ("tutorium", "tutorium", "Ann", "member")
    async with door.browser() as browser:
        assert (await browser.get("/auth/me", headers=bearer(signed_in["token"]))).json() == signed_in["user"]
        assert (await browser.get("/auth/me")).json()["code"] == "not_signed_in"
        keys = (await browser.get("/.well-known/jwks.json")).json()["keys"]
    assert keys[0]["kid"] == jwt.get_unverified_header(signed_in["token"])["kid"]


async def test_a_guest_who_signs_up_keeps_the_work(door: Door, world: Any) -> None:
    """The same id, now a member with email and password; the guest's sign-in ends."""
    async with door.browser() as browser:
        guest = (await browser.post("/auth/guest", json={"name": "Visitor"})).json()
        assert guest["user"]["kind"] == "guest"
        answer = await browser.post("/auth/sign-up", json=ANN, headers=bearer(guest["token"]))
    member = answer.json()
    assert member["user"]["_id"] == guest["user"]["_id"]
    assert (member["user"]["kind"], member["user"]["name"]) == ("member", "Ann")
    assert (await door.refresh(guest["refresh_token"])).status_code == 401
    async with door.browser() as browser:
        assert (await browser.post("/auth/sign-in", json=ANN)).json()["user"]["_id"] == guest["user"]["_id"]
    other = await door.sign_up(email="ben@example.org")
    assert other["user"]["_id"] != guest["user"]["_id"]


async def test_a_members_token_at_sign_up_makes_another_account(door: Door) -> None:
    """Only a guest can be turned into a member."""
    ann = await door.sign_up()
    async with door.browser() as browser:
        ben = await browser.post("/auth/sign-up", json=ANN | {"email": "ben@example.org"}, headers=bearer(ann["token"]))
    assert ben.json()["user"]["_id"] != ann["user"]["_id"]


async def test_an_expired_guest_token_at_sign_up_is_said_so(door: Door, world: Any) -> None:
    """The page refreshes and tries again, instead of losing the guest's work without a word."""
    async with door.browser() as browser:
        guest = (await browser.post("/auth/guest")).json()
        await world.later(16 * MINUTE)
        answer = await browser.post("/auth/sign-up", json=ANN, headers=bearer(guest["token"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")


async def test_signing_in_takes_the_email_as_people_type_it(door: Door) -> None:
    """And gives a sign-in of its own beside the first."""
    first = await door.sign_up()
    async with door.browser() as browser:
        again = (await browser.post("/auth/sign-in", json={"email": " ANN@example.org", "password": ANN["password"]})).json()
    assert again["user"] == first["user"]
    assert again["refresh_token"] != first["refresh_token"]


async def test_an_unknown_email_and_a_wrong_password_are_told_alike(door: Door) -> None:
    """Nobody learns which emails have accounts from signing in."""
    await door.sign_up()
    async with door.browser() as browser:
        wrong = await browser.post("/auth/sign-in", json={"email": ANN["email"], "password": "wrong horse"})
        unknown = await browser.post("/auth/sign-in", json={"email": "no@example.org", "password": "wrong horse"})
        short = await browser.post("/auth/sign-in", json={"email": ANN["email"], "password": "x"})
    assert wrong.status_code == unknown.status_code == short.status_code == 401
    assert wrong.json() == unknown.json() == short.json()
    assert wrong.json()["code"] == "invalid_credentials"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "no email"}, "invalid_email"),
        ({"password": "short"}, "invalid_password"),
        ({"name": "  "}, "invalid_name"),
        ({"email": 7}, "bad_request"),
        ({"password": "x" * 2_000}, "bad_request"),
    ],
)
async def test_a_wrong_field_is_named_and_never_repeated(door: Door, changes: dict[str, Any], code: str) -> None:
    """400 with a code of its own."""
    async with door.browser() as browser:
        answer = await browser.post("/auth/sign-up", json=ANN | changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "correct horse" not in answer.text


async def test_one_email_has_one_account(door: Door) -> None:
    """Also when two sign up at the same moment."""
    async with door.browser() as browser:
        answers = await asyncio.gather(*(browser.post("/auth/sign-up", json=ANN) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"email_taken"}


async def test_a_refresh_token_is_good_for_one_use(door: Door, world: Any) -> None:
    """Each refresh gives the next; the newest works on."""
    token = (await door.sign_up())["refresh_token"]
    for _ in range(3):
        await world.later(MINUTE)
        answer = await door.refresh(token)
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] != token
        token = answer.json()["refresh_token"]


async def test_two_tabs_that_refresh_at_once_both_go_on(door: Door, world: Any) -> None:
    """Within the grace both get the same successor, and it works."""
    token = (await door.sign_up())["refresh_token"]
    one, two = await door.refresh(token), await door.refresh(token)
    assert one.json()["refresh_token"] == two.json()["refresh_token"]
    await world.later(MINUTE)
    assert (await door.refresh(two.json()["refresh_token"])).status_code == 200


async def test_a_copied_refresh_token_ends_the_sign_in(door: Door, world: Any) -> None:
    """Who presents an old token later is refused, and so is the one who holds the newest: one of them is a thief."""
    stolen = (await door.sign_up())["refresh_token"]
    newest = (await door.refresh(stolen)).json()["refresh_token"]
    await world.later(MINUTE)
    late = await door.refresh(stolen)
    assert (late.status_code, late.json()["code"]) == (401, "refresh_token_invalid")
    assert (await door.refresh(newest)).status_code == 401


async def test_a_made_up_refresh_token_harms_nobody(door: Door) -> None:
    """Knowing the name of a sign-in is not enough to end it."""
    token = (await door.sign_up())["refresh_token"]
    login, generation, mac = token.split(".")
    for wrong in (f"{login}.{generation}.{'A' * len(mac)}", f"{login}.9.{mac}", "x", token + "x"):
        assert (await door.refresh(wrong)).status_code == 401
    assert (await door.refresh(token)).status_code == 200


async def test_a_sign_in_ends_when_it_is_not_used_or_too_old(world: Any) -> None:
    """Use prolongs it, up to its longest."""
    door = open_door(world, AccountPolicy(refresh=RefreshTerms(idle_days=10, longest_days=15)))
    unused = (await door.sign_up())["refresh_token"]
    used = (await door.sign_up(email="ben@example.org"))["refresh_token"]
    await world.later(9 * DAY)
    used = (await door.refresh(used)).json()["refresh_token"]
    await world.later(2 * DAY)
    assert (await door.refresh(unused)).status_code == 401
    used = (await door.refresh(used)).json()["refresh_token"]
    await world.later(4 * DAY)
    assert (await door.refresh(used)).status_code == 401


async def test_ended_sign_ins_are_purged(door: Door, world: Any) -> None:
    """A week after their end."""
    await door.sign_up()
    assert await world.count(Login) == 1
    await world.later(38 * DAY)
    assert await world.count(Login) == 0


async def test_the_cookie_is_for_our_own_page_only_and_is_enough_to_refresh(door: Door) -> None:
    """HttpOnly, SameSite=Strict, only under /auth, Secure behind TLS; a refresh sets the next."""
    async with door.browser() as browser:
        first = await browser.post("/auth/sign-up", json=ANN)
        cookie = first.headers["set-cookie"]
        for part in ("tutorium_refresh=", "HttpOnly", "SameSite=strict", "Path=/auth", "Max-Age="):
            assert part in cookie
        assert "Secure" not in cookie
        assert first.headers["cache-control"] == "no-store"
        again = await browser.post("/auth/refresh")
        assert again.status_code == 200
        assert browser.cookies["tutorium_refresh"] == again.json()["refresh_token"]
    async with door.browser("https") as browser:
        assert "Secure" in (await browser.post("/auth/guest")).headers["set-cookie"]


async def test_signing_out_ends_the_sign_in_and_takes_the_cookie(door: Door) -> None:
    """By cookie, by refresh token or by access token; once more is no error."""
    async with door.browser() as browser:
        signed_in = (await browser.post("/auth/sign-up", json=ANN)).json()
        out = await browser.post("/auth/sign-out")
        assert out.status_code == 204
        assert "tutorium_refresh" not in browser.cookies
        assert (await door.refresh(signed_in["refresh_token"])).status_code == 401
        assert (await browser.post("/auth/sign-out", json={"refresh_token": signed_in["refresh_token"]})).status_code == 204
        other = (await browser.post("/auth/sign-in", json=ANN)).json()
        browser.cookies.clear()
        await browser.post("/auth/sign-out", headers=bearer(other["token"]))
    assert (await door.refresh(other["refresh_token"])).status_code == 401


async def test_guessing_a_password_is_slowed_down_for_the_email(world: Any) -> None:
    """Only failures count; then even the right password has to wait."""
    door = open_door(world, AccountPolicy(rates=AuthRates(failures_per_email=Rate(burst=2, every_seconds=60))))
    await door.sign_up()
    async with door.browser() as browser:
        for _ in range(4):
            assert (await browser.post("/auth/sign-in", json=ANN)).status_code == 200
        for _ in range(2):
            wrong = await browser.post("/auth/sign-in", json=ANN | {"password": "wrong horse"})
            assert wrong.status_code == 401
        held = await browser.post("/auth/sign-in", json=ANN)
        assert (held.status_code, held.json()["code"]) == (429, "rate_limited")
        assert int(held.headers["retry-after"]) == 60
        await world.later(60)
        assert (await browser.post("/auth/sign-in", json=ANN)).status_code == 200


async def test_one_address_makes_so_many_guests_and_accounts(world: Any) -> None:
    """Each route has its own limit."""
    once = Rate(burst=1, every_seconds=60)
    door = open_door(world, AccountPolicy(rates=AuthRates(guests_per_address=once, sign_ups_per_address=once)))
    async with door.browser() as browser:
        codes = [(await browser.post("/auth/guest")).status_code for _ in range(2)]
        codes += [(await browser.post("/auth/sign-up", json=ANN)).status_code for _ in range(2)]
    assert codes == [200, 429, 200, 429]


async def test_an_operator_can_close_the_doors(world: Any) -> None:
    """No new accounts, no guests; each says so by its code."""
    door = open_door(world, AccountPolicy(sign_up_open=False, guests_allowed=False))
    async with door.browser() as browser:
        assert (await browser.post("/auth/sign-up", json=ANN)).json()["code"] == "sign_up_closed"
        assert (await browser.post("/auth/guest")).json()["code"] == "guests_not_allowed"


async def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(door: Door, world: Any) -> None:
    """Without the person noticing."""
    await door.sign_up()
    before = await world.engine.run_query(find_credentials, email=ANN["email"])
    dearer = Accounts(world.engine, door.accounts.tokens, Passwords(HashCost(passes=2, memory_kib=64)), world.runtime)
    await dearer.sign_in(email=ANN["email"], password=ANN["password"], address="")
    after = await world.engine.run_query(find_credentials, email=ANN["email"])
    assert before is not None
    assert after is not None
    assert "t=1" in before.password_hash
    assert "t=2" in after.password_hash
    async with door.browser() as browser:
        assert (await browser.post("/auth/sign-in", json=ANN)).status_code == 200


async def test_passwords_and_tokens_are_not_in_the_database(door: Door, world: Any) -> None:
    """What is kept lets nobody sign in."""
    signed_in = await door.sign_up()
    kept = repr([*await world.rows(User), *await world.rows(Login)])
    assert "correct horse" not in kept
    assert "$argon2id$" in kept
    assert signed_in["token"] not in kept
    assert signed_in["refresh_token"].rpartition(".")[2] not in kept
