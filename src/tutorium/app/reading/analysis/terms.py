"""Which noun phrases a document is about: runs of words between function words, weighed by C-value and by cues.

C-value (Frantzi, Ananiadou, Mima 2000): log2(length + 1) * (frequency - mean frequency of the longer terms it is part of).
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from tutorium.app.reading.analysis.sections import plain_title
from tutorium.app.reading.analysis.sentences import ReadText
from tutorium.app.reading.analysis.words import Grammar, commonness, fold, grammar_of, singular
from tutorium.app.reading.analysis.words.wordlists import word_set

LONGEST_TERM: Final = 4
#: A single word at least this common (Zipf) needs a heading or emphasis to be a term.
EVERYDAY: Final = 5.0
COMMON_IN_HEADING: Final = 4.7
#: A sentence with more stressed phrases than this stresses, it does not name.
_MOST_EMPHASIS: Final = 6
_TOKEN: Final = re.compile(r"[^\W\d_][^\W_]*(?:[’'\-][^\W_]+)*|\d[\d.,]*|\S")
_KEPT_TERMS: Final = 160


@dataclass(slots=True, kw_only=True)
class TermCount:
    """What was seen of one term. `sentences` are numbers; `surfaces` count its spellings in mid-sentence."""

    key: str
    words: tuple[str, ...]
    sentences: list[int] = field(default_factory=list[int])
    surfaces: Counter[str] = field(default_factory=Counter[str])
    in_heading: bool = False
    emphasised: bool = False
    capitalised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A ranked term. `score` is at least 0; `proper` terms are names."""

    key: str
    name: str
    words: tuple[str, ...]
    score: float
    sentences: tuple[int, ...]
    in_heading: bool
    emphasised: bool
    proper: bool


def term_words(phrase: str, language: str = "en") -> tuple[str, ...]:
    """Return the folded words of a phrase with the last in the singular: equal for all spellings of one term."""
    plain = phrase.replace("’", "'")
    words: list[str] = re.findall(r"[^\W_]+(?:['\-.+#][^\W_]+)*[+#]*", plain)
    if not words:
        return ()
    last = words[-1]
    if last.isupper() and len(last) > 1:
        # A short form keeps its S: BIOS is not the plural of BIO.
        return (*(fold(word) for word in words[:-1]), fold(last))
    return (*(fold(word) for word in words[:-1]), singular(fold(last), language))


def term_key(phrase: str, language: str = "en") -> str:
    """Return the stable key of a term: its words joined by hyphens."""
    return "-".join(word.replace("'", "") for word in term_words(phrase, language))


def find_terms(text: ReadText) -> dict[str, Term]:
    """Return the terms of a document by key, best first."""
    grammar = grammar_of(text.language)
    counts: dict[str, TermCount] = {}
    for sentence in text.sentences:
        for run in runs(sentence.text, grammar):
            for words in _parts(run, head_last=grammar.language == "en"):
                _count(counts, words, grammar, sentence.number, opens=sentence.text.startswith(words[0]))
        for phrase in sentence.emphasised[:_MOST_EMPHASIS]:
            words = tuple(phrase.split())
            if 0 < len(words) <= LONGEST_TERM and not _is_framed(words, grammar):
                _count(counts, words, grammar, sentence.number, opens=True, sure=True)
    for block in text.blocks:
        if block.kind == "heading":
            for words in _whole_runs(plain_title(block.text), grammar):
                count = _count(counts, words, grammar, None, opens=True)
                if count is not None:
                    count.in_heading = True
    return _ranked(counts, text.language, grammar)


def _is_framed(words: tuple[str, ...], grammar: Grammar) -> bool:
    """Whether a phrase begins or ends with a function word, so that it is stressed rather than named."""
    return any(word.lower() in grammar.function_words for word in (words[0], words[-1]))


def runs(text: str, grammar: Grammar) -> Iterator[list[str]]:
    """Yield the maximal runs of words of `text` that no function word, verb, number or mark breaks."""
    run: list[str] = []
    for match in _TOKEN.finditer(re.sub(r"\$[^$]*\$", " , ", text)):
        token = match.group()
        if token[0].isalpha() and not _breaks(token, grammar) and not (run and _is_verb_after(run[-1], token, grammar)):
            run.append(token)
            continue
        yield from _split_at_verbs(run, grammar)
        run = []
    yield from _split_at_verbs(run, grammar)


def _split_at_verbs(run: list[str], grammar: Grammar) -> Iterator[list[str]]:
    """Yield the parts of a run around "produces" in "kneading produces strong gluten"."""
    start = 0
    for index in range(1, len(run) - 1):
        if run[index] in grammar.thirds and index > start:
            yield run[start:index]
            start = index + 1
    if run[start:]:
        yield run[start:]


