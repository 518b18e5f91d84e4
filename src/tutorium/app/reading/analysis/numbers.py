"""Quantities: a number with its unit and whose number it is, from sentences that state it as a general fact."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tutorium.app.reading.analysis.sentences import ReadText, Sentence
from tutorium.app.reading.analysis.terms import Term, term_key
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.findings import Fact

_UNITS: Final = (
    r"%|per\s?cent|percent|°\s?[CFK]?|degrees?(?:\s+(?:Celsius|Fahrenheit))?|kelvins?|K\b|km/s|km/h|m/s²?|m/s|kilometres?|kilometers?|km|metres?|meters?|m\b|centimetres?|"
    r"centimeters?|cm|millimetres?|millimeters?|mm|nanometres?|nanometers?|nm|miles?|feet|foot|inch(?:es)?|light[\s-]years?|parsecs?|astronomical\s+units?|AU|kilograms?|kg|grams?|g\b|"
    r"tonnes?|tons?|pounds?|litres?|liters?|millilitres?|milliliters?|ml|hours?|minutes?|seconds?|days?|weeks?|months?|years?|centuries|joules?|J\b|kJ|"
    r"watts?|W\b|kW|MW|volts?|V\b|amperes?|amps?|ohms?|hertz|Hz|kHz|MHz|GHz|newtons?|N\b|pascals?|Pa\b|bar|bits?|bytes?|kilobytes?|"
    r"megabytes?|gigabytes?|MB|GB|TB|calories|kcal|moles?|chromosomes|species|people|inhabitants|members|million(?:\s+\w+)?|billion(?:\s+\w+)?|times"
)
_QUANTITY: Final = re.compile(
    rf"(?<![\w.,/–\-])(?P<value>[−-]?\d{{1,3}}(?:[,  ]\d{{3}})+(?:\.\d+)?|[−-]?\d+(?:\.\d+)?)\s?(?P<unit>{_UNITS})(?![\w])"
)
_SPECULATION: Final = re.compile(
    r"\b(?:suppose|imagine|example|will|would|say|let|if|might|may|could|e\.g\.|assume|between|from|to)\b|[$€£=]", re.IGNORECASE
)
_SUBJECT: Final = re.compile(
    r"^(?:The\s+|An?\s+)?(?P<subject>[^\W\d_][\w’'\-]*(?:\s(?:of\s(?:the\s|an?\s)?)?[^\W\d_][\w’'\-]*){0,4}?)\s+(?:\w+ly\s+|also\s+|only\s+|about\s+)?(?P<verb>is|are|was|were|has|have|had|\w+(?:s|ed)|lies|takes|boils|dies|melts)\b"
)
_WEAK_SUBJECT: Final = word_set(
    """
    it this that these those there one two three four five six seven eight nine ten he she they we i you which who some
    many most all both each its their his her
    """
)


def find_numbers(text: ReadText, terms: Mapping[str, Term]) -> Iterator[Fact]:
    """Yield quantities whose subject is a known term or a name, one for each sentence, in text order."""
    for sentence in text.sentences:
        fact = _quantity(sentence, text, terms)
        if fact is not None:
            yield fact


def _quantity(sentence: Sentence, text: ReadText, terms: Mapping[str, Term]) -> Fact | None:
    if not sentence.alone or _SPECULATION.search(sentence.text):
        return None
    match = _QUANTITY.search(sentence.text)
    if match is None or len(_QUANTITY.findall(sentence.text)) > 2:
        return None
    subject = _SUBJECT.match(sentence.text)
    if text.language == "en":
        if subject is None or match.start() < subject.end("subject"):
            return None
        words = subject["subject"].split()
        if words[0].lower() in _WEAK_SUBJECT or not _known(subject["subject"], terms, sentence.text):
            return None
    return Fact(
        kind="number",
        value=match["value"],
        unit=match["unit"],
        quote=sentence.quote(text.document),
        subject=None if subject is None else subject["subject"],
    )


def _known(subject: str, terms: Mapping[str, Term], sentence: str) -> bool:
    words = subject.split()
    tails = (" ".join(words[-size:]) for size in range(len(words), 0, -1))
    if any(term_key(tail) in terms for tail in tails):
        # "The weight is 3 kg" belongs to some thing of the text that the sentence does not name.
        return not (sentence.startswith("The ") and len(words) == 1 and term_key(subject) not in list(terms)[:40])
    return words[-1][0].isupper() and not sentence.startswith(words[-1])
