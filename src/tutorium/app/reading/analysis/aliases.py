"""Other names of one thing: "also called T", "T (short form)"."""

import re
from typing import Final

from tutorium.app.reading.analysis.sentences import ReadText
from tutorium.app.reading.analysis.terms import term_key

_ALSO: Final = re.compile(
    r"^(?:An?\s+|The\s+)?(?P<term>[^\W\d_][\w\-]*(?:\s[\w\-]+){0,3}?),?\s*[,(]?\s*(?:is\s+|are\s+)?(?:also|sometimes|often|or)\s+(?:called|known\s+as|referred\s+to\s+as)\s+(?:an?\s+|the\s+)?"
    r"[\"“]?(?P<alias>[^\W\d_][\w\-]*(?:\s[\w\-]+){0,2}?)[\"”]?(?=[,).]|\s(?:is|are|and)\b)"
)
_SHORT: Final = re.compile(r"(?P<term>[^\W\d_][\w\-]*(?:\s[\w\-]+){0,5})\s\((?P<alias>[A-Z][A-Za-z0-9₀-₉]{1,6})\)")


def find_aliases(text: ReadText, defined: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return other names by concept key; `defined` maps the spelling of each defined term to its key."""
    found: dict[str, list[str]] = {}
    keys = set(defined.values())
    for sentence in text.sentences:
        also = _ALSO.match(sentence.text)
        if also is not None:
            _add(found, keys, also["term"], also["alias"])
        for short in _SHORT.finditer(sentence.text):
            words = short["term"].split()
            for size in range(1, len(words) + 1):
                phrase = " ".join(words[-size:])
                if _spells(short["alias"], words[-size:]) or (
                    size <= 2 and term_key(phrase) in keys and not short["alias"].isalpha()
                ):
                    _add(found, None, phrase, short["alias"])
    return {key: tuple(dict.fromkeys(names)) for key, names in found.items()}


def _add(found: dict[str, list[str]], keys: set[str] | None, term: str, alias: str) -> None:
    key = term_key(term)
    if (keys is None or key in keys) and term_key(alias) != key:
        found.setdefault(key, []).append(alias)


def _spells(short: str, words: list[str]) -> bool:
    """Whether the capitals of a short form are the initials of the words."""
    initials = "".join(
        part[0] for word in words for part in word.split("-") if part and part.lower() not in ("of", "the", "and", "for")
    )
    return short.upper() == initials.upper()
