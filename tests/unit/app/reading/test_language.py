"""Which language a document is written in."""

import pytest

from tutorium.app.reading.extract.language import SAMPLE_CHARACTERS, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The tides are the rise and fall of sea levels caused by the pull of the Moon.", "en"),
        ("Die Gezeiten sind das Steigen und Fallen des Meeres durch die Anziehung des Mondes.", "de"),
        ("Les marées sont la montée et la descente de la mer sous l'effet de la Lune.", "fr"),
        ("Las mareas son la subida y la bajada del mar por la atracción de la Luna.", "es"),
    ],
)
def test_language_is_recognised(text: str, language: str) -> None:
    """A sentence or two of common words is enough to tell the language."""
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "42 + 17 = 59", "abc def"])
def test_too_little_text_counts_as_english(text: str) -> None:
    """Numbers and fragments do not decide a language."""
    assert detect_language(text) == "en"


def test_a_foreign_preface_does_not_decide() -> None:
    """A long text is judged by its start, middle and end together."""
    preface = "Ce livre est dédié à tous les enfants qui aiment la mer. " * 40
    body = "The sea rises and falls twice a day because the Moon pulls on the water. " * SAMPLE_CHARACTERS
    assert detect_language(preface + body[: SAMPLE_CHARACTERS * 4]) == "en"
