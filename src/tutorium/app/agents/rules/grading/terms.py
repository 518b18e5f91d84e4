"""Terms in answers: spelling variants, plurals, small slips, and what is another term altogether."""

import re
from collections.abc import Collection, Iterable
from typing import Final, Literal

from rapidfuzz.distance import OSA

from tutorium.app.reading.analysis.words import commonness, fold, singular

TermVerdict = Literal["exact", "slip", "other", "none", "near"]

#: From these lengths one slip, or two, may be forgiven.
ONE_SLIP_FROM: Final = 5
TWO_SLIPS_FROM: Final = 8
#: A word this common (Zipf) is a word of its own, not a slip: "front" for "frost".
KNOWN_WORD: Final = 2.0
_LEAD: Final = re.compile(
    r"^(?:(?:i\s+think|i\s+guess|maybe|perhaps|probably|so)\s*,?\s+)?(?:(?:it|this|that|they)(?:'s|\s+is|\s+are)\s+(?:called\s+)?|(?:the\s+)?(?:answer|word|term)\s+is\s+|is\s+)?(?:an?|the)?\s*(?=\S)"
)
_PLURALS: Final = (("i", "us"), ("a", "um"), ("ae", "a"), ("es", "is"), ("ices", "ix"), ("ices", "ex"))
_VARIANTS: Final = (
    (r"ae", "e"),
    (r"oe", "e"),
    (r"our\b", "or"),
    (r"(?<=[bctg])re\b", "er"),
    (r"is(e|ed|es|ing|ation)\b", r"iz\1"),
    (r"yse\b", "yze"),
    (r"ll(ed|ing|er)\b", r"l\1"),
    (r"ph", "f"),
)


def normalised(text: str) -> str:
    """Return an answer without article, filler, marks and case, its last word in the singular."""
    bare = re.sub(r"[^\w\s'+#-]", " ", fold(text))
    bare = _LEAD.sub("", " ".join(bare.split()), count=1).replace("-", " ")
    words = bare.split()
    if not words:
        return ""
    return " ".join([*words[:-1], singular(words[-1])])


def american(text: str) -> str:
    """Return `text` with British spellings made American, so that both compare equal."""
    for pattern, replacement in _VARIANTS:
        text = re.sub(pattern, replacement, text)
    return text


def offers_alternatives(text: str) -> bool:
    """Whether an answer says "A or B": guessing twice is not knowing."""
    return re.search(r"\b(?:or|oder|ou|o)\b|/", fold(text)) is not None and len(fold(text).split()) >= 3


def compare(answer: str, accepted: Iterable[str], other_terms: Collection[str], *, language: str = "en") -> TermVerdict:
    """Return how an answer stands to the accepted spellings.

    "exact": the same but for article, number and spelling variant; "slip": a typing error away; "other": another term;
    "near": the key with something more or less; "none": none of these.
    """
    given = normalised(answer)
    keys = [normalised(key) for key in accepted]
    if not given:
        return "none"
    if any(_same(given, key) for key in keys):
        return "exact"
    others = [normalised(term) for term in other_terms]
    others = [term for term in others if term not in keys]
    if given in others:
        return "other" if not any(_extends(given, key) for key in keys) else "near"
    distance, key = min((_distance(given, key), key) for key in keys)
    if _is_slip(given, key, distance, language) and not any(_distance(given, term) < distance for term in others):
        return "slip"
    if any(_contains(given, key) for key in keys):
        return "near"
    if any(_extends(given, key) or _extends(key, given) for key in keys):
        return "near"
    return "none"


def _distance(given: str, key: str) -> int:
    return min(OSA.distance(given, key), OSA.distance(american(given), american(key)) + 1)


def _same(given: str, key: str) -> bool:
    if given == key or american(given) == american(key) or given.replace(" ", "") == key.replace(" ", ""):
        return True
    return any(given.endswith(plural) and given[: -len(plural)] + one == key for plural, one in _PLURALS)


def _is_slip(given: str, key: str, distance: int, language: str) -> bool:
    allowed = 2 if len(key) >= TWO_SLIPS_FROM else 1 if len(key) >= ONE_SLIP_FROM else 0
    if not 0 < distance <= allowed:
        return False
    if len(given.split()) != len(key.split()):
        return distance <= 1
    changed = [word for word, wanted in zip(given.split(), key.split(), strict=True) if word != wanted]
    return not any(commonness(word, language) >= KNOWN_WORD for word in changed)


def _extends(longer: str, shorter: str) -> bool:
    return longer != shorter and set(shorter.split()) < set(longer.split())


def _contains(text: str, key: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(key)}s?(?!\w)", text) is not None
