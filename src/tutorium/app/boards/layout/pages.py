"""Where a block goes: on the page being filled, where its relation wants it, else on a fresh page. Nothing is ever moved.

All free positions of a page are tested at once on 8 px cells; the cheapest by the relation's cost is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.board_state import BoardBlock, BoardState, Page
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.cover import Cover, Place
from tutorium.app.boards.layout.shown import near

if TYPE_CHECKING:
    from tutorium.app.boards.layout.cover import Cost, Grid

PAGE_WIDTHS: Final = (960.0, 1600.0)
PAGE_HEIGHTS: Final = (560.0, 1000.0)
DEFAULT_VIEW: Final = Box(0, 0, 1440, 810)
FIRST_PAGE_TAKEN: Final = 0.25
NEXT_PAGE_TAKEN: Final = 0.10
SLOTS_TRIED: Final = 12
MARGIN: Final = 14.0
BLOCK_RESERVE: Final = 6.0
"""With `MARGIN` this makes 20 px the least distance between blocks; reading order asks for 28."""
PERSON_RESERVE: Final = 4.0
FARTHEST: Final = 420.0
COLUMN_ALIGN: Final = 40.0
TITLE_ROOM: Final = 76.0

Got = Literal["flow", "below", "above", "right_of", "left_of", "near", "inside", "page", "pointer"]
TITLES: Final = ("title", "page")
SIDES: Final = ("below", "right_of", "above", "left_of")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was found: the page, the block's upper left corner, and which relation it fulfils."""

    page: Page
    x: float
    y: float
    got: Got


def page_size(views: Sequence[Box]) -> tuple[float, float]:
    """Return width and height of a page for these views: the smallest, or the last given when they differ a lot."""
    view = DEFAULT_VIEW
    if views:
        smallest, largest = min(views, key=_area), max(views, key=_area)
        view = views[-1] if _area(largest) > 2 * _area(smallest) else smallest
    width = min(max(view.w, PAGE_WIDTHS[0]), PAGE_WIDTHS[1])
    height = min(max(view.h, PAGE_HEIGHTS[0]), PAGE_HEIGHTS[1])
    return _whole_cells(width), _whole_cells(height)


def _area(box: Box) -> float:
    return box.w * box.h


def _whole_cells(value: float) -> float:
    return math.floor(value / palette.CELL) * palette.CELL


