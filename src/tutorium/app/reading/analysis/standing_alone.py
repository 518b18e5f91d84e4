"""Whether a sentence can be shown without those around it: only a fifth to a half of them can."""

import re
from typing import Final

from tutorium.app.reading.analysis.words import grammar_of
from tutorium.app.reading.analysis.words.wordlists import word_set

SHORTEST_WORDS: Final = 4
LONGEST_WORDS: Final = 38

_OPENING_REFERENCE: Final = word_set(
    """
    he she it they this these those that such his her its their him them another others both either neither one ones
    consider suppose let assume recall note notice imagine remember try look see
    here there then thus so therefore hence consequently accordingly nevertheless nonetheless moreover furthermore
    instead otherwise meanwhile likewise similarly also and but or nor yet still again besides indeed conversely
    afterwards afterward later soon next finally secondly thirdly lastly too even
    """
)
_OPENING_ELSEWHERE: Final = {
    "de": word_set(
        """
        er sie es dieser diese dieses dies das solche solcher sein ihr ihre damit dabei dadurch dazu daher
        deshalb dann so auch und aber oder doch jedoch hier dort außerdem ferner zudem somit
        """
    ),
    "fr": word_set(
        """
        il elle ils elles ce cet cette ces cela ceci celui celle ceux celles ainsi donc alors mais et ou or puis
        ensuite aussi son sa ses leur leurs
        """
    ),
    "es": word_set(
        """
        él ella ellos ellas este esta estos estas esto ese esa eso aquel así entonces pero y o luego también
        además su sus por
        """
    ),
    "it": word_set(
        """
        egli ella esso essa essi esse questo questa questi queste ciò così quindi allora ma e o poi anche suo
        sua loro
        """
    ),
}
# Pointers to other places of the document. "above zero", "below the surface" and the like are not.
_POINTER: Final = re.compile(
    r"""
    \b(?:see|cf\.?|figure|fig\.|table|equation|eq\.|section|chapter|page|pp?\.
        |example|listing|exercise|appendix|footnote)\s*\(?\d
    | \b(?:above|below)
      (?!\s+(?:zero|sea|freezing|about|ground|average|the|a|an|its|their|it|all|\d|[−-]\d))(?=[\s,.;:)]|$)
    | \b(?:aforementioned|previous(?:ly)?\ (?:section|chapter|mentioned|example|page|paragraph)|as\ follows|the\ following
        |the\ (?:former|latter)
        |this\ (?:section|chapter|book|page|text|manual|guide|document|article|tutorial|example|figure|table)
        |next\ (?:section|chapter|page)|last\ (?:section|chapter)|earlier\ in|later\ in\ this|at\ (?:left|right)|pictured
        |shown\ (?:here|in\ the))\b
    | \b(?:this|these)\b | \b(?:those|such)\ (?:\w+\ )?(?:case|way|reason|method|process|approach|result|problem)s?\b
    | §\s*\d | \[\d+\] | \(\d{4}[a-z]?\) | \bet\ al\.
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TALK: Final = re.compile(r"\b(?:I|I['’]\w+|we|us|our|ours|my|me|let['’]s|you|your|yours|click|please)\b", re.IGNORECASE)
_US: Final = re.compile(r"\bUS\b")
_WEB: Final = re.compile(r"https?://|www\.|\S@\S+\.\w|[A-Za-z]:\\|(?:^|\s)/\w+/|\w\.(?:html?|php|exe|conf|txt|pdf|org|com)\b")
_CONNECTIVE: Final = re.compile(
    r"^(?:however|therefore|thus|hence|moreover|furthermore|in addition|in fact|for instance|for example|of course"
    r"|consequently|as a result|on the other hand|in contrast|by contrast|in other words|similarly|likewise|nevertheless"
    r"|indeed|finally|first|second|also|in particular|in general|generally|usually|note that|notice that|recall that"
    r"|remember that)\s*,?\s+(?=\S)",
    re.IGNORECASE,
)
_PROOF_TALK: Final = re.compile(r"\b(?:hence proved|q\.?e\.?d|it follows that|we obtain|we have|proof)\b", re.IGNORECASE)
_DEFINITE_BACK: Final = re.compile(
    r"^(?:The|the)\s+(?:two|three|four|first|second|third|former|latter|same|other|others|result|idea|reason|answer|"
    r"remaining|rest|resulting|corresponding)\b"
)
#: Marks or brackets round nothing: what stood there was a drawing or a symbol that reading has lost.
_EMPTY_MARKS: Final = re.compile(r"“\s*”|\"\s+\"|\(\s*\)|‘\s*’")
#: A lone letter before the sentence, or beside a number, is what is left of a formula: "P An important ...", "that N 1 is".
_FORMULA_REST: Final = re.compile(
    r"^[B-HJ-Z]\s(?!\.)(?=[A-Z]?[a-z]{2,})(?!is\b|are\b|has\b|be[a-z]|denotes\b|stands\b)"
    r"|\b[B-HJ-Zb-z]\s\d+\s(?:is|are)\b"
)
_PAIRS: Final = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"), ("{", "}"))


def connective_length(text: str) -> int:
    """Return how many characters of an opening "However, " can be left out; 0 when there is none."""
    match = _CONNECTIVE.match(text)
    return match.end() if match else 0


def stands_alone(text: str, language: str = "en") -> bool:
    """Whether `text`, one sentence, says something complete without its neighbours."""
    words = text.split()
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS:
        return False
    if text.rstrip("\"'”’»)")[-1:] not in (".", "!") or not _opens_well(text, words, language) or not balanced(text):
        return False
    if _EMPTY_MARKS.search(text) or _FORMULA_REST.search(text):
        return False
    if _POINTER.search(text) or _WEB.search(text) or _PROOF_TALK.search(text):
        return False
    if language == "en":
        return connective_length(text) == 0 and _TALK.search(_US.sub("", text)) is None and has_verb(text)
    return True


def has_verb(text: str) -> bool:
    """Whether an English sentence has something like a verb."""
    grammar = grammar_of("en")
    words: list[str] = re.findall(r"(?<!\bto )\b[a-z’']+", text.lower())
    return any(word in grammar.verbs or word in _BE or word.endswith("ed") for word in words)


_BE: Final = word_set(
    """
    is are was were be been has have had can could may might must will would shall should do does did cannot
    """
)


def _opens_well(text: str, words: list[str], language: str) -> bool:
    if not (text[0].isupper() or text[0].isdigit() or text[0] in '“"«$'):
        return False
    first = re.sub(r"[^\w’']", "", words[0]).lower()
    if language == "en":
        return first not in _OPENING_REFERENCE and not _DEFINITE_BACK.match(text)
    return first not in _OPENING_ELSEWHERE.get(language, frozenset())


def balanced(text: str) -> bool:
    """Whether brackets and quotation marks close what they open."""
    return all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS) and text.count('"') % 2 == 0
