"""The part of a passage that shows why it was found. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec

SNIPPET_CHARS: Final = 220
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_STEM: Final = 4


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a text, with "…" where it was cut, and (start, end) of each word in it that was looked for."""

    text: str
    matches: list[tuple[int, int]]


def snippet_of(text: str, query: str) -> Snippet:
    """Return the piece of `text` with the most different words of `query`, cut at words, about SNIPPET_CHARS long."""
    flat = " ".join(text.split())
    wanted = [_folded(word) for word in _WORD.findall(query)]
    hits = [(match.start(), match.end(), word) for match in _WORD.finditer(flat) if (word := _wanted(match.group(), wanted))]
    start, end = _window(flat, hits)
    shown = flat[start:end]
    before = "…" if start else ""
    after = "…" if end < len(flat) else ""
    shift = len(before) - start
    matches = [(a + shift, b + shift) for a, b, _ in hits if start <= a and b <= end]
    return Snippet(text=f"{before}{shown}{after}", matches=matches)


def _wanted(word: str, wanted: Sequence[str]) -> str | None:
    """The word of the query that `word` is a form of."""
    folded = _folded(word)
    for each in wanted:
        if folded == each or (len(each) >= _SHORTEST_STEM and folded.startswith(each)):
            return each
    return None


def _folded(word: str) -> str:
    """Lower case without marks on letters, as the index folds words."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _window(text: str, hits: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    if len(text) <= SNIPPET_CHARS:
        return 0, len(text)
    best, most = 0, 0
    for start, _, _ in hits:
        found = len({word for a, b, word in hits if start <= a and b <= start + SNIPPET_CHARS})
        if found > most:
            best, most = start, found
    start = _word_start(text, max(0, best - SNIPPET_CHARS // 4))
    end = start + SNIPPET_CHARS
    return start, (_word_end(text, end) if end < len(text) else len(text))


def _word_start(text: str, at: int) -> int:
    space = text.rfind(" ", 0, at + 1) if at else -1
    return space + 1


def _word_end(text: str, at: int) -> int:
    space = text.rfind(" ", 0, at + 1)
    return space if space > 0 else at
