"""What the text says about two concepts at once: term, verb form, term, in the present tense of a main clause.

Strict on purpose: an edge is drawn on the board with its words, so a missed one costs less than a false one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from tutorium.app.reading.analysis.sentences import ReadText, Sentence
from tutorium.app.reading.analysis.terms import Term, term_key
from tutorium.app.reading.analysis.words import commonness, fold, grammar_of
from tutorium.app.reading.analysis.words.english import EMPTY_ADJECTIVES, RELATION_VERBS, past, present
from tutorium.app.reading.analysis.words.wordlists import word_set
from tutorium.app.reading.findings import Definition, Relation

RelationType = Literal[
    "is-a", "part-of", "causes", "depends-on", "follows", "contrasts", "used-for", "located", "explained-with", "other"
]

MOST_ENDS: Final = 120
#: From this Zipf frequency on, "The X is a Y" is taken for a remark on one X.
COMMON_SUBJECT: Final = 3.6
#: A definition leans on defined concepts, and on this many of the top terms.
MOST_EXPLAINING: Final = 40
_VERB_TYPES: Final[dict[str, RelationType]] = {}
for _type, _verbs in RELATION_VERBS.items():
    for _verb in _verbs:
        for _form in (_verb, present(_verb)):
            _VERB_TYPES.setdefault(_form, _type)  # pyright: ignore[reportArgumentType]
_PASSIVES: Final[dict[str, RelationType]] = {
    **{past(verb): "causes" for verb in RELATION_VERBS["causes"]},
    **{past(verb): "other" for verb in RELATION_VERBS["other"]},
    **{
        "made": "part-of",
        "formed": "causes",
        "driven": "causes",
        "carried": "used-for",
        "stored": "located",
        "surrounded": "located",
        "governed": "other",
        "measured": "used-for",
        "replaced": "follows",
        "followed": "follows",
        "found": "located",
        "required": "depends-on",
        "used": "used-for",
        "held": "located",
        "written": "other",
        "broken": "other",
        "bound": "other",
        "drawn": "other",
    },
}
_PHRASES: Final[tuple[tuple[str, RelationType], ...]] = (
    (r"consists?\s+of|is\s+made\s+(?:up\s+)?of|are\s+made\s+(?:up\s+)?of|is\s+composed\s+of|are\s+composed\s+of", "part-of"),
    (r"is\s+part\s+of|are\s+part\s+of|belongs?\s+to", "part-of"),
    (r"depends?\s+on|relies\s+on|rely\s+on|is\s+based\s+on|are\s+based\s+on", "depends-on"),
    (r"leads?\s+to|results?\s+in|gives?\s+rise\s+to|brings?\s+about|gives?\s+off", "causes"),
    (
        r"turns?\s+into|changes?\s+into|is\s+converted\s+(?:in)?to|are\s+converted\s+(?:in)?to|breaks?\s+down\s+into|develops?\s+into",
        "follows",
    ),
    (r"differs?\s+from|is\s+opposed\s+to|are\s+opposed\s+to|contrasts?\s+with|competes?\s+with", "contrasts"),
    (r"is\s+the\s+(?:opposite|inverse|reverse)\s+of", "contrasts"),
    (r"reacts?\s+with|combines?\s+with|corresponds?\s+to|feeds?\s+on|acts?\s+on|is\s+equal\s+to|is\s+related\s+to", "other"),
    (r"is\s+an?\s+(?:type|kind|form|branch)\s+of|are\s+(?:types|kinds|forms)\s+of", "is-a"),
    (
        r"lies\s+(?:in|on|at|between)|is\s+located\s+in|is\s+found\s+in|are\s+found\s+in|takes?\s+place\s+in|occurs?\s+in|grows?\s+on",
        "located",
    ),
)
_PHRASE: Final = re.compile("|".join(f"(?P<p{index}>{pattern})" for index, (pattern, _) in enumerate(_PHRASES)), re.IGNORECASE)
# "is a" before a kind, and "is the projection of" before what it is of; "is the" alone says nothing on an arrow.
_COPULA: Final = re.compile(
    r"(?:is|are)\s+(?P<article>an?|the)(?(article)(?:(?<=the)\s+[a-z]+\s+of)?)(?<!the)(?=\s)", re.IGNORECASE
)
_PASSIVE: Final = re.compile(
    r"(?:is|are)\s+(?:\w+ly\s+)?(?P<participle>\w+)\s+(?P<preposition>by|in|with|as|from|into|for|to)\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W_](?:[\w’'\-])*")
_DOUBT: Final = re.compile(
    r"\b(?:may|might|could|would|should|must|not|no|never|if|unless|perhaps|seldom|rarely|hardly|without|neither|nor|"
    r"for\s+example|for\s+instance|e\.g\.|suppose|imagine|instead|rather|than)\b|n['’]t\b|[“\"?]",
    re.IGNORECASE,
)
_AFTER_OBJECT: Final = re.compile(
    r"\s*(?:$|[.,;:!)–—]|\s(?:and|or|but|which|that|when|while|because|by|in|on|at|to|into|from|with|through|during|for|as|so|where|along|inside|under|over|until|after|before)\b)"
)
_SUBJECT_OPENING: Final = re.compile(
    r"^(?:An?\s+|The\s+|In\s+\w+,\s+(?:an?\s+|the\s+)?|Each\s+|Every\s+|All\s+|Most\s+|Both\s+)?"
)
_OBJECT_OPENING: Final = re.compile(
    r"^\s*(?:an?\s+|the\s+|its\s+|their\s+)?(?P<adjective>(?:" + "|".join(sorted(EMPTY_ADJECTIVES)) + r")\s+)?", re.IGNORECASE
)
_MODIFIER: Final = re.compile(r"(?P<words>[a-z][a-z\-]+(?:\s[a-z][a-z\-]+)?)\s")
#: The board cuts the words on an arrow at this length; longer ones say less than none.
LONGEST_LABEL: Final = 20


def find_relations(text: ReadText, terms: Mapping[str, Term], definitions: Iterable[Definition]) -> list[Relation]:
    """Return relations in text order, one for each pair and label; "explained-with" edges of the definitions come last."""
    definitions = list(definitions)
    ends = _ends(terms, definitions)
    found: dict[tuple[str, str], Relation] = {}
    if text.language == "en":
        for sentence in text.sentences:
            for relation in _relations_of(sentence, text, terms, ends):
                pair = (relation.source, relation.target)
                if pair not in found and (pair[1], pair[0]) not in found:
                    found[pair] = relation
        for relation in find_enumerations(text, ends):
            found.setdefault((relation.source, relation.target), relation)
        for relation in _kinds(text, definitions, terms, ends):
            found.setdefault((relation.source, relation.target), relation)
    for relation in _explained_with(definitions, terms, ends):
        pair = (relation.source, relation.target)
        if pair not in found and (pair[1], pair[0]) not in found:
            found[pair] = relation
    return list(found.values())


def _ends(terms: Mapping[str, Term], definitions: Iterable[Definition]) -> dict[str, str]:
    """Map the folded spelling of every allowed end to its key: the top terms and whatever is defined."""
    keys = list(terms)[:MOST_ENDS]
    keys += [definition.concept for definition in definitions if definition.concept not in keys]
    spellings: dict[str, str] = {}
    for key in keys:
        term = terms.get(key)
        spelling = " ".join(term.words) if term is not None else key.replace("-", " ")
        spellings[spelling] = key
    return spellings


def _relations_of(sentence: Sentence, text: ReadText, terms: Mapping[str, Term], ends: Mapping[str, str]) -> Iterator[Relation]:
    if not sentence.alone or _DOUBT.search(sentence.text):
        return
    start = _SUBJECT_OPENING.match(sentence.text)
    offset = start.end() if start else 0
    subject = _longest_term(sentence.text, offset, ends)
    if subject is None:
        return
    key, after = subject
    if _is_person(key):
        return
    verb = _verb_at(sentence.text, after)
    if verb is None:
        return
    label, kind, after_verb = verb
    if kind == "is-a" and _is_situation(sentence.text, key, terms):
        return
    opening = _OBJECT_OPENING.match(sentence.text[after_verb:])
    at = after_verb + (opening.end() if opening else 0)
    target = _longest_term(sentence.text, at, ends)
    if target is None:
        # "causes deep earthquakes": the words between go on the arrow, so that the map says no more than the text.
        modifier = _MODIFIER.match(sentence.text, at)
        if modifier is None or not _narrows(modifier["words"]):
            return
        label = f"{label} {modifier['words']}"
        target = _longest_term(sentence.text, modifier.end(), ends)
    elif opening is not None and opening["adjective"]:
        label = f"{label} {opening['adjective'].strip()}"
    if target is None or target[0] == key or len(label) > LONGEST_LABEL:
        return
    if not _AFTER_OBJECT.match(sentence.text[target[1] :]):
        return
    yield Relation(
        source=key,
        target=target[0],
        label=label,
        type=kind,
        quote=sentence.quote(text.document),
        score=_score(key, target[0], terms),
    )


def _is_person(key: str) -> bool:
    """Whether a term names people of some trade: what astronomers do says little of the matter."""
    last = key.rsplit("-", maxsplit=1)[-1]
    return last.endswith(("ist", "ician")) or last in _PEOPLE


_PEOPLE: Final = word_set(
    """
    astronomer user accountant author reader student teacher engineer researcher developer administrator worker lawyer doctor
    historian philosopher writer customer lender borrower owner buyer seller investor farmer soldier king queen government
    company learner designer programmer employee employer manager
    """
)


def _is_situation(text: str, key: str, terms: Mapping[str, Term]) -> bool:
    """Whether "The graph is a parabola" speaks of one graph at hand: a common word with "the", neither named nor stressed."""
    term = terms.get(key)
    if not text.startswith("The ") or "-" in key or (term is not None and (term.proper or term.emphasised)):
        return False
    return commonness(key, "en") >= COMMON_SUBJECT


def _narrows(words: str) -> bool:
    grammar = grammar_of("en")
    return not any(word in grammar.breakers or word.endswith("ly") for word in words.lower().split())


def _longest_term(text: str, start: int, ends: Mapping[str, str]) -> tuple[str, int] | None:
    """Return the longest known term that begins exactly at `start`, with where it ends; it must not go on as a longer name."""
    words = list(_WORD.finditer(text, start))[:5]
    if not words or words[0].start() != start:
        return None
    best: tuple[str, int] | None = None
    for size in range(1, len(words) + 1):
        piece = text[start : words[size - 1].end()]
        if size > 1 and text[words[size - 2].end() : words[size - 1].start()] != " ":
            break
        key = ends.get(fold(piece)) or ends.get(term_key(piece).replace("-", " "))
        if key is not None:
            best = (key, words[size - 1].end())
    if best is not None and text[best[1] : best[1] + 1] in "-/’'":
        return None
    return best


def _verb_at(text: str, start: int) -> tuple[str, RelationType, int] | None:
    gap = re.match(r"\s+(?:(?:also|often|usually|always|generally|normally|typically|mainly|directly|then)\s+)?", text[start:])
    if gap is None:
        return None
    at = start + gap.end()
    phrase = _PHRASE.match(text, at)
    if phrase is not None:
        number = next(index for index in range(len(_PHRASES)) if phrase[f"p{index}"] is not None)
        return " ".join(phrase.group().split()), _PHRASES[number][1], phrase.end()
    copula = _COPULA.match(text, at)
    if copula is not None:
        copula_kind: RelationType = "is-a" if copula["article"].lower() != "the" else "other"
        return " ".join(copula.group().split()), copula_kind, copula.end()
    passive = _PASSIVE.match(text, at)
    if passive is not None:
        kind = _PASSIVES.get(passive["participle"].lower())
        return None if kind is None else (" ".join(passive.group().split()), kind, passive.end())
    word = _WORD.match(text, at)
    if word is None:
        return None
    verb = word.group().lower()
    kind = _VERB_TYPES.get(verb)
    return None if kind is None else (verb, kind, word.end())


def _score(source: str, target: str, terms: Mapping[str, Term]) -> float:
    top = max((term.score for term in terms.values()), default=1.0) or 1.0
    weights = [min(1.0, terms[key].score / top) if key in terms else 0.2 for key in (source, target)]
    return round(0.5 + 0.25 * sum(weights), 3)


_ENUMERATION: Final = re.compile(
    r"(?:^There\s+are\s+|^We\s+distinguish\s+|^(?=[A-Z][\w\- ]+\s(?:include|are\s+divided\s+into|fall\s+into)\b))"
    r"(?:(?:\w+\s+){0,3}?(?:types?|kinds?|sorts?|forms?|classes)\s+of\s+)?(?P<kind>[\w\- ]+?)"
    r"\s*(?::|\sinclude:?|\sare\sdivided\sinto:?|\sfall\sinto:?)\s+"
    r"(?P<members>[\w\- ]+(?:,\s[\w\- ]+)*,?\s(?:and|or)\s[\w\- ]+)\."
)


def find_enumerations(text: ReadText, ends: Mapping[str, str]) -> Iterator[Relation]:
    """ "There are three types of boundaries: A, B and C": each member is a kind of the whole."""
    for sentence in text.sentences:
        match = _ENUMERATION.match(sentence.text)
        if match is None:
            continue
        kind = ends.get(fold(match["kind"])) or ends.get(term_key(match["kind"]).replace("-", " "))
        members = re.split(r",\s(?:and\s|or\s)?|\s(?:and|or)\s", match["members"])
        keys = [ends.get(term_key(re.sub(r"^(?:the|an?)\s", "", member)).replace("-", " ")) for member in members]
        if kind is None or None in keys or len(keys) < 2:
            continue
        for key in keys:
            if key is not None and key != kind:
                yield Relation(
                    source=key, target=kind, label="is a kind of", type="is-a", quote=sentence.quote(text.document), score=0.9
                )


_KIND: Final = re.compile(
    r"(?:an?|any|one\s+of\s+the)\s+((?:[\w\-]+\s+){0,4}?[\w\-]+)"
    r"(?=\s*(?:[,.;]|$|\s(?:that|which|who|of|in|for|with|where|whose|used|made|by|from|on|between|to|at|chiefly|\w+ing|caused|formed)\b))",
    re.IGNORECASE,
)


def _kinds(
    text: ReadText, definitions: Iterable[Definition], terms: Mapping[str, Term], ends: Mapping[str, str]
) -> Iterator[Relation]:
    """ "Yeast is a single-celled fungus that ...": an edge to the kind, where the kind itself is a known term."""
    function_words = grammar_of("en").function_words
    for definition in definitions:
        opening = _KIND.match(definition.definiens)
        if opening is None or len(definition.quotes) != 1:
            continue
        words = opening[1].split()
        if any(word.lower() in function_words for word in words):
            continue
        after = definition.definiens[opening.end() :].lstrip()
        for size in range(len(words), 0, -1):
            piece = " ".join(words[-size:])
            key = ends.get(fold(piece)) or ends.get(term_key(piece).replace("-", " "))
            if key is not None and key != definition.concept and not after.startswith("of "):
                yield Relation(
                    source=definition.concept,
                    target=key,
                    label="is a kind of" if size < len(words) else "is a",
                    type="is-a",
                    quote=definition.quotes[-1],
                    score=_score(definition.concept, key, terms),
                )
                break


def _explained_with(
    definitions: Iterable[Definition], terms: Mapping[str, Term], ends: Mapping[str, str]
) -> Iterator[Relation]:
    """X is explained with Y where Y occurs in the quoted definition of X and is itself defined. Holds by construction."""
    definitions = list(definitions)
    known = {definition.concept for definition in definitions}
    known.update(key for key in list(terms)[:MOST_EXPLAINING] if _is_seen_again(terms[key]))
    for definition in definitions:
        own = set(definition.concept.split("-"))
        for key in mentioned_terms(" ".join(quote.text for quote in definition.quotes), ends):
            if key != definition.concept and key in known and not set(key.split("-")) <= own:
                yield Relation(
                    source=definition.concept,
                    target=key,
                    label="explained with",
                    type="explained-with",
                    quote=definition.quotes[-1],
                    score=_score(definition.concept, key, terms) - 0.3,
                )


def _is_seen_again(term: Term) -> bool:
    return len(term.sentences) > 1 or term.in_heading or term.emphasised


def mentioned_terms(text: str, ends: Mapping[str, str]) -> list[str]:
    """Return the keys of the known terms that occur in `text`, longest first at each place, in order."""
    keys: list[str] = []
    at = 0
    for word in _WORD.finditer(text):
        if word.start() < at:
            continue
        found = _longest_term(text, word.start(), ends)
        if found is not None:
            at = found[1]
            if found[0] not in keys:
                keys.append(found[0])
    return keys
