"""Access tokens."""

import base64
import json
from typing import Any

import jwt
import pytest

from tutorium.app.auth.errors import TokenExpiredError
from tutorium.app.auth.signing_keys import SigningKeys, generate_signing_keys
from tutorium.app.auth.tokens import AccessTokens, TokenTerms
from tutorium.errors import NotSignedInError


def issue(tokens: AccessTokens) -> str:
    """Return a token of some user."""
    return tokens.issue(user="u1", name="Ann", kind="member", login="l1")


def test_a_token_says_who_holds_it(clock: Any) -> None:
    """What goes in comes out."""
    tokens = AccessTokens(generate_signing_keys(), clock)
    claims = tokens.verify(issue(tokens))
    assert (claims.user, claims.name, claims.kind, claims.login) == ("u1", "Ann", "member", "l1")
    assert claims.expires_at - claims.issued_at == 15 * 60
    assert claims.issuer == "tutorium"


def test_the_token_is_what_convex_clients_and_the_key_set_expect(clock: Any) -> None:
    """ES256 with the key's id; `iat` and `exp` are whole seconds; the published key verifies it."""
    keys = generate_signing_keys()
    tokens = AccessTokens(keys, clock)
    token = issue(tokens)
    header = jwt.get_unverified_header(token)
    published = keys.jwks()["keys"][0]
    assert header["alg"] == "ES256"
    assert header["kid"] == published["kid"]
    assert "d" not in published
    key = jwt.PyJWK(published).key
    said = jwt.decode(token, key, algorithms=["ES256"], audience="tutorium", options={"verify_exp": False, "verify_iat": False})
    assert isinstance(said["iat"], int)
    assert isinstance(said["exp"], int)


def test_a_token_ends_with_its_time_also_when_it_was_seen_before(clock: Any) -> None:
    """Remembered verification does not outlive the token."""
    tokens = AccessTokens(generate_signing_keys(), clock, TokenTerms(lifetime_seconds=60))
    token = issue(tokens)
    tokens.verify(token)
    clock.seconds += 64
    tokens.verify(token)
    clock.seconds += 1
    with pytest.raises(TokenExpiredError):
        tokens.verify(token)


def test_tokens_of_other_keys_issuers_and_audiences_are_refused(clock: Any) -> None:
    """Only what this installation signed for itself is believed."""
    keys = generate_signing_keys()
    tokens = AccessTokens(keys, clock)
    for foreign in (
        AccessTokens(generate_signing_keys(), clock),
        AccessTokens(keys, clock, TokenTerms(issuer="elsewhere")),
        AccessTokens(keys, clock, TokenTerms(audience="elsewhere")),
    ):
        with pytest.raises(NotSignedInError):
            tokens.verify(issue(foreign))


def test_a_changed_or_unsigned_token_is_refused(clock: Any) -> None:
    """Neither other claims under the old signature nor `alg: none` get in."""
    tokens = AccessTokens(generate_signing_keys(), clock)
    head, body, signature = issue(tokens).split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**said, "sub": "u2"}).encode()).rstrip(b"=").decode()
    no_algorithm = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    for wrong in (f"{head}.{forged}.{signature}", f"{no_algorithm}.{body}.", "", "a.b.c", "x" * 10_000):
        with pytest.raises(NotSignedInError):
            tokens.verify(wrong)


def test_a_new_key_signs_while_the_old_one_still_verifies(clock: Any) -> None:
    """Keys can be changed without signing anybody out."""
    old = generate_signing_keys()
    token = issue(AccessTokens(old, clock))
    new = generate_signing_keys()
    both = AccessTokens(SigningKeys(keys=(*new.keys, *old.keys), refresh_secret=old.refresh_secret), clock)
    assert both.verify(token).user == "u1"
    assert jwt.get_unverified_header(issue(both))["kid"] == new.keys[0].key_id
