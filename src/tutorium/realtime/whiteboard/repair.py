"""What the server corrects after others' changes: schema, limits, order and references (whiteboard model, section 10).

Pure planning over a board as it is read; the room writes the plan in one transaction with origin "repair". Only the server
repairs, so two browsers never correct each other for ever.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from tutorium.realtime.whiteboard.defaults import Element
from tutorium.realtime.whiteboard.elements import BoardElements, ReadElement, is_live, paint_key
from tutorium.realtime.whiteboard.order import greatest_index, indices_between, is_valid_index
from tutorium.realtime.whiteboard.validation import MAX_LIVE_ELEMENTS, fixes_for, is_allowed_type, is_valid_file
from tutorium.realtime.whiteboard.writes import BoardWrites, complete_groups

_BINDINGS = ("startBinding", "endBinding")


def plan_element_repairs(board: BoardElements, touched: Iterable[str], touched_files: Iterable[str]) -> BoardWrites:
    """Return what to write so that these elements and files, each by itself, keep the rules again.

    The work grows with what is touched only, so a large paste can be looked at in pieces.
    """
    plan = _Plan(board)
    dropped = {i for i in touched_files if board.has_file(i) and not is_valid_file(i, board.find_file(i))}
    if dropped:
        for element in board.live():
            if isinstance(file_id := element.get("fileId"), str) and file_id in dropped:
                plan.change(element, {"isDeleted": True})
    for element_id in touched:
        element = board.find(element_id)
        if element is None:
            continue
        plan.change(element, fixes_for(element))
        if is_live(element) and is_allowed_type(element.get("type")):
            plan.change(element, _broken_references(board, element))
    writes = plan.writes()
    writes.dropped_files = dropped
    return writes


def plan_board_repairs(board: BoardElements, touched: set[str], *, max_live: int = MAX_LIVE_ELEMENTS) -> BoardWrites:
    """Return what to write so that the board as a whole keeps the rules: how many elements it shows, and their order.

    Looks at every element, but only those in `touched` can break something.
    """
    live = board.live()
    plan = _Plan(board)
    if len(live) > max_live:
        for element in [e for e in reversed(live) if e["id"] in touched][: len(live) - max_live]:
            plan.change(element, {"isDeleted": True})
        live = [e for e in live if not plan.deletes(e)]
    order = _OrderRepairs(board, live, touched, plan)
    order.spread_duplicates()
    order.place_malformed()
    order.lift_bound_texts()
    return plan.writes()


def _broken_references(board: BoardElements, element: ReadElement) -> Element:
    broken: Element = {}
    container = element.get("containerId")
    if container is not None and not _exists(board, container):
        broken["containerId"] = None
    for key in _BINDINGS:
        binding = element.get(key)
        if binding is not None and not _exists(board, _target_of(binding)):
            broken[key] = None
    file_id = element.get("fileId")
    if file_id is not None and not (isinstance(file_id, str) and board.has_file(file_id)):
        broken["isDeleted"] = True
    return broken


def _exists(board: BoardElements, element_id: object) -> bool:
    return isinstance(element_id, str) and board.find(element_id) is not None


def _target_of(binding: object) -> object:
    return cast("dict[str, object]", binding).get("elementId") if isinstance(binding, dict) else None


class _Plan:
    """The changes decided so far."""

    def __init__(self, board: BoardElements) -> None:
        self._board = board
        self._changes: dict[str, Element] = {}

    def change(self, element: ReadElement, changes: Element) -> None:
        if changes:
            self._changes.setdefault(element["id"], {}).update(changes)

    def deletes(self, element: ReadElement) -> bool:
        return self._changes.get(element["id"], {}).get("isDeleted") is True

    def index_of(self, element: ReadElement) -> Any:
        return self._changes.get(element["id"], {}).get("index", element.get("index"))

    def writes(self) -> BoardWrites:
        writes = BoardWrites()
        known = self._board.all()
        for element_id, changes in self._changes.items():
            writes.patch(element_id, complete_groups(known[element_id], changes))
        return writes


class _OrderRepairs:
    """Fresh indices for what cannot keep its own; each step sees the indices that the ones before it gave."""

    def __init__(self, board: BoardElements, live: list[ReadElement], touched: set[str], plan: _Plan) -> None:
        self._board = board
        self._live = live
        self._touched = [e for e in live if e["id"] in touched]
        self._touched_ids = touched
        self._plan = plan
        self._taken: list[str] | None = None

    def spread_duplicates(self) -> None:
        """Give all but the first of each run of equal indices fresh ones above it, so that the order stays as it was."""
        count = Counter(index for e in self._live if isinstance(index := e.get("index"), str))
        asked = (index for e in self._touched if isinstance(index := e.get("index"), str))
        doubled = {index for index in asked if count[index] > 1 and is_valid_index(index)}
        if doubled:
            runs: dict[str, list[ReadElement]] = {index: [] for index in doubled}
            for element in self._live:
                if isinstance(index := element.get("index"), str) and index in runs:
                    runs[index].append(element)
            for index, run in runs.items():
                self._place_above(index, run[1:])

    def place_malformed(self) -> None:
        """Place elements without a usable index above everything that ever was."""
        malformed = [e for e in self._touched if not is_valid_index(e.get("index"))]
        if malformed:
            top = greatest_index(self._plan.index_of(e) for e in self._board.all().values())
            self._assign(malformed, top, None)

    def lift_bound_texts(self) -> None:
        """Move texts that lie below their container right above it."""
        for text in self._live:
            container_id = text.get("containerId")
            if not isinstance(container_id, str) or text.get("type") != "text":
                continue
            if self._touched_ids.isdisjoint((text["id"], container_id)):
                continue
            container = self._board.find(container_id)
            # Text holds no text; skipping it also keeps two texts from lifting each other for ever.
            if container is None or container.get("type") == "text" or not is_live(container):
                continue
            below = self._plan.index_of(container)
            if self._paint_key(text) < self._paint_key(container) and is_valid_index(below):
                self._place_above(below, [text])

    def _place_above(self, index: str, elements: list[ReadElement]) -> None:
        if self._taken is None:
            self._taken = sorted({i for e in self._live if is_valid_index(i := self._plan.index_of(e))})
        place = bisect_right(self._taken, index)
        above = self._taken[place] if place < len(self._taken) else None
        self._taken[place:place] = self._assign(elements, index, above)

    def _assign(self, elements: list[ReadElement], below: str | None, above: str | None) -> list[str]:
        indices = indices_between(below, above, len(elements))
        for element, index in zip(elements, indices, strict=True):
            self._plan.change(element, {"index": index})
        return indices

    def _paint_key(self, element: ReadElement) -> tuple[str, str]:
        return paint_key({"id": element["id"], "index": self._plan.index_of(element)})
