"""Numbers in answers: with units, separators, number words and fractions; 1 % tolerance, years exact."""

import re
from typing import Final

from tutorium.app.reading.analysis.words.wordlists import word_tuple

TOLERANCE: Final = 0.01
_NUMBER: Final = re.compile(
    r"(?<![\w.])[−-]?\d{1,3}(?:[,  ']\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])[−-]?\d+(?:[.,]\d+)?(?:\s?/\s?\d+)?"
)
_WORDS: Final = {
    word: number
    for number, word in enumerate(
        word_tuple(
            """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """
        )
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def numbers_in(text: str) -> list[float]:
    """Return the numbers of a text in order, digits or English number words."""
    found = [_value(match.group()) for match in _NUMBER.finditer(text)]
    if found:
        scaled = re.search(r"\d\s+(hundred|thousand|million|billion)\b", text.lower())
        if scaled and len(found) == 1:
            return [found[0] * _SCALES[scaled[1]]]
        return found
    spelled = _spelled(text)
    return [] if spelled is None else [spelled]


def _value(text: str) -> float:
    text = re.sub(r"[  ']", "", text.replace("−", "-"))
    if "/" in text:
        top, bottom = (float(part.replace(",", ".")) for part in text.split("/"))
        return top / bottom if bottom else float("inf")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _spelled(text: str) -> float | None:
    total, part, seen = 0.0, 0.0, False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            part += _WORDS[word]
            seen = True
        elif word in _SCALES and seen:
            part = max(part, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, part = total + part, 0.0
    return total + part if seen else None


def is_year(text: str) -> bool:
    """Whether a key reads as a year: four digits alone, or three."""
    return re.fullmatch(r"\d{3,4}", text.strip()) is not None and float(text) >= 400


def agrees(given: float, key: str, *, percent: bool = False) -> bool:
    """Whether a number is the key's, within tolerance; years must be exact; 0.25 is 25 %."""
    wanted = _value(key)
    if is_year(key):
        return given == wanted
    close = abs(given - wanted) <= TOLERANCE * abs(wanted) + 1e-9
    return close or (percent and abs(given * 100 - wanted) <= TOLERANCE * abs(wanted))
