"""Bending words: plural to singular, stems, and the folded form that two spellings of one word share."""

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Final, Protocol, cast

from tutorium.app.reading.analysis.words.frequency import commonness

WORD: Final = re.compile(r"[^\W\d_]+(?:[’'\-.&/](?=[^\W_])[^\W_]+)*|\d+(?:[.,]\d+)*")

_STEMMERS: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
}
_IRREGULAR_PLURALS: Final = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "people",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "geese": "goose",
    "lives": "life",
    "knives": "knife",
    "leaves": "leaf",
    "halves": "half",
    "wolves": "wolf",
    "shelves": "shelf",
    "wives": "wife",
    "loaves": "loaf",
    "calves": "calf",
    "thieves": "thief",
    "selves": "self",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "bacteria": "bacterium",
    "nuclei": "nucleus",
    "fungi": "fungus",
    "radii": "radius",
    "stimuli": "stimulus",
    "axes": "axis",
    "analyses": "analysis",
    "hypotheses": "hypothesis",
    "theses": "thesis",
    "crises": "crisis",
    "bases": "base",
    "matrices": "matrix",
    "vertices": "vertex",
    "indices": "index",
    "mitochondria": "mitochondrion",
    "media": "medium",
    "data": "data",
    "species": "species",
    "series": "series",
    "means": "means",
    "alumni": "alumnus",
    "strata": "stratum",
    "spectra": "spectrum",
    "equinoxes": "equinox",
    "formulae": "formula",
    "larvae": "larva",
    "nebulae": "nebula",
    "novae": "nova",
    "supernovae": "supernova",
}
_NOT_PLURAL: Final = (
    "ss",
    "us",
    "is",
    "ous",
    "ics",
    "news",
    "lens",
    "mars",
    "venus",
    "gas",
    "bias",
    "atlas",
    "canvas",
    "chaos",
)


def fold(text: str) -> str:
    """Return `text` in lower case without accents, curly quotes straightened and spaces single."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‑", "-"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = "en") -> str:
    """Return the stem of one lower-case word; the word itself where there is no stemmer."""
    stemmer = _stemmer(language)
    return word if stemmer is None else stemmer.stemWord(word)


class _WordStemmer(Protocol):
    """What we use of PyStemmer, which has no types."""

    def stemWord(self, word: str, /) -> str: ...


@lru_cache(maxsize=16)
def _stemmer(language: str) -> _WordStemmer | None:
    name = _STEMMERS.get(language)
    if name is None:
        return None
    return cast("_WordStemmer", import_module("Stemmer").Stemmer(name))


def content_stems(text: str, function_words: frozenset[str], language: str = "en") -> list[str]:
    """Return the stems of the words of `text` that are not function words, in order."""
    words = (match.group().casefold() for match in WORD.finditer(text))
    return [stem(word, language) for word in words if word not in function_words]


@lru_cache(maxsize=50_000)
def singular(word: str, language: str = "en") -> str:
    """Return the singular of an English plural in lower case; other words, and other languages, stay.

    A singular is only taken if it is a word at least: plain cutting of -s gave "galaxie" and "clas".
    """
    if language != "en" or len(word) < 4:
        return word
    irregular = _IRREGULAR_PLURALS.get(word)
    if irregular is not None:
        return irregular
    if not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return word
    candidates = [word[:-1]]
    if word.endswith("ies"):
        candidates = [word[:-3] + "y", word[:-1]]
    elif word.endswith("es"):
        candidates = [word[:-1], word[:-2]]
    counted = [(commonness(candidate, language), -index, candidate) for index, candidate in enumerate(candidates)]
    best = max(counted)
    if best[0] == 0.0:
        # Unknown either way: a rare technical word. Plain -s is nearly always a plural there.
        return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]
    return best[2]
