"""The English patterns by which a sentence says what something is, and what rules a match out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tutorium.app.reading.analysis.sentences import Sentence
from tutorium.app.reading.analysis.standing_alone import has_verb
from tutorium.app.reading.analysis.terms import may_be_head
from tutorium.app.reading.analysis.words import commonness, grammar_of
from tutorium.app.reading.analysis.words.english import EMPTY_ADJECTIVES, IRREGULAR_PARTICIPLES, IRREGULAR_PASTS

#: From this Zipf frequency on, a word in capitals is a name given to a thing of everyday, not a short form.
EVERYDAY_WORD: Final = 4.0
_W: Final = r"[^\W_](?:[\w’'\-/]|\.(?=\w))*"
_TERM: Final = rf"{_W}(?:\s+(?:of\s+(?:the\s+|a\s+)?)?{_W}){{0,4}}"
_REMARK: Final = r"(?:\s*\((?P<remark>[^)]{1,60})\))?(?:,\s[^,]{2,60},)?"
_ADVERB: Final = (
    r"(?:\s+(?:then|thus|therefore|simply|basically|essentially|usually|generally|often|also|commonly|"
    r"normally|sometimes|now|just))?"
)

_COPULA: Final = re.compile(
    rf"^(?P<article>(?:An?|The|In \w+, an?|In \w+, the|In \w+,)\s+)?(?P<term>{_TERM}){_REMARK}\s+"
    rf"(?P<verb>is|are|was|were){_ADVERB}\s+(?P<definiens>.+)$",
    re.DOTALL,
)
_CALLED: Final = re.compile(
    rf"(?P<definiens>.*?)\b(?:is|are|was|were)\s+(?:\w+ly\s+|also\s+|often\s+|usually\s+|sometimes\s+|then\s+)?(?P<how>called|known\s+as|termed|referred\s+to\s+as|named)\s+"
    rf"(?:an?\s+|the\s+)?[\"“*]?(?P<term>{_TERM})[\"”*]?(?P<rest>.*)$",
    re.DOTALL,
)
_WE_CALL: Final = re.compile(
    rf"^(?:[Ww]e|[Oo]ne|[Pp]eople|[A-Z]\w+s)\s+(?:\w+ly\s+)?calls?\s+(?P<definiens>.{{8,140}}?)\s+(?:an?\s+|the\s+)?[\"“]?(?P<term>{_TERM})[\"”]?[.,;]",
    re.DOTALL,
)
_MEANS: Final = re.compile(
    rf"^(?P<article>(?:An?|The)\s+)?(?:(?P<label>term|word|phrase|name|concept)\s+(?:of\s+)?)?[\"“]?(?P<term>{_TERM})[\"”]?{_REMARK}\s+"
    rf"(?P<verb>means|refers\s+to|is\s+defined\s+(?:as|to\s+be|by)|are\s+defined\s+as|denotes?|stands\s+for|describes|is\s+the\s+term\s+for|is\s+the\s+name\s+(?:for|of))\s+(?P<definiens>.+)$",
    re.DOTALL,
)
_PROPERTY: Final = re.compile(
    rf"^(?:An?|Two|The)\s+(?P<noun>{_W}(?:\s{_W}){{0,1}}?)(?:\s+\$[^$]+\$|\s+[A-Za-z](?=\s))?(?:\s+(?:from|on|of|between|in)\b[^,.]{{1,60}}?)?\s+(?:is|are)\s+"
    rf"(?P<called>called\s+|said\s+to\s+be\s+|termed\s+)?(?P<term>[a-z]{_W}(?:-{_W})?)\s+(?:if|when|whenever|provided)\b(?P<definiens>.+)$",
    re.DOTALL,
)
_LABEL: Final = re.compile(rf"^(?P<term>{_TERM}){_REMARK}\s*(?:[:–—]|\s-)\s+(?P<definiens>\S.+)$", re.DOTALL)
_DEFINITION_MARK: Final = re.compile(r"^Definition(?:\s+[\d.]+)?(?:\s*\((?P<name>[^)]+)\))?[.:]?\s+")

_SUPERLATIVE: Final = re.compile(
    r"\bthe\s+(?:single\s+|second\s+|third\s+|world['’]s\s+)?(?:very|most|least|best|worst|only|first|last|next|same|main|following|latter|former|other|reason|result|answer|case|way|\w{3,}est)\b",
    re.IGNORECASE,
)
_TAIL_OF_THE: Final = re.compile(
    r"\b(?:of|that|which|for|between|from|where|when|by|used|to|under|above|below|inside|on|through|with|in|at)\b"
)
_RELATIVE: Final = re.compile(r"\b(?:that|which|who|whose|where|when|of|for|in|with|from|made|used)\b")
# "the highest or lowest point": a superlative that measures can define, one that praises cannot.
_MEASURED: Final = re.compile(
    r"the\s+(?:highest|lowest|largest|smallest|longest|shortest|outermost|innermost|nearest|farthest|lightest|heaviest|first|last)\b"
)
_NOUN_WITH_TAIL: Final = re.compile(
    r"\b(?:that|which|who|whose|of|for|in\s+which|in\s+whom|where|between|by\s+which|with\s+which|at\s+which|to\s+which|on\s+which|when|used|made|from|containing|consisting|with|to|in|on|whereby|given|formed|produced|caused|needed|required|along|around|around\s+which)\b"
)
_BAD_START: Final = re.compile(
    r"^(?:not|no|very|too|so|also|still|already|just|only|there|here|now|more|less|about|approximately|nearly|almost|\d|able|likely|being|going|"
    r"true|false|clear|obvious|possible|impossible|necessary|important|difficult|easy|hard|common|useful|available|because|due|as|like|at|in|on|to|from|"
    r"one\s+(?:example|reason|way|thing)|an?\s+(?:\w+\s+)?(?:part\s+of|example|(?:[\w\-]+\s)?exception|case|reason|way\s+to|lot|few|little|bit|matter|good|great|better|useful|helpful|big|nice|common|popular|"
    r"major|key|important|typical|classic|simple|natural|possible|result|consequence|question|problem|member|contributor|success|failure|mistake|sign|step)\b)",
    re.IGNORECASE,
)
_NAMES_A_KIND: Final = re.compile(
    r"^(?:(?:an?|any|one\s+of\s+the|the)\s+(?:[\w\-]+,?\s+(?:and\s+|or\s+)?){0,5}?[\w\-]+|[\w\-]+(?:\s[\w\-]+){0,3}|how|what|when|where)\b"
)
PRONOUN_SUBJECT: Final = re.compile(
    r"\b(?:this|these|those|it|they|such|he|she|its|their)\b|^\s*(?:that|those)\s|^\s*the\s(?:\S+\s*){1,3}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDefinition:
    """A candidate: the term as written, what it is (characters of the sentence), and how sure the pattern is."""

    term: str
    sentence: Sentence
    start: int
    definiens: tuple[int, int]
    base: float
    needs_context: bool = False
    remark: str | None = None
    past: bool = False


def candidates(sentence: Sentence) -> Iterator[FoundDefinition]:
    """Yield what the first fitting pattern finds in an English sentence."""
    patterns: tuple[Callable[[Sentence], FoundDefinition | None], ...] = (
        _label,
        _means,
        _property,
        _called,
        _we_call,
        _copula,
        _apposition,
    )
    for pattern in patterns:
        found = pattern(sentence)
        if found is not None:
            yield found
            return


def _named(term: str, sentence: Sentence) -> str:
    """Return the emphasised beginning of "zero of a function": what is stressed is the term."""
    for phrase in sentence.emphasised:
        if term.casefold().startswith(f"{phrase.casefold()} of "):
            return phrase
    return term


def _body(sentence: Sentence) -> int:
    mark = _DEFINITION_MARK.match(sentence.text)
    return mark.end() if mark else 0


def _label(sentence: Sentence) -> FoundDefinition | None:
    """`**T**: text`, `T – text`: only where the term is emphasised, or opens an item of a list."""
    if sentence.place > 0:
        return None
    match = _LABEL.match(sentence.text)
    if match is None:
        return None
    term = match["term"]
    if term.isupper() and commonness(term.lower(), "en") >= EVERYDAY_WORD:
        # "ACTION: the action that ..." explains a variable of a program.
        return None
    emphasised = any(term.casefold() == phrase.strip(" :.-–").casefold() for phrase in sentence.emphasised)
    if not emphasised and sentence.kind != "item":
        return None
    opens = match["definiens"]
    if not re.match(
        r"(?:an?|the|any|all|this\s+is|it\s+is|what|when|how|where|[a-z][\w\-]*s?)\b", opens, re.IGNORECASE
    ) or _BAD_START.match(opens):
        return None
    noun_phrase = bool(re.match(r"(?:an?|the|any)\s", opens, re.IGNORECASE))
    if not noun_phrase and not emphasised:
        return None
    return FoundDefinition(
        term=term,
        sentence=sentence,
        start=0,
        definiens=match.span("definiens"),
        base=1.0 if noun_phrase else 0.7,
        remark=match["remark"],
    )


def _means(sentence: Sentence) -> FoundDefinition | None:
    offset = _body(sentence)
    match = _MEANS.match(sentence.text[offset:])
    if match is None:
        return None
    verb = match["verb"]
    if verb in ("describes", "denotes", "denote") and not match["label"]:
        return None
    base = 1.3 if re.match(r"(?:is|are)\s+defined\s+(?:as|to)", verb) or match["label"] else 1.1
    if verb.endswith("by"):
        base = 0.7
    start, end = match.span("definiens")
    return FoundDefinition(
        term=_named(match["term"], sentence),
        sentence=sentence,
        start=offset,
        definiens=(start + offset, end + offset),
        base=base,
        remark=match["remark"],
    )


def _property(sentence: Sentence) -> FoundDefinition | None:
    """ "A function is called *injective* if ...": the concept is the property with its noun."""
    offset = _body(sentence)
    match = _PROPERTY.match(sentence.text[offset:])
    if match is None:
        return None
    term = match["term"]
    emphasised = any(term.casefold() == phrase.casefold() for phrase in sentence.emphasised)
    if not (match["called"] or emphasised or offset):
        return None
    start, end = match.span("definiens")
    name = f"{term} {match['noun'].split()[-1]}"
    return FoundDefinition(term=name, sentence=sentence, start=offset, definiens=(start + offset, end + offset), base=1.2)


def _called(sentence: Sentence) -> FoundDefinition | None:
    match = _CALLED.match(sentence.text)
    if match is None:
        return None
    term = _shortened(match["term"], sentence)
    if term is None or (match["how"] == "named" and not _is_marked(term, sentence)):
        return None
    subject = match["definiens"]
    if re.search(r"\b(?:who|which|that)\s*$", subject) or re.search(r"\b(?:it|he|she)\s*$", subject, re.IGNORECASE):
        return None
    needs_context = bool(PRONOUN_SUBJECT.search(subject.split(",")[0])) or len(subject.split()) < 3
    base = 1.2 if not needs_context else 0.95
    start, end = match.span("definiens")
    return FoundDefinition(
        term=term, sentence=sentence, start=0, definiens=(start, end), base=base, needs_context=needs_context
    )


def _is_marked(term: str, sentence: Sentence) -> bool:
    """Whether a term is emphasised or stands in quotation marks."""
    return term in sentence.emphasised or re.search(rf"[\"“]{re.escape(term)}[\"”]", sentence.text) is not None


def _we_call(sentence: Sentence) -> FoundDefinition | None:
    match = _WE_CALL.match(sentence.text)
    if match is None:
        return None
    term = next((phrase for phrase in sentence.emphasised if match["term"].casefold().endswith(phrase.casefold())), None)
    if term is None:
        return None
    return FoundDefinition(
        term=term,
        sentence=sentence,
        start=0,
        definiens=match.span("definiens"),
        base=1.0,
        needs_context=bool(PRONOUN_SUBJECT.search(match["definiens"][:40])),
    )


def _shortened(term: str, sentence: Sentence) -> str | None:
    """Cut what follows the name in "called the common difference of the sequence"; emphasis decides where there is any."""
    for phrase in sentence.emphasised:
        if term.casefold().startswith(phrase.casefold()):
            return phrase
    words = term.split()
    function_words = grammar_of("en").function_words
    for index, word in enumerate(words):
        if word.lower() in function_words and not (word.lower() == "of" and words[0][0].isupper()):
            words = words[:index]
            break
    return " ".join(words) or None


def _copula(sentence: Sentence) -> FoundDefinition | None:
    offset = _body(sentence)
    match = _COPULA.match(sentence.text[offset:])
    if match is None:
        return None
    definiens, verb = match["definiens"], match["verb"]
    emphasised = any(_named(match["term"], sentence).casefold() == phrase.casefold() for phrase in sentence.emphasised)
    superlative = _SUPERLATIVE.match(definiens)
    if superlative is not None and not (emphasised and _MEASURED.match(definiens)):
        return None
    if _BAD_START.match(definiens) or not _NAMES_A_KIND.match(definiens):
        return None
    lowered = definiens.lower()
    head = definiens.split(",")[0]
    if verb in ("was", "were"):
        # History tells what something was only for names: "The Hanse was a league of ...".
        if not (match["term"][0].isupper() and match["article"] != "A " and lowered.startswith(("a ", "an ", "the "))):
            return None
        if re.search(r"\b(?:was|were)\s+(?:then|now|once|still|already)\b", sentence.text):
            return None
        base = 0.85
    elif lowered.startswith(("a ", "an ", "any ", "one of the ")):
        base = 1.0 if _NOUN_WITH_TAIL.search(head) else 0.55
    elif lowered.startswith("the "):
        base = 1.0 if _TAIL_OF_THE.search(head) else 0.0
    elif lowered.startswith(("how ", "what ", "when ", "where ")):
        base = 0.8
    else:
        base = _bare(definiens, plural=verb == "are")
    if base == 0.0:
        return None
    start, end = match.span("definiens")
    return FoundDefinition(
        term=_named(match["term"], sentence),
        sentence=sentence,
        start=offset,
        definiens=(start + offset, end + offset),
        base=base,
        remark=match["remark"],
        past=verb in ("was", "were"),
    )


def _apposition(sentence: Sentence) -> FoundDefinition | None:
    """ "Below it lies the **mantle**, a layer of hot rock that ...": only for an emphasised term."""
    for phrase in sentence.emphasised:
        match = re.search(rf"{re.escape(phrase)},\s(?P<definiens>(?:an?|the)\s(?:[^,]|,(?=\d)){{12,160}})", sentence.text)
        if match is None or sentence.text[match.end() : match.end() + 1] not in ".,":
            continue
        # "After the release of Buster, the 20th conference took place": what follows is a clause of its own.
        noun_phrase = _RELATIVE.split(match["definiens"], maxsplit=1)[0]
        if has_verb(noun_phrase) or not has_verb(sentence.text[: match.start()]):
            continue
        if _NOUN_WITH_TAIL.search(match["definiens"]) and not _SUPERLATIVE.match(match["definiens"]):
            return FoundDefinition(term=phrase, sentence=sentence, start=0, definiens=match.span("definiens"), base=0.7)
    return None


def _bare(definiens: str, *, plural: bool) -> float:
    """Score a complement without article: "proteins that speed up reactions", "energy stored in ..."."""
    match = re.match(
        r"((?:[\w\-]+\s){0,3}?)([\w\-]+)\s+(?:that|which|who|of|in\s+which|whose|made|used|for|consisting|stored|containing|between|below|above|inside|under|from|at|on|in|by|dissolved|held)\b",
        definiens,
    )
    if match is None:
        return 0.0
    head = match[2].lower()
    if (
        head.endswith(("ed", "ing", "ly"))
        or head in grammar_of("en").function_words
        or head in EMPTY_ADJECTIVES
        or head in ("part",)
    ):
        return 0.0
    if not may_be_head(head) or head in IRREGULAR_PARTICIPLES or head in IRREGULAR_PASTS:
        return 0.0
    grammar = grammar_of("en")
    for word in match[1].lower().split():
        is_participle = word.endswith("ing") and word in grammar.verbs
        if word in grammar.function_words or word.endswith("ly") or is_participle or word in IRREGULAR_PARTICIPLES:
            return 0.0
    if plural and not head.endswith("s") and head not in ("people",):
        return 0.0
    return 0.85