def _is_verb_after(noun: str, token: str, grammar: Grammar) -> bool:
    """Whether `token` is the verb of the noun before it: "magma rises", "plates move", "a disease caused by"."""
    if grammar.language != "en" or token[0].isupper():
        return False
    word = token.lower()
    if word in grammar.pasts or (word.endswith("ed") and len(word) > 4 and word not in _NOUNS_IN_ED):
        return True
    is_plural = noun.lower().endswith("s") and singular(noun.lower()) != noun.lower()
    return is_plural and word in grammar.verbs and not word.endswith("s")


_NOUNS_IN_ED: Final = word_set(
    """
    speed seed breed weed creed greed bleed steed hundred kindred sacred
    """
)


def _breaks(token: str, grammar: Grammar) -> bool:
    word = token.lower().replace("’", "'")
    if word in grammar.breakers or (len(token) == 1 and not token.isupper()):
        return True
    if word.endswith(("'s", "n't")) and grammar.language == "en":
        return True
    return grammar.language == "en" and word.endswith("ly") and len(word) > 4 and word not in _NOUNS_IN_LY


_NOUNS_IN_LY: Final = word_set(
    """
    family assembly supply anomaly monopoly ally belly italy july butterfly fly reply jelly lily bully gully
    """
)


def _whole_runs(phrase: str, grammar: Grammar) -> Iterator[tuple[str, ...]]:
    for run in runs(phrase, grammar):
        words = _trimmed(tuple(run[-LONGEST_TERM:]), grammar)
        if words:
            yield words


def _parts(run: list[str], *, head_last: bool) -> Iterator[tuple[str, ...]]:
    """Yield the run and its tails (a run that is too long only gives tails), and a name that opens it.

    Where the head of a noun phrase may come first, as in French, the beginnings of the run are parts as well.
    """
    length = len(run)
    if not head_last:
        for size in range(1, min(length - 1, LONGEST_TERM) + 1):
            yield tuple(run[:size])
    for size in range(1, min(length, LONGEST_TERM) + 1):
        yield tuple(run[length - size :])
    name = list(takewhile(lambda word: word[0].isupper(), run))
    if 0 < len(name) < length and (len(name) > 1 or len(name[0]) > 1):
        yield tuple(name[-LONGEST_TERM:])


def _trimmed(words: tuple[str, ...], grammar: Grammar) -> tuple[str, ...]:
    while words and words[0].lower() in grammar.empty_adjectives:
        words = words[1:]
    return words


def _count(
    counts: dict[str, TermCount],
    words: tuple[str, ...],
    grammar: Grammar,
    sentence: int | None,
    *,
    opens: bool,
    sure: bool = False,
) -> TermCount | None:
    if not sure:
        words = _trimmed(words, grammar)
    if not words or not (sure or _may_be_term(words, grammar)):
        return None
    folded = term_words(" ".join(words), grammar.language)
    if not folded:
        return None
    key = "-".join(word.replace("'", "") for word in folded)
    count = counts.get(key)
    if count is None:
        count = counts[key] = TermCount(key=key, words=folded)
    if sentence is not None and (not count.sentences or count.sentences[-1] != sentence):
        count.sentences.append(sentence)
    surface = " ".join(words)
    count.surfaces[surface] += 1 if opens else 3
    count.emphasised = count.emphasised or sure
    if not opens and words[-1][0].isupper():
        count.capitalised += 1
    return count


def may_be_head(noun: str) -> bool:
    """Whether an English word in lower case can be the noun of a noun phrase, as far as its ending tells."""
    if noun in _ADJECTIVES or noun in grammar_of("en").empty_adjectives:
        return False
    return not noun.endswith(_ADJECTIVE_ENDINGS) or noun in _NOUNS_LIKE_ADJECTIVES


def _may_be_term(words: tuple[str, ...], grammar: Grammar) -> bool:
    last = words[-1].lower()
    if grammar.language == "en":
        if last in grammar.empty_nouns or last in grammar.empty_adjectives:
            return False
        if singular(last) in grammar.empty_nouns:
            return False
        if last.endswith("ed") and len(words) == 1:
            return False
        if len(words) > 1 and last.endswith("ic") and last not in _NOUNS_LIKE_ADJECTIVES:
            return False
        if last in _ADJECTIVES or (last.endswith(_ADJECTIVE_ENDINGS) and last not in _NOUNS_LIKE_ADJECTIVES):
            return False
    return len(last) > 2 or last.isupper()


