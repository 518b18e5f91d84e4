"""Which language a document is written in, decided once for the whole text, never for a sentence."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

# Enough to be sure (accuracy is flat from 100 characters on) and cheap for a book.
SAMPLE_CHARACTERS: Final = 8_000
_FEWEST_LETTERS: Final = 20
_CODE_LENGTH: Final = 2
DEFAULT_LANGUAGE: Final = "en"


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`; "en" when there is too little to tell.

    The sample is taken from the start, the middle and the end, so that a foreign preface does not decide.
    """
    sample = _sample(text)
    if sum(character.isalpha() for character in sample) < _FEWEST_LETTERS:
        return DEFAULT_LANGUAGE
    # By name because the library has no types; late because its model takes half a second to load.
    classify: Callable[[str], tuple[str, float]] = import_module("py3langid.langid").classify
    code, _score = classify(sample)
    return code if len(code) == _CODE_LENGTH else DEFAULT_LANGUAGE


def _sample(text: str) -> str:
    if len(text) <= SAMPLE_CHARACTERS:
        return text
    third = SAMPLE_CHARACTERS // 3
    middle = len(text) // 2
    return " ".join((text[:third], text[middle : middle + third], text[-third:]))
