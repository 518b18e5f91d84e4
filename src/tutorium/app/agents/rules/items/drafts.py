"""An item before its hints: stem, key and the quotation it rests on."""

from dataclasses import dataclass
from typing import Final, Literal

from tutorium.app.reading.findings import Quote

GAP: Final = "_____"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A stem with its key. `worth` orders the items of an objective; `family` keeps one fact from being asked twice in a row.

    `rivals` are the wrong options of a choice with what the text says of each; `solution` is said instead of the sentence.
    """

    kind: Literal["choice", "cloze"]
    family: str
    concept: str
    stem: str
    key: str
    quote: Quote
    worth: float
    accept: tuple[str, ...] = ()
    numeric: bool = False
    rivals: tuple["Rival", ...] = ()
    keep_order: bool = False
    solution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A wrong option and why it is wrong, in a fixed sentence or a quotation."""

    text: str
    why: str
