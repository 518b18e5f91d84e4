"""How a text is cut into the pieces that are spoken one after the other, and how long each takes."""

import re

WORDS_PER_PIECE = 5
_WORD = re.compile(r"\S+\s*")
_BREAK = re.compile(r"[.!?:;][\"')\]]*\s*$")


def next_piece(text: str, offset: int) -> str:
    """Return the piece of `text` that begins at `offset`: up to five words, ending early at the end of a clause; "" at the end.

    Cutting is a pure function of text and offset, so that a lesson taken up after a crash goes on with the very same pieces.
    Formulas (`$...$`) and code spans are never cut, since half of one would flash as an error on the page.
    """
    end = offset
    for count, word in enumerate(_WORD.finditer(text, offset), start=1):
        end = word.end()
        if _is_open(text[offset:end]):
            continue
        if count >= WORDS_PER_PIECE or _BREAK.search(word.group()):
            break
    return text[offset:end]


def seconds_for(piece: str, *, words_per_second: float, pace: float) -> float:
    """Return how long speaking `piece` takes; a `words_per_second` of 0 speaks without waiting."""
    if words_per_second <= 0:
        return 0.0
    return len(piece.split()) / (words_per_second * pace)


def _is_open(text: str) -> bool:
    return text.count("$") % 2 == 1 or text.count("`") % 2 == 1
