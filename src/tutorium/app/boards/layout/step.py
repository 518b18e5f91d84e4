"""Drawing one step: every intent of it becomes native elements at a free place of the board as it is now.

Pure and deterministic: the same step on the same board gives the same elements with the same ids, so that a step that was drawn
before a crash is recognised. Nothing that is on the board is moved.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from tutorium.app.boards.layout.alt import describe
from tutorium.app.boards.layout.block import Block, Formulas, Room
from tutorium.app.boards.layout.board_state import BoardBlock, BoardState, read_board
from tutorium.app.boards.layout.boxes import Box, Fields, Fragment
from tutorium.app.boards.layout.check import Fault, check_shown
from tutorium.app.boards.layout.element_meta import Element
from tutorium.app.boards.layout.intents import (
    Callout,
    Code,
    Drawing,
    Feedback,
    Highlight,
    Intent,
    NewPage,
    Remove,
    Title,
)
from tutorium.app.boards.layout.kinds import code_parts, draw_feedback, element_kind, make_block
from tutorium.app.boards.layout.kinds.highlight import highlight_styles
from tutorium.app.boards.layout.pages import Pages, Spot
from tutorium.app.boards.layout.shown import look_at

VERDICT_TONES: Final = {"right": "example", "wrong": "mistake", "partly": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of one intent. `got` says how far the asked relation was kept; `page` is 0 and `box` None for removals.

    `got` is "page" when the block had to go to a fresh page, and "pointer" when a highlight had no free room: then nothing was
    drawn, and the tutor's pointer should show `box` instead.
    """

    block: str
    kind: str
    page: int
    box: Box | None
    asked: str
    got: str
    alt: str
    parts: Mapping[str, Box] = field(default_factory=dict[str, Box])
    elements: tuple[str, ...] = ()


@dataclass(slots=True)
class StepDrawing:
    """The elements to write, in order of painting and without `index`; files they show; ids to mark as deleted.

    `faults` are rules of the checker that are still broken after a second try: bugs to be logged with the intent.
    """

    elements: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    files: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    removed: list[str] = field(default_factory=list[str])
    results: list[Placed] = field(default_factory=list[Placed])
    faults: list[Fault] = field(default_factory=list[Fault])


def place_step(
    intents: Sequence[Intent],
    board: Sequence[Element],
    *,
    step: str,
    views: Sequence[Box] = (),
    formulas: Formulas | None = None,
) -> StepDrawing:
    """Draw `intents` on the `board` (elements as in the document, each with its `id`).

    `views` are the scene boxes that people see, the one that counts most last; `formulas` come from `prepare_formulas`.
    """
    return _Step(step, read_board(board), views, formulas or {}).draw(intents)


def elements_of_step(board: Sequence[Element], step: str) -> list[str]:
    """Return the ids of what `step` has drawn on the board, deleted elements included: not empty means it was drawn before."""
    return [s.id for e in board if (s := look_at(e)) is not None and s.meta.is_tutors and s.meta.step == step]


