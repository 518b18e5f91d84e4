"""How the tutor draws a step on a live board: once, in one transaction, where there is room now."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from tutorium.app.boards.layout import (
    Box,
    Formulas,
    Intent,
    StepDrawing,
    elements_of_step,
    parse_intent,
    place_step,
    prepare_formulas,
    warm_up,
)
from tutorium.app.boards.layout.board_state import read_board
from tutorium.app.boards.layout.shown import shown_of
from tutorium.app.boards.live import LiveBoards, TutorPresence
from tutorium.app.boards.words import describe_element
from tutorium.realtime.whiteboard import BoardEditor

_log = structlog.get_logger()

READ_AT_ONCE = 100
"""Elements between two turns of the event loop: some milliseconds when all are strokes."""

ViewsOf = Callable[[str], Sequence[Box]]
"""What the people on a board see of it now, the one who asked last at the end; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnStep:
    """What one step put on the board: element ids, and the words for people who cannot see them.

    `places` says for each intent that was drawn where it went (for the pointer, and for words like "on the next page").
    """

    elements: tuple[str, ...]
    alt: str
    places: tuple["DrawnPlace", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPlace:
    """Where a block stands. `got` is the relation that was kept, "page" when it went to a fresh page."""

    block: str
    kind: str
    page: int
    box: Box | None
    got: str


async def draw_step(
    boards: LiveBoards, session: str, step: str, intents: Sequence[Intent], views: Sequence[Box] = ()
) -> DrawnStep:
    """Draw `intents` as the step `step` on the board of `session`; return when it is durable.

    A step whose elements are on the board already (a lesson taken up after a crash) is not drawn again; the same is returned.
    """
    formulas = await asyncio.to_thread(_prepare, intents)
    await _read_ahead(boards, session)

    def edit(editor: BoardEditor) -> DrawnStep:
        return _draw(editor, step, intents, views, formulas)

    return await boards.edit(session, edit, by="tutor")


async def _read_ahead(boards: LiveBoards, session: str) -> None:
    """Look at a large board in pieces, so that the step itself, which must not wait, finds nearly everything looked at."""
    elements = await boards.edit(session, lambda editor: editor.elements, by="tutor")
    for start in range(0, len(elements), READ_AT_ONCE):
        for shown in shown_of(elements[start : start + READ_AT_ONCE]):
            if shown.is_line:
                _ = shown.path
        await asyncio.sleep(0)


def _prepare(intents: Sequence[Intent]) -> Formulas:
    # What is loaded the first time takes longer than a step may hold up the others on the loop.
    warm_up()
    return prepare_formulas(intents)


def _draw(editor: BoardEditor, step: str, intents: Sequence[Intent], views: Sequence[Box], formulas: Formulas) -> DrawnStep:
    board = editor.elements
    known = elements_of_step(board, step)
    if known:
        return _drawn_before(board, known, step)
    drawing = place_step(intents, board, step=step, views=views, formulas=formulas)
    for fault in drawing.faults:
        _log.error("board.layout_fault", step=step, rule=fault.rule, first=fault.first, second=fault.second)
    _write(editor, drawing)
    return DrawnStep(
        elements=tuple(key for key, _ in drawing.elements),
        alt="\n".join(result.alt for result in drawing.results if result.alt),
        places=tuple(DrawnPlace(block=r.block, kind=r.kind, page=r.page, box=r.box, got=r.got) for r in drawing.results),
    )


def _write(editor: BoardEditor, drawing: StepDrawing) -> None:
    for element_id in drawing.removed:
        editor.delete(element_id)
    for file_id, entry in drawing.files.items():
        editor.add_file(file_id, entry)
    for element_id, element in drawing.elements:
        if editor.find(element_id) is None:
            editor.add(element_id, element)
        else:
            # Somebody deleted what this step had drawn before it was asked for again: they did not want it.
            _log.info("board.step_was_deleted", element=element_id)


def _drawn_before(board: Sequence[Mapping[str, Any]], known: Sequence[str], step: str) -> DrawnStep:
    blocks = [b for b in read_board(board).blocks.values() if set(known) & set(b.elements)]
    return DrawnStep(
        elements=tuple(known),
        alt="\n".join(b.alt for b in blocks if b.alt),
        places=tuple(DrawnPlace(block=b.id, kind=b.kind, page=b.page, box=b.box, got="flow") for b in blocks),
    )


class TutorBoards:
    """The boards as lessons draw on them, with intents as the plain objects that minds hand over."""

    def __init__(self, boards: LiveBoards, views_of: ViewsOf | None = None, presence: TutorPresence | None = None) -> None:
        """Draw on `boards`; `views_of` says what people see (without it, pages have their usual size).

        `presence` shows the tutor's cursor beside what it draws.
        """
        self._boards = boards
        self._views_of = views_of
        self._presence = presence
        self._pointers: dict[str, dict[str, Any]] = {}

    async def draw(self, session: str, step: str, drawings: Sequence[Mapping[str, Any]]) -> DrawnStep:
        """Draw a step (see `draw_step`). An object that is no intent is passed over and logged."""
        intents: list[Intent] = []
        for number, drawing in enumerate(drawings):
            intent = parse_intent(dict(drawing))
            if intent is None:
                _log.warning("board.no_intent", session=session, step=step, number=number, kind=str(drawing.get("kind"))[:40])
            else:
                intents.append(intent)
        views = self._views_of(session) if self._views_of is not None else ()
        drawn = await draw_step(self._boards, session, step, intents, views)
        self._point_at(session, drawn.places)
        return drawn

    def _point_at(self, session: str, places: Sequence[DrawnPlace]) -> None:
        """Leave the tutor's cursor at the lower right of what was drawn last, where a hand would rest."""
        box = next((place.box for place in reversed(places) if place.box is not None), None)
        if self._presence is not None and box is not None:
            pointer = {"x": box.x + box.w, "y": box.y + box.h, "tool": "pointer"}
            self._pointers[session] = pointer
            self._presence.set_tutor_presence(session, pointer, "drawing")

    def rest(self, session: str) -> None:
        """Show that the tutor draws no more for now; its cursor stays where it is."""
        pointer = self._pointers.pop(session, None)
        if self._presence is not None and pointer is not None:
            self._presence.set_tutor_presence(session, pointer, "idle")

    async def describe(self, session: str, element: str) -> str | None:
        """Return what an element says or shows, or None when there is no such element."""
        return describe_element(await self._boards.snapshot(session), element)
