"""What a presented refresh token means."""

from tutorium.app.auth.refresh_tokens import Family, PresentedToken, RefreshTerms, judge, make_token, read_token

SECRET = b"s" * 32
LOGIN = "k57abc"


def family(*, revoked: bool = False) -> Family:
    """Return a family whose third token was made at 1,000,000 ms."""
    return Family(generation=2, rotated_at=1_000_000, expires_at=9_000_000, is_revoked=revoked)


def test_the_current_token_moves_the_family_on() -> None:
    """However long it was not used, up to the family's end."""
    assert judge(family(), 2, now_ms=8_999_999, grace_seconds=30) == "rotate"


def test_the_token_before_is_answered_with_the_current_one_for_a_moment() -> None:
    """Two tabs at once are no theft; the same token a minute later is."""
    assert judge(family(), 1, now_ms=1_029_999, grace_seconds=30) == "repeat"
    assert judge(family(), 1, now_ms=1_030_000, grace_seconds=30) == "reused"


def test_an_older_token_is_theft_even_within_grace() -> None:
    """Nobody holds it rightly any more."""
    assert judge(family(), 0, now_ms=1_000_001, grace_seconds=30) == "reused"


def test_an_ended_family_takes_nothing() -> None:
    """Neither after revocation nor after its end."""
    assert judge(family(revoked=True), 2, now_ms=1_000_001, grace_seconds=30) == "ended"
    assert judge(family(), 2, now_ms=9_000_000, grace_seconds=30) == "ended"


def test_a_token_reads_back() -> None:
    """What was made is recognised."""
    assert read_token(SECRET, make_token(SECRET, LOGIN, 7)) == PresentedToken(login=LOGIN, generation=7)


def test_what_we_did_not_make_proves_nothing() -> None:
    """A guessed generation, another secret or noise is no token, so that nobody can end another's sign-in."""
    token = make_token(SECRET, LOGIN, 7)
    wrong = (token.replace(".7.", ".6."), make_token(b"t" * 32, LOGIN, 7), "", "x", token + "x", token * 50)
    assert [read_token(SECRET, one) for one in wrong] == [None] * len(wrong)


def test_use_prolongs_a_sign_in_up_to_its_longest() -> None:
    """The end moves with use, but not beyond the longest."""
    day = 24 * 60 * 60 * 1000
    terms = RefreshTerms(idle_days=30, longest_days=180)
    assert terms.expiry_ms(now_ms=0, started_ms=0) == 30 * day
    assert terms.expiry_ms(now_ms=170 * day, started_ms=0) == 180 * day