def element_id(step: str, ordinal: int, local: int) -> str:
    """Return the id of the `local`-th element of a step's `ordinal`-th block: 20 characters of A-Z a-z 0-9 _ -."""
    digest = hashlib.sha256(f"{step}\n{ordinal}\n{local}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:15]).decode()


def seed_of(kind: str, local: int) -> int:
    """Return the seed of the hand-drawn wobble, from the place of the element in its block."""
    return int.from_bytes(hashlib.sha256(f"{kind}\n{local}".encode()).digest()[:4]) >> 1


@dataclass(frozen=True, slots=True)
class _Job:
    """A made block on its way to a place."""

    intent: Drawing
    block: Block
    meta: dict[str, Any]


class _Step:
    """One run of `place_step`."""

    def __init__(self, step: str, state: BoardState, views: Sequence[Box], formulas: Formulas) -> None:
        self._step = step
        self._state = state
        self._pages = Pages(state, views)
        self._formulas = formulas
        self._result = StepDrawing()
        self._ordinal = 0

    def draw(self, intents: Sequence[Intent]) -> StepDrawing:
        for intent in intents:
            match intent:
                case Remove():
                    self._remove(intent)
                case NewPage(title=None):
                    self._pages.wants_fresh = True
                case NewPage() | Title():
                    self._title(intent)
                case Feedback():
                    self._feedback(intent)
                case Highlight():
                    self._highlight(intent)
                case Code():
                    for part in code_parts(intent, self._pages.room):
                        self._block(part)
                case _:
                    self._block(intent)
        return self._result

    def _remove(self, intent: Remove) -> None:
        found = self._state.find(intent.of)
        if found is None or found[1] is None:
            return
        block = found[1]
        self._take_off(block)
        self._result.results.append(
            Placed(block=block.id, kind="remove", page=0, box=None, asked="flow", got="flow", alt=describe(intent))
        )

    def _take_off(self, block: BoardBlock) -> None:
        gone = set(self._state.remove(block))
        fresh = {key for key, _ in self._result.elements}
        self._result.elements = [(key, e) for key, e in self._result.elements if key not in gone]
        self._result.removed += sorted(gone - fresh)

    def _title(self, intent: Title | NewPage) -> None:
        block = make_block(intent, self._pages.room, self._formulas)
        if isinstance(intent, NewPage):
            self._pages.wants_fresh = True
        spot = self._pages.place_title(block.drawing.width, block.drawing.height)
        self._write(_Job(intent, block, {"flows": True}), spot)

    def _block(self, intent: Intent) -> None:
        block = make_block(intent, self._pages.room, self._formulas)
        width, height = block.drawing.width, block.drawing.height
        if intent.relation == "flow":
            self._write(_Job(intent, block, {"flows": True}), self._pages.place_flow(width, height))
            return
        anchor = self._state.find(intent.to)
        if anchor is None or self._pages.wants_fresh:
            spot = self._pages.place_flow(width, height)
        else:
            spot = self._pages.place_by(intent.relation, anchor[0], anchor[1], width, height)
        self._write(_Job(intent, block, {"flows": True} if spot.got in ("flow", "page") else {}), spot)

    def _feedback(self, intent: Feedback) -> None:
        found = self._state.find(intent.of)
        question = found[1] if found is not None else None
        slot = question.slots.get("verdict") if question is not None else None
        if question is not None and slot is not None:
            for old in [b for b in self._state.blocks.values() if b.of == question.id and b.kind == "feedback"]:
                self._take_off(old)
            drawing = draw_feedback(intent, Room(slot.w, slot.h))
            page = self._state.pages[question.page]
            if drawing is not None and self._onto(intent, drawing, slot, question, Spot(page, slot.x, slot.y, "inside")):
                return
        card = Callout(
            text=intent.text or {"right": "✓", "wrong": "✗", "partly": "≈"}[intent.verdict],
            tone=VERDICT_TONES[intent.verdict],  # pyright: ignore[reportArgumentType]
            relation="near" if found is not None else "flow",
            to=intent.of if found is not None else None,
            cite=intent.cite,
            alt=describe(intent),
        )
        self._block(card)

    def _highlight(self, intent: Highlight) -> None:
        found = self._state.find(intent.of)
        if found is None:
            return
        box, owner, over = found
        page = self._state.pages.get(owner.page) if owner is not None else self._state.current_page
        if page is not None:
            for drawing, offset in highlight_styles(intent.style, box):
                spot = Spot(page, box.x + offset[0], box.y + offset[1], "inside")
                if self._onto(intent, drawing, box, owner, spot, over):
                    return
        self._result.results.append(
            Placed(block="", kind="highlight", page=page.number if page else 0, box=box, asked=intent.style, got="pointer",
                   alt=describe(intent))
        )  # fmt: skip

    def _onto(
        self,
        intent: Feedback | Highlight,
        drawing: Fragment,
        box: Box,
        owner: BoardBlock | None,
        spot: Spot,
        over: Sequence[str] = (),
    ) -> bool:
        """Draw something onto a block or a person's work; return False, with nothing drawn, if that breaks a rule."""
        alt = describe(intent) if isinstance(intent, Feedback) else intent.alt or f"→ {intent.of}"
        block = Block(drawing=drawing, kind="feedback" if isinstance(intent, Feedback) else "highlight", alt=alt)
        meta: dict[str, Any] = {"of": owner.id if owner is not None else intent.of}
        if over:
            meta["over"] = list(over)
        elements = self._elements(_Job(intent, block, meta), spot, with_page_box=False)
        if check_shown(elements, self._state.shown):
            return False
        self._take_in(_Job(intent, block, meta), spot, elements)
        return True

    def _write(self, job: _Job, spot: Spot) -> None:
        elements = self._elements(job, spot)
        faults = check_shown(elements, self._state.shown)
        if faults:
            # Placing rests on the same rules, so this is a bug; a fresh page still keeps the promise towards people's work.
            spot = self._pages.fresh(job.block.drawing.width, job.block.drawing.height)
            elements = self._elements(job, spot)
            self._result.faults += faults + check_shown(elements, self._state.shown)
        self._take_in(job, spot, elements)

    def _take_in(self, job: _Job, spot: Spot, elements: list[Fields]) -> None:
        placed = self._state.add(elements)
        self._ordinal += 1
        self._result.files.update(job.block.files)
        ids: list[str] = []
        for element in elements:
            ids.append(element["id"])
            self._result.elements.append((element["id"], {k: v for k, v in element.items() if k != "id"}))
        self._result.results.append(
            Placed(
                block=placed.id,
                kind=job.block.kind,
                page=spot.page.number,
                box=placed.box,
                asked=job.intent.relation,
                got=spot.got,
                alt=job.block.alt,
                parts={name: b.shifted(spot.x, spot.y) for name, b in job.block.drawing.parts.items()},
                elements=tuple(ids),
            )
        )

    def _elements(self, job: _Job, spot: Spot, *, with_page_box: bool = True) -> list[Fields]:
        """Return the native elements of the block at its place, with their ids."""
        marks = [mark.shifted(spot.x, spot.y) for mark in job.block.drawing.marks]
        ids = [element_id(self._step, self._ordinal, n) for n in range(len(marks))]
        named = {f"#{mark.key}": key for mark, key in zip(marks, ids, strict=True) if mark.key}
        group = [element_id(self._step, self._ordinal, -1)] if job.block.grouped and len(marks) > 1 else None
        shared: dict[str, Any] = {
            "by": "tutor",
            "step": self._step,
            "kind": element_kind(job.block.kind),
            "block": f"b{self._state.next_number}",
            "page": spot.page.number,
            **({"cite": [msgspec.to_builtins(one) for one in job.intent.cite]} if job.intent.cite else {}),
            **{key: value for key, value in job.meta.items() if key == "of"},
        }
        elements: list[Fields] = []
        for n, (mark, key) in enumerate(zip(marks, ids, strict=True)):
            meta = dict(shared)
            if mark.part:
                meta["part"] = mark.part
            if mark.role:
                meta["role"] = mark.role
            if not n:
                meta.update(self._head(job, spot, mark.fields, with_page_box=with_page_box))
            fields = {name: _resolved(value, named) for name, value in mark.fields.items()}
            element = {"id": key, **_rounded(fields), "seed": seed_of(job.block.kind, n), "customData": {"tutorium": meta}}
            if group:
                element["groupIds"] = group
            elements.append(element)
        return elements

    def _head(self, job: _Job, spot: Spot, first: Fields, *, with_page_box: bool) -> dict[str, Any]:
        """Return what only the first element of a block carries: enough to know the block and its page again."""
        meta: dict[str, Any] = {"intent": job.block.kind, "alt": job.block.alt, **job.meta}
        if job.block.src:
            meta["src"] = job.block.src
        if with_page_box:
            meta["pageBox"] = list(spot.page.box)
        slots = job.block.drawing.slots
        if slots:
            dx, dy = spot.x - first["x"], spot.y - first["y"]
            meta["slots"] = {name: list(box.shifted(dx, dy)) for name, box in slots.items()}
        return meta


def _resolved(value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return named.get(value, value) if value.startswith("#") else value
    if isinstance(value, dict) and "elementId" in value:
        return {**value, "elementId": named[value["elementId"]]}  # pyright: ignore[reportUnknownVariableType]
    return value  # pyright: ignore[reportUnknownVariableType]


def _rounded(fields: Fields) -> Fields:
    for key in ("x", "y", "width", "height"):
        fields[key] = round(fields[key], 2) + 0.0
    return fields
