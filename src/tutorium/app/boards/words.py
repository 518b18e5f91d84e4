"""A board in words, in the order in which it is read: for screen readers, and for a model's view of it."""

from collections.abc import Sequence

from tutorium.app.boards.layout.board_state import BoardBlock, read_board
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.check import scene_box
from tutorium.app.boards.layout.element_meta import Element, meta_of, readable
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
    theirs = [e for e in state.elements if not meta_of(e).is_tutors]
    texts = _texts_by_container(theirs)
    shown = [e for e in theirs if not e.get("containerId")]
    shown.sort(key=lambda e: (round(scene_box(e).y / 40), scene_box(e).x, e["id"]))
    return [*parts, *(_of_element(e, texts.get(e["id"], "")) for e in shown)]


def words_of(board: Sequence[Element]) -> str:
    """Return the board as lines of text, one for each part; empty for an empty board."""
    return "\n".join(part.text for part in parts_of(board) if part.text)


def describe_element(board: Sequence[Element], element_id: str) -> str | None:
    """Return what an element says or shows: its own words, else those of its block; None when it is not there."""
    element = next((e for e in readable(board) if e["id"] == element_id and not e.get("isDeleted")), None)
    if element is None:
        return None
    own = _texts_by_container(board).get(element_id) or _own_text(element)
    meta = meta_of(element)
    if own or not meta.is_tutors:
        return own or NAMES.get(element["type"], "")
    block = read_board(board).blocks.get(meta.block)
    return block.alt if block is not None else ""


def _own_text(element: Element) -> str:
    original = element.get("originalText")
    text = original if isinstance(original, str) else element.get("text")
    return " ".join(text.split()) if isinstance(text, str) else ""


def _texts_by_container(board: Sequence[Element]) -> dict[str, str]:
    return {
        str(e["containerId"]): _own_text(e)
        for e in board
        if e.get("type") == "text" and e.get("containerId") and not e.get("isDeleted")
    }


def _of_block(block: BoardBlock) -> BoardPart:
    return _part(block.id, block.kind, "tutor", block.alt, block.page, block.box)


def _of_element(element: Element, label: str) -> BoardPart:
    sign = NAMES.get(element["type"], "")
    words = " ".join(word for word in (sign, label or _own_text(element)) if word)
    return _part(element["id"], element["type"], meta_of(element).by, words, 0, scene_box(element))


def _part(key: str, kind: str, by: str, text: str, page: int, box: Box) -> BoardPart:
    x, y, w, h = (float(round(v)) for v in box)
    return BoardPart(id=key, kind=kind, by=by, text=text, page=page, x=x, y=y, width=w, height=h)
