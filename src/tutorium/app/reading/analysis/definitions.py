"""Sentences that say what something is: the patterns' candidates judged; each has a score and is kept from `KEPT_FROM`.

The rejections come from measured failures: rejecting pays more than finding.
"""

import re
from collections.abc import Iterator
from typing import Final

from tutorium.app.reading.analysis.definition_patterns import FoundDefinition, candidates
from tutorium.app.reading.analysis.definitions_elsewhere import candidates_elsewhere
from tutorium.app.reading.analysis.sentences import ReadText, Sentence
from tutorium.app.reading.analysis.standing_alone import balanced
from tutorium.app.reading.analysis.terms import Term, term_key, term_words
from tutorium.app.reading.analysis.words import commonness, grammar_of
from tutorium.app.reading.analysis.words.english import EMPTY_ADJECTIVES, EMPTY_NOUNS, EVALUATIVE
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.findings import Definition, Quote

KEPT_FROM: Final = 0.95
#: A word of this Zipf frequency or more, with "the" and no cue, is a thing of the situation, not a term.
COMMON_WITH_ARTICLE: Final = 4.35
_LONGEST_DEFINITION: Final = 420
LONGEST_TERM_WORDS: Final = 5

_CODE: Final = re.compile(r"[{}\[\]|<>]|\w=\w")
#: "Equations (3.26) and (3.28) are known as ...": what it is stands elsewhere.
_BY_NUMBER: Final = re.compile(r"\(\d+(?:\.\d+)+[a-z]?\)")
#: What the author says to the reader between the words of a definition.
_ASIDE: Final = re.compile(r",\s+(?:as|which)\s+(?:the\s+reader|you|we)\b")
#: "Party power was the decisive criteria": a judgement on one case, not what a thing is.
_VERDICT: Final = re.compile(r"the\s+(?:[\w\-]+\s+){1,3}[\w\-]+(?:\s+(?:in|of|for|behind)\b[^,;]*)?[.!]?$")
_FILE: Final = re.compile(r"\.\w{2,4}$|/|\d$|[\\_<>{}=|]")


def find_definitions(text: ReadText, terms: dict[str, Term]) -> list[tuple[Definition, FoundDefinition]]:
    """Return the definitions of a document with the candidate each came from, in text order, one for each concept."""
    ranks = {key: 1 - rank / max(len(terms), 1) for rank, key in enumerate(terms)}
    best: dict[str, tuple[Definition, FoundDefinition]] = {}
    for sentence in text.sentences:
        if len(sentence.text) > _LONGEST_DEFINITION:
            continue
        for found in _candidates(sentence, text):
            definition = _judged(found, text, terms, ranks)
            if definition is None:
                continue
            held = best.get(definition.concept)
            if held is None or definition.score > held[0].score + 0.2:
                best[definition.concept] = (definition, found)
    return sorted(best.values(), key=lambda pair: pair[1].sentence.number)


def _candidates(sentence: Sentence, text: ReadText) -> Iterator[FoundDefinition]:
    return candidates(sentence) if text.language == "en" else candidates_elsewhere(sentence, text.language)


def _judged(found: FoundDefinition, text: ReadText, terms: dict[str, Term], ranks: dict[str, float]) -> Definition | None:
    language = text.language
    words = term_words(found.term, language)
    emphasised = any(term_words(phrase, language) == words for phrase in found.sentence.emphasised)
    if not words or not _is_term_like(found.term, words, language, emphasised=emphasised):
        return None
    key = term_key(found.term, language)
    known = terms.get(key)
    if language == "en" and not _subject_is_a_concept(found, words, known, emphasised=emphasised):
        return None
    score = found.base + (0.6 if emphasised else 0.0) + 0.5 * ranks.get(key, 0.0)
    if known is not None and known.in_heading:
        score += 0.2
    if known is None or (len(known.sentences) < 2 and not known.in_heading and not emphasised):
        score -= 0.25
    if _BY_NUMBER.search(found.sentence.text[slice(*found.definiens)]) or _ASIDE.search(found.sentence.text):
        return None
    if found.past and _VERDICT.match(found.sentence.text[slice(*found.definiens)]):
        return None
    if found.past and not (emphasised or (known is not None and (known.in_heading or len(known.sentences) >= 3))):
        return None
    quotes = _quotes(found, text)
    if quotes is None or score < KEPT_FROM:
        return None
    definiens = found.sentence.text[slice(*found.definiens)].strip(" ,.:;")
    if found.needs_context:
        definiens = quotes[0].text if len(quotes) > 1 else definiens
    if len(definiens.split()) < 2:
        return None
    return Definition(concept=key, quotes=quotes, definiens=definiens, score=round(min(score, 2.5), 3))


