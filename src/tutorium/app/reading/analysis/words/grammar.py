"""What the rules know about one language: which words join, which carry meaning."""

from dataclasses import dataclass
from functools import cache

from tutorium.app.reading.analysis.words import english
from tutorium.app.reading.analysis.words.frequency import most_common

#: Where no list is written by hand, this many of the commonest words count as function words.
_FUNCTION_WORDS_ELSEWHERE = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """`function_words` carry no meaning; `breakers` end a term; `empty_nouns` are no term alone; the rest as in `english`."""

    language: str
    function_words: frozenset[str]
    breakers: frozenset[str]
    empty_adjectives: frozenset[str] = frozenset()
    empty_nouns: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    pasts: frozenset[str] = frozenset()
    thirds: frozenset[str] = frozenset()


@cache
def grammar_of(language: str) -> Grammar:
    """Return what is known of `language`; of unknown ones nothing but what is common."""
    if language == "en":
        function_words = (
            english.DETERMINERS
            | english.PRONOUNS
            | english.PREPOSITIONS
            | english.CONJUNCTIONS
            | english.AUXILIARIES
            | english.ADVERBS
        )
        return Grammar(
            language=language,
            function_words=function_words,
            breakers=function_words | english.breaking_forms(),
            empty_adjectives=english.EMPTY_ADJECTIVES,
            empty_nouns=english.EMPTY_NOUNS,
            verbs=english.verb_forms(),
            pasts=english.past_forms(),
            thirds=english.third_person_forms(),
        )
    common = most_common(language, _FUNCTION_WORDS_ELSEWHERE)
    return Grammar(language=language, function_words=common, breakers=common)
