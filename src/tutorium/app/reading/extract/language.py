"""Which language a document is written in, decided once for the whole text, never for a sentence."""

from collections import Counter
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

    A long text is sampled at its start, middle and end, and two of three decide: a foreign preface does not.
    """
    samples = [sample for sample in _samples(text) if sum(map(str.isalpha, sample)) >= _FEWEST_LETTERS]
    if not samples:
        return DEFAULT_LANGUAGE
    # By name because the library has no types; late because its model takes half a second to load.
    classify: Callable[[str], tuple[str, float]] = import_module("py3langid.langid").classify
    votes = Counter(classify(sample)[0] for sample in samples)
    code = votes.most_common(1)[0][0]
    return code if len(code) == _CODE_LENGTH else DEFAULT_LANGUAGE


def _samples(text: str) -> tuple[str, ...]:
    if len(text) <= SAMPLE_CHARACTERS:
        return (text,)
    third = SAMPLE_CHARACTERS // 3
    middle = len(text) // 2
    return text[middle : middle + third], text[:third], text[-third:]
