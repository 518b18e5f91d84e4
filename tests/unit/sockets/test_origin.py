"""Which pages may connect."""

import pytest

from tutorium.sockets.origin import is_allowed_origin

OWN = "http://tutor.example:8000"


@pytest.mark.rule("SK3")
@pytest.mark.parametrize(
    ("origin", "server", "allowed", "expected"),
    [
        (None, OWN, (), True),
        ("http://tutor.example:8000", OWN, (), True),
        ("https://tutor.example:8000", OWN, (), True),
        ("http://TUTOR.example:8000", OWN, (), True),
        ("http://tutor.example:9000", OWN, (), False),
        ("http://tutor.example", OWN, (), False),
        ("https://tutor.example", "http://tutor.example", (), True),
        ("http://tutor.example", "https://tutor.example:80", (), True),
        ("http://evil.example:8000", OWN, (), False),
        ("http://tutor.example.evil.example:8000", OWN, (), False),
        ("null", OWN, (), False),
        ("", OWN, (), False),
        ("file://", OWN, (), False),
        ("http://x:99999", OWN, (), False),
        ("https://school.example", OWN, ("https://school.example",), True),
        ("https://school.example:443", OWN, ("https://school.example",), True),
        ("http://school.example", OWN, ("https://school.example",), False),
        ("https://anything.example", OWN, ("*",), True),
        ("https://a.example", OWN, ("nonsense",), False),
    ],
)
def test_who_may_connect(origin: str | None, server: str, allowed: tuple[str, ...], expected: bool) -> None:
    """The own page, named ones, and clients that are no browser; nothing that only looks alike."""
    assert is_allowed_origin(origin, server, allowed) is expected
