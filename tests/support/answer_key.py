"""Finds the answer to a question of the tutor in the text it was made from, as an attentive reader would."""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"“([^”]+)”")


def choice_of(prompt: str, choices: Sequence[str], text: str) -> int:
    """Return which choice (from 0) fits the prompt: the one that stands in a sentence with what the prompt quotes."""
    flat = _flat(text)
    sentences = re.split(r"(?<=[.!?])\s+", flat)
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
