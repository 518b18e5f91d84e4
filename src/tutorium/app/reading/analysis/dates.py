"""Dated events: sentences in which a year stands with a cue and something happened."""

import re
from collections.abc import Iterator
from typing import Final

from tutorium.app.reading.analysis.sentences import ReadText, Sentence
from tutorium.app.reading.analysis.words import grammar_of
from tutorium.app.reading.findings import Fact

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|"
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    "septiembre|octubre|noviembre|diciembre"
)
_ERA: Final = r"(?:\s?(?P<era>BCE|BC|B\.C\.(?:E\.)?|CE|AD|v\.\s?Chr\.|n\.\s?Chr\.|av\.\s?J\.-C\.|a\.\s?C\.))"
_FULL: Final = re.compile(
    rf"\b(?P<date>(?:(?:{_MONTHS})\s+(?:and|or|to)\s+)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?)?(?P<month>{_MONTHS})\.?,?\s+(?:de\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?,\s+)?(?P<year>\d{{3,4}})){_ERA}?\b"
)
_CUED: Final = re.compile(
    r"\b(?P<cue>[Ii]n(?:\s+the\s+(?:year|spring|summer|autumn|fall|winter)(?:\s+of)?)?|[Ss]ince|[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Aa]round|[Aa]bout|[Cc]irca|c\.|[Ff]rom|[Dd]uring|"
    r"[Ee]arly\s+in|[Ll]ate\s+in|[Ii]m\s+Jahr(?:e)?|[Ss]eit|[Bb]is|[Ee]n|[Dd]epuis|[Dd]esde|[Hh]asta|[Nn]el|[Dd]ès)\s+"
    r"(?P<year>\d{3,4})(?!\d|[.,]\d|\s?(?:%|°|°C|km|kg|m|cm|mm|g|ml|l|Hz|kHz|MHz|GB|MB|bits?|bytes?|degrees|kelvin|miles?|feet|years|people|men|soldiers|tons?|tonnes|litres|pounds|dollars|euros)\b)"
    rf"{_ERA}?(?:[/–-]\d{{2,4}})?"
)
_BC: Final = re.compile(r"\b(?P<date>(?P<year>\d{1,5})\s?(?P<era>BCE|BC|B\.C\.(?:E\.)?))")
_CITATION: Final = re.compile(
    r"\((?:[^()]*,\s?)?\d{4}[a-z]?(?:[,:;][^()]*)?\)|\b(?:study|survey|edition|version|release|paper|article|report)\s+(?:of|from|in)\s+\d{4}|\bet\s+al\.|©|\(c\)|copyright|isbn",
    re.IGNORECASE,
)
_NEGATIVE_ERAS: Final = ("B", "v", "av", "a.")
# "has had leaders since 1993" tells a state, not what happened then.
_SINCE: Final = re.compile(r"\b(?:has|have)\b.*\b[Ss]ince\b[^,;]*$")
_PLAN: Final = re.compile(r"\b(?:will|would|shall|suppose|imagine|if|example)\b", re.IGNORECASE)
OLDEST_PLAIN_YEAR: Final = 400
NEWEST_YEAR: Final = 2100


def find_dates(text: ReadText) -> Iterator[Fact]:
    """Yield one fact for each dated sentence that tells an event, in text order."""
    for sentence in text.sentences:
        fact = _dated(sentence, text)
        if fact is not None:
            yield fact


def _dated(sentence: Sentence, text: ReadText) -> Fact | None:
    if (
        len(sentence.text) > 420
        or re.match(r"\W|\d+\.\d", sentence.text)
        or _CITATION.search(sentence.text)
        or _PLAN.search(sentence.text)
    ):
        return None
    if not _tells_an_event(sentence.text, text.language):
        return None
    match = _first_date(sentence.text)
    if match is None:
        return None
    value, year, span = match
    if _in_brackets(sentence.text, span[0]) or _SINCE.search(sentence.text[: span[1]]):
        return None
    return Fact(kind="date", value=value, year=year, subject=_event(sentence.text, span), quote=sentence.quote(text.document))


def _first_date(text: str) -> tuple[str, int, tuple[int, int]] | None:
    """Return the first date as written, its year (before Christ: negative), and where it stands, with its cue."""
    found: list[tuple[int, str, int, tuple[int, int]]] = []
    for pattern in (_FULL, _BC, _CUED):
        match = pattern.search(text)
        if match is None:
            continue
        year = int(match["year"])
        era = match["era"] or ""
        before_christ = era.startswith(_NEGATIVE_ERAS)
        if not before_christ and not (OLDEST_PLAIN_YEAR <= year <= NEWEST_YEAR or (era and year > 0)):
            continue
        start, end = match.span()
        value = (
            text[match.start("year") : end]
            if pattern is _CUED
            else match["date"] + (f" {era}" if era and pattern is _FULL else "")
        )
        found.append((match.start("year"), value.strip(), -year if before_christ else year, (start, end)))
    if not found:
        return None
    _, value, year, span = min(found, key=lambda candidate: (candidate[0], -len(candidate[1])))
    return value, year, span


def _in_brackets(text: str, at: int) -> bool:
    return text.count("(", 0, at) > text.count(")", 0, at)


def _tells_an_event(text: str, language: str) -> bool:
    if language != "en":
        return True
    words = re.findall(r"[a-z’']+", text.lower())
    pasts = grammar_of("en").pasts
    return any(word in pasts or (word.endswith("ed") and len(word) > 4) for word in words)


_LEAD: Final = re.compile(r"^(?:[Oo]n|[Ii]n|[Bb]y|[Aa]t|[Ff]rom|[Ss]ince|[Aa]fter|[Uu]ntil|[Ee]arly|[Ll]ate)?\s*(?:the\s+)?$")


def _event(text: str, span: tuple[int, int]) -> str:
    """Return the sentence without its date: what happened, for the timeline."""
    before, after = text[: span[0]], text[span[1] :]
    before = re.sub(
        r"(?:\b(?:[Oo]n|[Ii]n|[Bb]y|[Ff]rom|[Uu]ntil|[Ss]ince|[Aa]round|[Aa]bout|[Dd]uring|early|late)[\s-]+(?:the\s+)?)+$",
        "",
        before,
    )
    if not before.strip():
        rest = re.sub(r"^\s*(?:\([^)]*\))?\s*,?\s*", "", after)
        event = rest
    else:
        event = f"{before.rstrip(' ,')}{after if after[:1] in '.,;' else ' ' + after.lstrip()}"
    event = re.sub(r"\s+", " ", event).strip(" ,.;")
    return event[:1].upper() + event[1:]
