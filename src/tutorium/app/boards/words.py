"""A board in words, in the order in which it is read: for screen readers, and for a model's view of it."""

from collections.abc import Sequence

from tutorium.app.boards.layout.board_state import BoardBlock, read_board
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.element_meta import Element
from tutorium.app.boards.layout.shown import Shown, look_at, shown_of
from tutorium.engine import View

NAMES = {
    "freedraw": "✎",
    "rectangle": "□",
    "ellipse": "○",
    "diamond": "◇",
    "line": "—",
    "arrow": "→",
    "image": "▣",
    "frame": "□",
}
"""A sign for each kind of shape, as words would have to be in the reader's language."""


class BoardPart(View):
    """One thing on a board. `id` is what an intent may name: a block of the tutor, or an element of a person."""

    id: str
    kind: str
    by: str
    text: str
    page: int
    x: float
    y: float
    width: float
    height: float


def parts_of(board: Sequence[Element]) -> list[BoardPart]:
    """Return the tutor's blocks in the order they were drawn and then people's elements, from above to below."""
    state = read_board(board)
    parts = [_of_block(block) for block in state.blocks.values()]
    theirs = [s for s in state.shown if not s.meta.is_tutors]
    texts = _texts_by_container(theirs)
    alone = [s for s in theirs if not s.element.get("containerId")]
    alone.sort(key=lambda s: (round(s.box.y / 40), s.box.x, s.id))
    return [*parts, *(_of_element(s, texts.get(s.id, "")) for s in alone)]


def words_of(board: Sequence[Element]) -> str:
    """Return the board as lines of text, one for each part; empty for an empty board."""
    return "\n".join(part.text for part in parts_of(board) if part.text)


def describe_element(board: Sequence[Element], element_id: str) -> str | None:
    """Return what an element says or shows: its own words, else those of its block; None when it is not there."""
    shown = next((look_at(e) for e in board if e["id"] == element_id), None)
    if shown is None or shown.is_deleted:
        return None
    own = _texts_by_container(shown_of(board)).get(element_id) or _own_text(shown.element)
    if own or not shown.meta.is_tutors:
        return own or NAMES.get(shown.kind, "")
    block = read_board(board).blocks.get(shown.block)
    return block.alt if block is not None else ""


def _own_text(element: Element) -> str:
    original = element.get("originalText")
    text = original if isinstance(original, str) else element.get("text")
    return " ".join(text.split()) if isinstance(text, str) else ""


def _texts_by_container(board: Sequence[Shown]) -> dict[str, str]:
    return {
        str(s.element["containerId"]): _own_text(s.element) for s in board if s.kind == "text" and s.element.get("containerId")
    }


def _of_block(block: BoardBlock) -> BoardPart:
    return _part(block.id, block.kind, "tutor", block.alt, block.page, block.box)


def _of_element(shown: Shown, label: str) -> BoardPart:
    sign = NAMES.get(shown.kind, "")
    words = " ".join(word for word in (sign, label or _own_text(shown.element)) if word)
    return _part(shown.id, shown.kind, shown.meta.by, words, 0, shown.box)


def _part(key: str, kind: str, by: str, text: str, page: int, box: Box) -> BoardPart:
    x, y, w, h = (float(round(v)) for v in box)
    return BoardPart(id=key, kind=kind, by=by, text=text, page=page, x=x, y=y, width=w, height=h)