class Pages:
    """The pages of one board while a step is placed on it."""

    def __init__(self, state: BoardState, views: Sequence[Box]) -> None:
        """Begin with what is on the board; `views` are what its people see."""
        self._state = state
        self._views = [v for v in views if v.w > 0 and v.h > 0]
        self._size = page_size(self._views)
        self._covers: dict[tuple[int, Box], tuple[int, Cover]] = {}
        self.wants_fresh = False

    @property
    def room(self) -> Room:
        """What a block may take on a page that holds a title."""
        page = self._state.current_page
        width, height = self._size if page is None else (page.box.w, max(page.box.h, self._size[1]))
        return Room(width - 2 * palette.PAGE_EDGE, min(height, self._size[1]) - 2 * palette.PAGE_EDGE - TITLE_ROOM)

    def place_title(self, width: float, height: float) -> Spot:
        """Return the place of a title: the top of a fresh page, unless the current one is still empty."""
        page = self._state.current_page
        if page is not None and not self.wants_fresh and not self._state.on_page(page):
            spot = self._top_of(page, width, height)
            if spot is not None:
                return spot
        return self.fresh(width, height)

    def place_flow(self, width: float, height: float) -> Spot:
        """Return the next place in reading order, on a fresh page if the current one is full."""
        page = self._state.current_page
        if page is None or self.wants_fresh:
            return self.fresh(width, height)
        place = self._flow_on(page, width, height)
        if place is not None:
            return Spot(page, place.x, place.y, "flow")
        blocks = self._state.on_page(page)
        if len(blocks) == 1 and blocks[0].kind in TITLES:
            spot = self._below_title(page, blocks[0], width, height)
            if spot is not None:
                return spot
        return self.fresh(width, height)

    def place_by(self, relation: str, anchor: Box, owner: BoardBlock | None, width: float, height: float) -> Spot:
        """Return a place beside `anchor` as `relation` asks, else near it, else in reading order."""
        page = self._page_of(anchor, owner)
        if page is not None:
            wishes: list[Got] = ["near"] if relation not in SIDES else [relation, "near"]
            for wish in wishes:
                place = self._beside(page, wish, anchor, width, height)
                if place is not None:
                    return Spot(page, place.x, place.y, wish)
        return self.place_flow(width, height)

    def _page_of(self, anchor: Box, owner: BoardBlock | None) -> Page | None:
        if owner is not None:
            return self._state.pages.get(owner.page)
        around = anchor.grown(palette.BLOCK_GAP)
        return next((p for p in self._state.pages.values() if p.box.meets(around)), None)

    def _beside(self, page: Page, wish: str, anchor: Box, width: float, height: float) -> Place | None:
        import numpy as np

        gap = palette.ANCHOR_GAP

        def side_cost(side: str, x: Grid, y: Grid) -> Grid:
            if side == "below":
                away, aside = y - anchor.bottom, np.abs(x - anchor.x)
            elif side == "above":
                away, aside = anchor.y - (y + height), np.abs(x - anchor.x)
            elif side == "right_of":
                away, aside = x - anchor.right, np.abs(y - anchor.y)
            else:
                away, aside = anchor.x - (x + width), np.abs(y - anchor.y)
            costs = away + 0.6 * aside
            refused = (away < gap) | (costs > FARTHEST)
            return np.where(refused, np.inf, costs)

        def cost(x: Grid, y: Grid) -> Grid:
            if wish != "near":
                return side_cost(wish, x, y)
            later = {"above": 60.0, "left_of": 60.0}
            costs = [side_cost(side, x, y) + later.get(side, 0.0) for side in SIDES]
            return np.minimum.reduce(costs)

        return self._search(page, width, height, cost)

    def _flow_on(self, page: Page, width: float, height: float) -> Place | None:
        import numpy as np

        flowing = [b for b in self._state.on_page(page) if b.flows]
        if not flowing:
            return self._search(page, width, height, _from_top_left(page))
        last = max(flowing, key=lambda b: b.number)
        column = [b for b in flowing if abs(b.box.x - last.box.x) <= COLUMN_ALIGN]
        right = max(b.box.right for b in column)
        top = min((b.box.y for b in flowing if b.kind not in TITLES), default=last.box.bottom + palette.BLOCK_GAP)

        def cost(x: Grid, y: Grid) -> Grid:
            gap, aside = y - last.box.bottom, np.abs(x - last.box.x)
            below = np.where((gap >= palette.BLOCK_GAP - 8) & (aside <= COLUMN_ALIGN), gap + 4 * aside, np.inf)
            beside = x - right
            next_column = np.where((beside >= palette.BLOCK_GAP) & (y >= top - 8), 3000 + beside + 4 * np.abs(y - top), np.inf)
            later = np.where((gap >= palette.BLOCK_GAP - 8) & (x >= last.box.x - COLUMN_ALIGN), 9000 + gap + aside, np.inf)
            return np.minimum(np.minimum(below, next_column), later)

        return self._search(page, width, height, cost)

    def _search(self, page: Page, width: float, height: float, cost: Cost) -> Place | None:
        inner = page.box.grown(-palette.PAGE_EDGE)
        if width > inner.w or height > inner.h:
            return None
        cover = self._cover(page)

        def within(x: Grid, y: Grid) -> Grid:
            import numpy as np

            outside = (x < inner.x) | (x + width > inner.right) | (y < inner.y) | (y + height > inner.bottom)
            return np.where(outside, np.inf, cost(x, y))

        return cover.best(width, height, MARGIN, within)

    def _top_of(self, page: Page, width: float, height: float) -> Spot | None:
        place = self._search(page, width, height, _from_top_left(page))
        return None if place is None else Spot(page, place.x, place.y, "flow")

    def _below_title(self, page: Page, title: BoardBlock, width: float, height: float) -> Spot | None:
        """Make the page larger so that the block stands under its title rather than leaving the title alone."""
        needed = title.box.bottom + palette.BLOCK_GAP + 8 + height + palette.PAGE_EDGE + palette.CELL - page.box.y
        larger = Page(page.number, Box(page.box.x, page.box.y, max(page.box.w, self._wide_enough(width)), self._cells(needed)))
        place = self._flow_on(larger, width, height)
        if place is None or any(p.number != page.number and p.box.meets(larger.box) for p in self._state.pages.values()):
            return None
        self._state.pages[page.number] = larger
        return Spot(larger, place.x, place.y, "flow")

    def _wide_enough(self, width: float) -> float:
        return self._cells(width + 2 * palette.PAGE_EDGE + palette.CELL)

    @staticmethod
    def _cells(value: float) -> float:
        return math.ceil(value / palette.CELL) * palette.CELL

    def fresh(self, width: float, height: float) -> Spot:
        """Begin a page that has room for the block: the view itself if it is nearly empty, else the next slot to the right."""
        self.wants_fresh = False
        number = max(self._state.pages, default=0) + 1
        size = (max(self._size[0], self._wide_enough(width)), max(self._size[1], self._wide_enough(height)))
        for box, allowed in self._slots(size):
            page = Page(number, box)
            cover = self._cover(page)
            if cover.share_taken() > allowed:
                continue
            spot = self._top_of(page, width, height)
            if spot is not None:
                self._state.pages[number] = page
                return Spot(page, spot.x, spot.y, "page" if number > 1 else "flow")
        beyond = max((s.box.right for s in self._state.shown), default=0.0)
        x = self._cells(max(beyond, *(p.box.right for p in self._state.pages.values()), 0.0) + palette.PAGE_GAP)
        page = Page(number, Box(x, self._origin()[1], *size))
        self._state.pages[number] = page
        return Spot(page, page.box.x + palette.PAGE_EDGE, page.box.y + palette.PAGE_EDGE, "page")

    def _origin(self) -> tuple[float, float]:
        if self._state.pages:
            first = self._state.pages[min(self._state.pages)].box
            return first.x, first.y
        view = self._views[-1] if self._views else DEFAULT_VIEW
        return _whole_cells(view.x), _whole_cells(view.y)

    def _slots(self, size: tuple[float, float]) -> list[tuple[Box, float]]:
        x, y = self._origin()
        slots: list[tuple[Box, float]] = []
        if self._state.pages:
            x = self._cells(max(p.box.right for p in self._state.pages.values()) + palette.PAGE_GAP)
        else:
            slots.append((Box(x, y, *size), FIRST_PAGE_TAKEN))
            x += size[0] + palette.PAGE_GAP
        slots += [(Box(x + n * (size[0] + palette.PAGE_GAP), y, *size), NEXT_PAGE_TAKEN) for n in range(SLOTS_TRIED)]
        return slots

    def _cover(self, page: Page) -> Cover:
        """Return the page's occupancy, made anew when the board has changed since."""
        key = (page.number, page.box)
        known = self._covers.get(key)
        if known is not None and known[0] == self._state.changes:
            return known[1]
        cover = Cover(page.box, palette.CELL)
        for block in self._state.blocks.values():
            cover.add_box(block.box, BLOCK_RESERVE)
        strokes: dict[float, list[Sequence[tuple[float, float]]]] = {}
        for shown in near(self._state.shown, page.box.grown(30)):
            if shown.meta.is_tutors and shown.block in self._state.blocks:
                continue
            if shown.is_line and not shown.element.get("angle"):
                strokes.setdefault(shown.reach + PERSON_RESERVE, []).append(shown.path)
            else:
                cover.add_box(shown.box, PERSON_RESERVE)
        for reserve, paths in strokes.items():
            cover.add_lines(paths, reserve)
        self._covers[key] = (self._state.changes, cover)
        return cover


def _from_top_left(page: Page) -> Cost:
    def cost(x: Grid, y: Grid) -> Grid:
        return 3 * (y - page.box.y) + (x - page.box.x)

    return cost
