"""What emails, names and passwords must look like."""

import pytest

from tutorium.app.auth.credentials import check_password, normalize_email, normalize_name
from tutorium.app.auth.errors import InvalidEmailError, InvalidNameError, InvalidPasswordError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@example.org", "ann@example.org"),
        ("  Ann@Example.ORG ", "ann@example.org"),
        ("ａｎｎ@example.org", "ann@example.org"),
        ("ann+lessons@mail.example.co.uk", "ann+lessons@mail.example.co.uk"),
    ],
)
def test_emails_that_people_take_for_equal_are_kept_equal(typed: str, kept: str) -> None:
    """Case, outer spaces and width of letters make no second account."""
    assert normalize_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@example",
        "a nn@example.org",
        "ann@@example.org",
        "ann@exa..mple.org",
        "a" * 250 + "@b.org",
    ],
)
def test_what_is_no_email_is_refused(typed: str) -> None:
    """An address without a mailbox, a domain or a dot is refused."""
    with pytest.raises(InvalidEmailError):
        normalize_email(typed)


def test_names_lose_control_characters_and_spare_spaces() -> None:
    """A name is one visible line."""
    assert normalize_name("  Ann\n\tvan  \u202eder\u0000 Berg ") == "Ann van der Berg"


@pytest.mark.parametrize("typed", ["", "   ", "\u0000", "x" * 81])
def test_names_without_anything_to_see_are_refused(typed: str) -> None:
    """A name has 1 to 80 visible characters."""
    with pytest.raises(InvalidNameError):
        normalize_name(typed)


@pytest.mark.parametrize("typed", ["", "1234567", "x" * 257])
def test_passwords_have_eight_to_256_characters(typed: str) -> None:
    """Shorter and longer ones are refused."""
    with pytest.raises(InvalidPasswordError):
        check_password(typed)


def test_the_same_password_from_another_keyboard_is_the_same() -> None:
    """Composed and decomposed accents give one password."""
    assert check_password("caf\u0065\u0301 noir") == check_password("caf\u00e9 noir")
