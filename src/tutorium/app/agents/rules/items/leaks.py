"""Whether a text gives a key away: the key itself, its words, its initials, its digits."""

import re
from collections.abc import Iterable
from typing import Final

from tutorium.app.agents.rules.catalog import mention_pattern
from tutorium.app.agents.rules.items.drafts import GAP
from tutorium.app.reading.analysis.words import content_stems, fold, grammar_of

_SHORT_FORM: Final = re.compile(r"\b[A-Z]{2,6}\b")
_NUMERIC: Final = re.compile(r"[−-]?[\d.,]+")


def blanked(text: str, spellings: Iterable[str]) -> str:
    """Return `text` with every mention of a key, also in the plural, as a gap."""
    return mention_pattern(spellings).sub(GAP, text)


def leaks(text: str, key: str, *, language: str = "en", allowed: Iterable[str] = ()) -> bool:
    """Whether `text`, read beside the question, shows `key` or a content word of it. Stems of `allowed` may stand there."""
    if _NUMERIC.fullmatch(key):
        digits = key.lstrip("−-")
        return re.search(rf"(?<![\d.,]){re.escape(digits)}(?![\d]|[.,]\d)", text) is not None
    function_words = grammar_of(language).function_words
    own = set(content_stems(key, function_words, language)) - set(allowed)
    if own & set(content_stems(text, function_words, language)):
        return True
    return spelled_by_initials(text, key) or shows_long_form(text, key) or _shares_root(text, own)


def _shares_root(text: str, stems: set[str]) -> bool:
    """Whether a long word of the text is built on a word of the key: "symmetrical" shows "symmetry"."""
    words: list[str] = re.findall(r"[^\W\d_]{5,}", fold(text))
    roots = [stem[: max(5, len(stem) - 2)] for stem in stems if len(stem) >= 6]
    return any(word.startswith(root) for root in roots for word in words)


def spelled_by_initials(text: str, key: str) -> bool:
    """Whether a short form in `text` is the initials of the key: "_____ (ICMP)"."""
    words = [word for word in re.split(r"[\s\-]+", key) if word and word.lower() not in ("of", "the", "and", "for", "in")]
    initials = "".join(word[0] for word in words).upper()
    return len(initials) > 1 and any(match.group() == initials for match in _SHORT_FORM.finditer(text))


def shows_long_form(text: str, key: str) -> bool:
    """Whether neighbouring words of `text` spell the key, a short form, by their initials."""
    if not (2 <= len(key) <= 6 and key.isupper()):
        return False
    words = re.findall(r"[^\W\d_]+", text)
    initials = "".join(word[0] for word in words).upper()
    return key in initials


def overlap(first: str, second: str, *, language: str = "en") -> float:
    """Return which share of the content words of `first` occurs in `second`."""
    function_words = grammar_of(language).function_words
    own = set(content_stems(first, function_words, language))
    other = set(content_stems(second, function_words, language))
    return len(own & other) / len(own) if own else 0.0
