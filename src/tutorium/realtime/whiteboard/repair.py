"""What the server corrects after others' changes: schema, limits, order and references (whiteboard model, section 10).

Pure planning over a board as it is read; the room writes the plan in one transaction with origin "repair". Only the server
repairs, so two browsers never correct each other for ever.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import Any, cast

from tutorium.realtime.whiteboard.defaults import FORBIDDEN_TYPES, Element
from tutorium.realtime.whiteboard.elements import BoardElements, ReadElement, is_live, paint_key
from tutorium.realtime.whiteboard.order import greatest_index, indices_between, is_valid_index
from tutorium.realtime.whiteboard.validation import MAX_LIVE_ELEMENTS, fixes_for, is_valid_file
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
            if element.get("fileId") in dropped:
                plan.change(element, {"isDeleted": True})
    for element_id in touched:
        element = board.find(element_id)
        if element is None:
            continue
        plan.change(element, fixes_for(element))
        if is_live(element) and element.get("type") not in FORBIDDEN_TYPES:
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
    order = _OrderRepairs(board, touched, plan)
    order.spread_duplicates([e for e in live if is_valid_index(e.get("index"))])
    order.place_malformed([e for e in live if e["id"] in touched and not is_valid_index(e.get("index"))])
    order.lift_bound_texts(live)
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

    def __init__(self, board: BoardElements, touched: set[str], plan: _Plan) -> None:
        self._board = board
        self._touched = touched
        self._plan = plan

    def place_malformed(self, malformed: list[ReadElement]) -> None:
        """Place elements without a usable index above everything that ever was."""
        if malformed:
            top = greatest_index(self._plan.index_of(e) for e in self._board.all().values())
            self._assign(malformed, top, None)

    def spread_duplicates(self, ordered: list[ReadElement]) -> None:
        """Give all but the first of each run of equal indices fresh ones above it, so that the order stays as it was."""
        start = 0
        while start < len(ordered):
            end = start + 1
            index = ordered[start]["index"]
            while end < len(ordered) and ordered[end]["index"] == index:
                end += 1
            run = ordered[start:end]
            if len(run) > 1 and any(element["id"] in self._touched for element in run):
                self._assign(run[1:], index, ordered[end]["index"] if end < len(ordered) else None)
            start = end

    def lift_bound_texts(self, live: list[ReadElement]) -> None:
        """Move texts that lie below their container right above it."""
        by_id = {element["id"]: element for element in live}
        indices: list[str] | None = None
        for text in (element for element in live if element.get("type") == "text"):
            container = by_id.get(str(text.get("containerId")))
            # Text holds no text; skipping it also keeps two texts from lifting each other for ever.
            if (
                container is None
                or container.get("type") == "text"
                or not self._touched.intersection((text["id"], container["id"]))
            ):
                continue
            if self._paint_key(text) > self._paint_key(container):
                continue
            below = self._plan.index_of(container)
            if not is_valid_index(below):
                continue
            if indices is None:
                indices = sorted({i for e in live if is_valid_index(i := self._plan.index_of(e))})
            place = bisect_right(indices, below)
            self._assign([text], below, indices[place] if place < len(indices) else None)
            insort(indices, self._plan.index_of(text))

    def _assign(self, elements: list[ReadElement], below: str | None, above: str | None) -> None:
        for element, index in zip(elements, indices_between(below, above, len(elements)), strict=True):
            self._plan.change(element, {"index": index})

    def _paint_key(self, element: ReadElement) -> tuple[str, str]:
        return paint_key({"id": element["id"], "index": self._plan.index_of(element)})
