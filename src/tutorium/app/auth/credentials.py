"""What an email, a name and a password must look like. Pure: text in, text or an error out."""

import re
import unicodedata

from tutorium.app.auth.errors import InvalidEmailError, InvalidNameError, InvalidPasswordError

MAX_EMAIL_CHARS = 254
"""RFC 5321: a path is at most 256 octets, its two angle brackets included."""

MAX_NAME_CHARS = 80
"""Fits one line beside a cursor on the board."""

MIN_PASSWORD_CHARS = 8
"""NIST SP 800-63B's least for a password chosen by a person."""

MAX_PASSWORD_CHARS = 256
"""Room for any pass phrase, and a bound on what one request makes the hash read."""

_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\].]{2,}")


def normalize_email(email: str) -> str:
    """Return `email` as it is stored and compared: NFKC, without outer spaces, lower case.

    The part before the @ is case-sensitive by RFC 5321, but no provider in use treats it so, and people type it either way.
    Raises InvalidEmailError.
    """
    normal = unicodedata.normalize("NFKC", email).strip().lower()
    if len(normal) > MAX_EMAIL_CHARS or not _EMAIL.fullmatch(normal) or ".." in normal:
        raise InvalidEmailError
    return normal


def normalize_name(name: str) -> str:
    """Return `name` in NFC with runs of white space made one space and control characters removed. Raises InvalidNameError."""
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if c.isspace() or unicodedata.category(c)[0] != "C")
    normal = " ".join(visible.split())
    if not 1 <= len(normal) <= MAX_NAME_CHARS:
        raise InvalidNameError
    return normal


def check_password(password: str) -> str:
    """Return `password` in NFKC, so that the same keys give the same hash on every system. Raises InvalidPasswordError."""
    normal = unicodedata.normalize("NFKC", password)
    if not MIN_PASSWORD_CHARS <= len(normal) <= MAX_PASSWORD_CHARS:
        raise InvalidPasswordError
    return normal