def _quotes(found: FoundDefinition, text: ReadText) -> tuple[Quote, ...] | None:
    sentence = found.sentence
    if (
        sentence.kind == "paragraph"
        and sentence.text.rstrip("\"'”’»)")[-1:] not in ".!?:;"
        and not _leads_to_formula(sentence, text)
    ):
        # Words after a page or a listing are lost: "... which allows the use of".
        return None
    if not balanced(sentence.text) or (sentence.text.endswith(":") and not _leads_to_formula(sentence, text)):
        return None
    if re.search(r"\b(?:figure|table|see|above|below|following)\b", sentence.text, re.IGNORECASE) and not sentence.alone:
        return None
    if _CODE.search(re.sub(r"\$[^$]*\$", "", sentence.text)):
        return None
    own = sentence.quote(text.document, found.start if found.start else 0)
    if not found.needs_context:
        return (own,)
    before = text.before(sentence)
    if before is None or not _can_lead(before.text):
        # "The point where ... is called" says enough alone; "This process is called" does not.
        subject = sentence.text[slice(*found.definiens)]
        return (own,) if re.match(r"(?:The|the)\s", subject) and len(subject.split()) >= 6 else None
    return (before.quote(text.document), own)


def _leads_to_formula(sentence: Sentence, text: ReadText) -> bool:
    following = next((block for block in text.blocks if block.id > sentence.block), None)
    return following is not None and following.kind == "formula"


def _can_lead(text: str) -> bool:
    """Whether a sentence can be quoted before the one that needs it."""
    if len(text) > _LONGEST_DEFINITION or not balanced(text) or not text[:1].isupper() or text[-1:] not in ".!":
        return False
    return (
        re.match(r"(?:this|these|those|it|they|he|she|which|so|then)\b", text, re.IGNORECASE) is None and len(text.split()) >= 4
    )


def _is_term_like(term: str, words: tuple[str, ...], language: str, *, emphasised: bool) -> bool:
    if len(term) < 3 or _FILE.search(term):
        return False
    first, last = words[0], words[-1]
    grammar = grammar_of(language)
    if len(words) > LONGEST_TERM_WORDS or first in grammar.function_words or last in grammar.function_words:
        return False
    if language != "en" or emphasised:
        return True
    inner = [word for word in words if word not in ("of", "the", "a")]
    if any(word in grammar.breakers or (word.endswith("ly") and len(word) > 4) for word in inner):
        return False
    lowered = [word.lower() for word in term.split()]
    return not (
        lowered[0] in EVALUATIVE
        or lowered[0] in _NARROWING
        or (len(words) == 1 and (words[0] in EMPTY_NOUNS or words[0] in EMPTY_ADJECTIVES))
    )


_NARROWING: Final = word_set(
    """
    one another other others many several few some all both each every two three such different certain various more
    most first second third last next another
    """
)


def _subject_is_a_concept(found: FoundDefinition, words: tuple[str, ...], known: Term | None, *, emphasised: bool) -> bool:
    """Reject "The weights are ...", "The winner is ...": things of the situation, with neither heading nor emphasis."""
    sentence = found.sentence.text[found.start :]
    last_word = words[-1]
    cue = emphasised or (known is not None and (known.in_heading or known.emphasised))
    if cue:
        return True
    if any(character.isdigit() for character in found.term):
        return False
    last = found.term.split()[-1]
    is_plural = last.lower() != last_word
    if sentence.lower().startswith("the ") and found.base != 1.3:
        if is_plural:
            return False
        if len(words) == 1 and commonness(words[0], "en") > COMMON_WITH_ARTICLE:
            return False
        if last_word in EMPTY_NOUNS:
            return False
        if re.match(r"an?\s", found.sentence.text[found.definiens[0] :]) and len(words) == 1:
            return commonness(words[0], "en") < 3.6
    return not (known is None and (len(words) > 3 or last_word in EMPTY_NOUNS))
