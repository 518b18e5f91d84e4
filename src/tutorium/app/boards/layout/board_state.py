"""What is on a board, as the layout sees it: blocks with their parts and slots, pages, and what people drew.

Rebuilt from the document's elements each time, so that a restart or another process goes on in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tutorium.app.boards.layout.boxes import Box, union
from tutorium.app.boards.layout.element_meta import Element
from tutorium.app.boards.layout.shown import Shown, look_at, shown_of

INK_GROUP_PX = 40
"""Strokes of people nearer than this to each other are one thing when an intent points at one of them."""


@dataclass(slots=True)
class BoardBlock:
    """A block on the board. `part_boxes` and `slots` are in scene pixels; `flows` blocks make up the reading order."""

    id: str
    number: int
    page: int
    box: Box
    kind: str = ""
    flows: bool = False
    of: str = ""
    alt: str = ""
    parts: dict[str, Box] = field(default_factory=dict[str, Box])
    slots: dict[str, Box] = field(default_factory=dict[str, Box])
    elements: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Page:
    """A rectangle the size of a view that is filled before the next is begun."""

    number: int
    box: Box


@dataclass(slots=True)
class BoardState:
    """Blocks by id in the order they were drawn, pages by number, and the live elements; `changes` counts what is done here."""

    shown: list[Shown]
    blocks: dict[str, BoardBlock] = field(default_factory=dict[str, BoardBlock])
    pages: dict[int, Page] = field(default_factory=dict[int, Page])
    changes: int = 0

    @property
    def next_number(self) -> int:
        """The number of the next block."""
        return 1 + max((b.number for b in self.blocks.values()), default=0)

    @property
    def last_block(self) -> BoardBlock | None:
        """The block drawn last that stands by itself."""
        return max((b for b in self.blocks.values() if not b.of), key=lambda b: b.number, default=None)

    @property
    def current_page(self) -> Page | None:
        """The page with the highest number."""
        return self.pages[max(self.pages)] if self.pages else None

    def on_page(self, page: Page) -> list[BoardBlock]:
        """Return the blocks of `page` in the order they were drawn, without what is drawn onto others."""
        return [b for b in self.blocks.values() if b.page == page.number and not b.of]

    def find(self, reference: str | None) -> tuple[Box, BoardBlock | None, list[str]] | None:
        """Return the box that `reference` names, its block if it is the tutor's, and the ids of what people drew there.

        A reference is a block, `block.part`, "last", or the id of any element; None means "last".
        """
        if reference is None or reference == "last":
            last = self.last_block
            return None if last is None else (last.box, last, [])
        block_id, _, part = reference.partition(".")
        block = self.blocks.get(block_id)
        if block is not None:
            return _part_box(block, part), block, []
        shown = next((s for s in self.shown if s.id == reference), None)
        if shown is None:
            return None
        owner = self.blocks.get(shown.block) if shown.meta.is_tutors else None
        if owner is not None:
            return shown.box, owner, []
        group = self._ink_round(shown)
        return union(s.box for s in group), None, [s.id for s in group]

    def _ink_round(self, start: Shown) -> list[Shown]:
        if start.kind != "freedraw":
            return [start]
        rest = [s for s in self.shown if s.kind == "freedraw" and s.id != start.id]
        group = [start]
        for member in group:
            close = [s for s in rest if s.box.grown(INK_GROUP_PX).meets(member.box.grown(1))]
            group.extend(close)
            rest = [s for s in rest if s not in close]
        return group

    def remove(self, block: BoardBlock) -> list[str]:
        """Forget a block and what was drawn onto it; return the ids of their elements."""
        gone = [block, *(b for b in self.blocks.values() if b.of == block.id)]
        ids = [element for b in gone for element in b.elements]
        for one in gone:
            self.blocks.pop(one.id, None)
        missing = set(ids)
        self.shown = [s for s in self.shown if s.id not in missing]
        self.changes += 1
        return ids

    def add(self, elements: Sequence[Element]) -> BoardBlock:
        """Take in the elements of one new block and return it."""
        shown = shown_of(elements)
        self.shown.extend(shown)
        block = _block_of(shown[0].block, shown)
        self.blocks[block.id] = block
        self.changes += 1
        return block


def read_board(board: Sequence[Element]) -> BoardState:
    """Return the state of the board with these elements (each with its `id`); deleted ones still tell of their pages."""
    state = BoardState([])
    members: dict[str, list[Shown]] = {}
    for element in board:
        one = look_at(element)
        if one is None:
            continue
        if one.meta.page_box is not None:
            _grow_page(state, one.meta.page, Box(*one.meta.page_box))
        if one.is_deleted:
            continue
        state.shown.append(one)
        if one.meta.is_tutors:
            members.setdefault(one.meta.block, []).append(one)
    for block_id, shown in sorted(members.items(), key=lambda item: _number(item[0])):
        block = _block_of(block_id, shown)
        state.blocks[block_id] = block
        if block.page not in state.pages:
            state.pages[block.page] = Page(block.page, block.box)
    return state


def _part_box(block: BoardBlock, part: str) -> Box:
    """Return the box of a part; a row of a table is the box round its cells."""
    if part in block.parts or not part:
        return block.parts.get(part, block.box)
    cells = [box for name, box in block.parts.items() if name.startswith(f"{part}c")]
    return union(cells) if cells else block.box


def _grow_page(state: BoardState, number: int, box: Box) -> None:
    # A page that was made taller is told only by the blocks drawn after that.
    known = state.pages.get(number)
    state.pages[number] = Page(number, box if known is None else union([known.box, box]))


def _number(block_id: str) -> int:
    digits = block_id.lstrip("b")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def _block_of(block_id: str, shown: Sequence[Shown]) -> BoardBlock:
    block = BoardBlock(block_id, _number(block_id), 0, union(s.box for s in shown), elements=[s.id for s in shown])
    for one in shown:
        meta = one.meta
        block.page = meta.page or block.page
        block.kind = meta.intent or block.kind
        block.flows = meta.flows or block.flows
        block.of = meta.target_block or block.of
        block.alt = meta.alt or block.alt
        if meta.part:
            known = block.parts.get(meta.part)
            block.parts[meta.part] = one.box if known is None else union([known, one.box])
        for name, (dx, dy, w, h) in meta.slots.items():
            block.slots[name] = Box(one.element["x"] + dx, one.element["y"] + dy, w, h)
    return block
