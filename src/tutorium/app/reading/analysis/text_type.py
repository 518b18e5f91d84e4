"""What kind of text it is, from cheap signals, since the kind decides which lesson can be promised."""

import re
from typing import Final

from tutorium.app.reading.analysis.sentences import ReadText
from tutorium.app.reading.analysis.words.english import STEP_VERBS
from tutorium.app.reading.findings import Definition, Fact, TextType

#: Fewer teaching words than this cannot carry more than a guided reading.
THIN_WORDS: Final = 60
FEWEST_FINDS: Final = 2
#: With fewer finds than this in a thousand words, and fewer than `ENOUGH_FINDS` in all, a text promises nothing.
SPARSE: Final = 0.5
ENOUGH_FINDS: Final = 8
_FORMULA_CHARACTERS: Final = re.compile(r"[=+∑∫√≤≥≠±×·^_\\∈⊂→∞]|\$")
_MATH_WORDS: Final = re.compile(
    r"\b(?:theorem|lemma|proof|corollary|proposition|equation|function|polynomial|derivative|integral|matrix|"
    r"vector space|let \$?[a-zA-Z]\b)",
    re.IGNORECASE,
)


def classify(text: ReadText, definitions: list[Definition], facts: list[Fact]) -> TextType:
    """Return the type of a text. Thin means that little was found, whatever the length."""
    sentences = text.sentences
    words = sum(len(sentence.text.split()) for sentence in sentences)
    dates = [fact for fact in facts if fact.kind == "date"]
    formulas = [fact for fact in facts if fact.kind == "formula"]
    tables = [fact for fact in facts if fact.kind == "table"]
    if words < THIN_WORDS or not sentences:
        return "thin"
    per_thousand = 1000 / words
    if is_mathematics(text, len(formulas), words):
        return "mathematics"
    steps = procedure_steps(text)
    if steps >= 4 and steps / len(sentences) >= 0.2:
        return "procedure"
    if len(dates) >= 4 and len(dates) * per_thousand >= 2.5 and len(dates) > 0.8 * len(definitions):
        return "history"
    finds = len(definitions) + len(formulas) + len(tables) + len(dates) // 2
    if finds < FEWEST_FINDS or (finds * per_thousand < SPARSE and finds < ENOUGH_FINDS):
        return "thin"
    return "concepts"


def is_mathematics(text: ReadText, formulas: int, words: int) -> bool:
    """Whether formulas and the words around them carry the text."""
    whole = " ".join(block.text for block in text.blocks if block.kind != "code")
    marks = len(_FORMULA_CHARACTERS.findall(whole))
    talk = len(_MATH_WORDS.findall(whole))
    return (formulas * 1000 / words >= 5 and talk * 1000 / words >= 2) or (
        marks / max(len(whole), 1) > 0.012 and talk * 1000 / words >= 6
    )


def procedure_steps(text: ReadText) -> int:
    """Count the sentences that tell the reader to do something: they open with a bare verb, or are numbered items that do."""
    if text.language != "en":
        return sum(1 for block in text.blocks if block.kind == "item" and re.match(r"\d+[.)]\s", block.text))
    return sum(1 for sentence in text.sentences if is_step(sentence.text))


def is_step(text: str) -> bool:
    """Whether an English sentence opens like an instruction: "Knead the dough ...", "Carefully pour ..."."""
    words = re.findall(r"[A-Za-z’'\-]+", text[:60].lower())
    if words and words[0].endswith("ly"):
        words = words[1:]
    return (
        len(words) > 2
        and words[0] in STEP_VERBS
        and words[1] not in ("is", "are", "of", "was", "were", "has", "and", "can", "may")
    )