_ADJECTIVE_ENDINGS: Final = ("ous", "ful", "less", "ible", "able", "ish", "ive", "ical", "ular", "ary")
_NOUNS_LIKE_ADJECTIVES: Final = word_set(
    """
    table cable vegetable variable syllable constable timetable fable stable parable five archive olive hive drive
    detective perspective narrative initiative locomotive motive objective executive representative relative native
    derivative additive adjective incentive alternative collective captive missive directive fish dish parish finish
    bible crucible radish canary library boundary dictionary salary summary primary secretary military diary february
    january century quary vocabulary glossary commentary anniversary capillary missionary revolutionary beneficiary
    subsidiary binary tributary documentary sanctuary estuary judiciary
    music logic arithmetic magic topic traffic clinic metric mechanic fabric plastic graphic critic epidemic ceramic classic
    republic public panic tunic mosaic comic relic statistic characteristic attic picnic arsenic pandemic rhetoric lyric mimic
    """
)
_ADJECTIVES: Final = word_set(
    """
    early late central local national natural physical social political economic northern southern eastern western
    british french german english european american roman greek russian italian spanish dutch chinese japanese indian
    royal public private internal external wide deep narrow heavy light thick thin strong weak fast slow hot cold warm
    cool dry wet bright dark young rich poor free open closed round flat square equal constant random linear finite
    infinite positive negative real integer whole annual daily weekly monthly legal final initial total global chemical
    electric electronic magnetic nuclear solar thermal visible mathematical scientific industrial commercial religious
    military civil human due ready willing alone alike aware
    """
)


def _ranked(counts: dict[str, TermCount], language: str, grammar: Grammar) -> dict[str, Term]:
    frequency = {key: len(count.sentences) for key, count in counts.items()}
    longer = _longer_terms(counts.values())
    scored = [(_score(count, frequency, longer[count.key], language, grammar), count) for count in counts.values()]
    scored.sort(key=lambda pair: (-pair[0], pair[1].sentences[:1] or [0], pair[1].key))
    return {count.key: _term(count, score) for score, count in scored[: _KEPT_TERMS * 3] if score > 0}


def _longer_terms(counts: Iterable[TermCount]) -> dict[str, list[str]]:
    """Map each term to the longer terms that end with it."""
    known = {count.words: count.key for count in counts}
    longer: dict[str, list[str]] = defaultdict(list)
    for words, key in known.items():
        for size in range(1, len(words)):
            shorter = known.get(words[-size:])
            if shorter is not None:
                longer[shorter].append(key)
    return longer


def _score(count: TermCount, frequency: dict[str, int], longer: list[str], language: str, grammar: Grammar) -> float:
    own = frequency[count.key]
    single = count.words[0] if len(count.words) == 1 else None
    nested = [frequency[key] for key in longer if frequency[key] > 1]
    value = math.log2(len(count.words) + 1) * (own - (sum(nested) / len(nested) if nested else 0.0))
    if single is not None:
        common = commonness(single, language)
        if common >= EVERYDAY:
            value *= 0.2
        elif common >= 4.0:
            value *= 0.2 + 0.5 * (EVERYDAY - common)
    if own <= 1:
        value *= 0.3
        if not (count.emphasised or count.in_heading) and _is_chance_phrase(count, grammar):
            return 0.0
    if count.emphasised:
        value = value * 1.5 + 2
    if count.in_heading and (single is None or own >= 3 or commonness(single, language) < COMMON_IN_HEADING):
        value = value * 2 + 2
    return max(value, 0.0)


def _is_chance_phrase(count: TermCount, grammar: Grammar) -> bool:
    """Whether words seen together once are no name of a thing: a participle in front, or a verb at the end."""
    surface = max(count.surfaces, key=lambda spelling: (count.surfaces[spelling], spelling)).lower().split()
    if grammar.language != "en":
        return False
    if len(surface) > 1 and (surface[0] in grammar.verbs or surface[0].endswith("ed")) and not surface[0].endswith("ing"):
        return True
    return surface[-1] in grammar.verbs


def _term(count: TermCount, score: float) -> Term:
    proper = count.capitalised >= 1 and count.capitalised * 3 >= 0.7 * sum(count.surfaces.values())
    return Term(
        key=count.key,
        name=_display(count, proper=proper),
        words=count.words,
        score=score,
        sentences=tuple(count.sentences),
        in_heading=count.in_heading,
        emphasised=count.emphasised,
        proper=proper,
    )


def _display(count: TermCount, *, proper: bool) -> str:
    """Return the spelling to show: the commonest one that is in the singular, in lower case unless it is a name."""
    singulars = {
        surface: number for surface, number in count.surfaces.items() if fold(surface).split()[-1:] == list(count.words[-1:])
    }
    pool = singulars or dict(count.surfaces)
    best = max(pool, key=lambda surface: (pool[surface], surface))
    first, *rest = best.split()
    if proper or any(word[:1].isupper() for word in rest) or any(character.isupper() for character in best[1:]):
        return best
    # A sentence or heading lends its capital to the first word only.
    return " ".join([first.lower(), *rest])
