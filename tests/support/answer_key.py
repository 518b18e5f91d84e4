"""Finds the answer to a question of the tutor in the text it was made from, as an attentive reader would."""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"“([^”]+)”")


def choice_of(prompt: str, choices: Sequence[str], text: str) -> int:
    """Return which choice (from 0) fits the prompt: the one that stands in a sentence with what the prompt quotes."""
    flat = _flat(text)
    sentences = re.split(r"(?<=[.!?])\s+", flat)
    if "does the gap stand for" in prompt:
        name = _flat(_QUOTED.findall(prompt)[0])
        return max(range(len(choices)), key=lambda index: _fits(_flat(choices[index]), name, flat))
    if "How many years" in prompt:
        first, second = (_year_of(_flat(event), sentences) for event in _QUOTED.findall(prompt))
        return list(choices).index(f"{abs(second - first)} years")
    if re.search(r"came (?:first|last|next)", prompt):
        return _in_time(prompt, [_year_of(_flat(choice), sentences) for choice in choices], sentences)
    asked = [_flat(quote).rstrip("….") for quote in _QUOTED.findall(prompt)] or [_flat(prompt)]
    if "_____" in prompt:
        return max(range(len(choices)), key=lambda index: _filled(prompt, choices[index]) in flat)
    scores = [
        max(
            (_closeness(sentence, quote, _flat(choice).rstrip("….")) for sentence in sentences for quote in asked),
            default=0.0,
        )
        for choice in choices
    ]
    return scores.index(max(scores))


def _fits(gapped: str, name: str, flat: str) -> bool:
    """Whether a sentence of the text has the name, in the singular or the plural, where `gapped` has its gap."""
    pattern = re.escape(gapped).replace("_____", rf"{re.escape(name)}(?:e?s)?")
    return re.search(pattern, flat) is not None


def _year_of(event: str, sentences: Sequence[str]) -> int:
    """Return the first year of the sentence that shares most words with an event told without its date."""
    words = set(re.findall(r"[^\W\d_]{3,}", event))
    dated = [sentence for sentence in sentences if re.search(r"(?<!\d)\d{3,4}(?!\d)", sentence)]
    best = max(dated, key=lambda sentence: len(words & set(re.findall(r"[^\W\d_]{3,}", sentence))))
    found = re.search(r"(?<!\d)\d{3,4}(?!\d)", best)
    assert found is not None
    return int(found.group())


def _in_time(prompt: str, years: list[int], sentences: Sequence[str]) -> int:
    if "next" in prompt:
        before = _year_of(_flat(_QUOTED.findall(prompt)[0]), sentences)
        return years.index(min(year for year in years if year > before))
    return years.index(max(years) if "last" in prompt else min(years))


def gap_of(prompt: str, text: str) -> str:
    """Return the words that stand where the prompt has its gap."""
    flat = _flat(text)
    before, after = (_flat(part) for part in prompt.split("_____", 1))
    before = re.sub(r"a\(n\)", "an?", re.escape(before[-60:]).replace(r"a\(n\)", "an?"))
    pattern = (
        before.replace(r"\ ", r"\s+") + r"\s*(.+?)\s*" + re.escape(after[:60]).replace(r"\ ", r"\s+").replace("_____", ".+?")
    )
    found = re.search(pattern, flat)
    if found is None:
        raise AssertionError(f"the text has no place for: {prompt}")
    return found.group(1)


def _filled(prompt: str, choice: str) -> str:
    sentence = prompt.split("\n")[-1]
    return _flat(sentence.replace("_____", choice))[:80]


def _closeness(sentence: str, quote: str, choice: str) -> float:
    if quote not in sentence or choice not in sentence:
        return 0.0
    # “High tide …, and low tide …”: the nearest name is the one that is meant.
    return 1.0 / (1 + abs(sentence.index(quote) - sentence.index(choice))) + len(choice) / 1000


def _flat(text: str) -> str:
    return " ".join(text.replace("**", "").replace("*", "").split()).lower()
