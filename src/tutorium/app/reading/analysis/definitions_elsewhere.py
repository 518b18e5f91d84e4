"""Patterns of definitions in German, French and Spanish: a few each, with fewer promises than in English."""

import re
from collections.abc import Iterator
from typing import Final

from tutorium.app.reading.analysis.definition_patterns import FoundDefinition
from tutorium.app.reading.analysis.sentences import Sentence

_W: Final = r"[^\W\d_][\w’'\-]*"
_NAME: Final = rf"{_W}(?:\s{_W}){{0,3}}"

_PATTERNS: Final[dict[str, tuple[tuple[re.Pattern[str], float], ...]]] = {
    "de": (
        (
            re.compile(
                rf"^(?:Der|Die|Das|Ein|Eine)\s+(?P<term>{_W}(?:\s[A-ZÄÖÜ]\w+)?)\s+(?:ist|sind|bezeichnet|bezeichnen)\s+(?P<definiens>(?:ein|eine|der|die|das|jede|jeder)\b.+)$",
                re.DOTALL,
            ),
            0.85,
        ),
        (
            re.compile(
                r"^(?P<term>[A-ZÄÖÜ][\w\-]+)\s+(?:ist|sind|bezeichnet|bezeichnen)\s+(?P<definiens>(?:ein|eine|der|die|das|[A-ZÄÖÜ]\w+,\s(?:der|die|das))\b.+)$",
                re.DOTALL,
            ),
            0.85,
        ),
        (
            re.compile(
                r"^Unter\s+(?:dem\s+|der\s+|einem\s+|einer\s+)?(?P<term>[\w\- ]{3,40}?)\s+versteht\s+man\s+(?P<definiens>.+)$",
                re.DOTALL,
            ),
            1.2,
        ),
        (
            re.compile(
                r"^(?P<definiens>.{12,200}?)\s+(?:wird|werden|nennt\s+man|heißt|heißen)\s+(?:als\s+)?[„“\"]?(?P<term>[A-ZÄÖÜ][\w\-]+)[“”\"]?(?:\s+(?:genannt|bezeichnet))?\.$",
                re.DOTALL,
            ),
            0.9,
        ),
    ),
    "fr": (
        (
            re.compile(
                rf"^(?:Une?|Le|La|Les|L['’])\s*(?P<term>{_NAME}?)\s+(?:est|sont|désigne|désignent)\s+(?P<definiens>(?:une?|le|la|les|l['’]|des)\s?\w.+)$",
                re.DOTALL,
            ),
            0.85,
        ),
        (
            re.compile(
                rf"^On\s+(?:appelle|nomme)\s+(?P<term>{_NAME}?)\s+(?P<definiens>(?:une?|le|la|les|l['’]|tout|toute|des)\s?.+)$",
                re.DOTALL,
            ),
            1.2,
        ),
    ),
    "es": (
        (
            re.compile(
                rf"^(?:Una?|El|La|Los|Las)\s+(?P<term>{_NAME}?)\s+(?:es|son)\s+(?P<definiens>(?:una?|el|la|los|las|aquel|aquella)\s.+)$",
                re.DOTALL,
            ),
            0.85,
        ),
        (
            re.compile(
                rf"^(?:Se\s+(?:llama|denomina|conoce\s+como)|Llamamos)\s+(?P<term>{_NAME}?)\s+(?:a|al)\s+(?P<definiens>.+)$",
                re.DOTALL,
            ),
            1.2,
        ),
    ),
}


def candidates_elsewhere(sentence: Sentence, language: str) -> Iterator[FoundDefinition]:
    """Yield the first pattern's candidate of a sentence that stands alone; none for languages without patterns."""
    if not sentence.alone:
        return
    for pattern, base in _PATTERNS.get(language, ()):
        match = pattern.match(sentence.text)
        if match is not None:
            yield FoundDefinition(
                term=match["term"].strip(), sentence=sentence, start=0, definiens=match.span("definiens"), base=base
            )
            return
