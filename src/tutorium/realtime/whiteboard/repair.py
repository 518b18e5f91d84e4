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


def plan_repairs(
    board: BoardElements, touched: set[str], touched_files: set[str], *, max_live: int = MAX_LIVE_ELEMENTS
) -> BoardWrites:
    """Return what to write so that the elements and files that changed keep the rules again; empty when they do."""
    repairs = _Repairs(board, touched, max_live)
    repairs.check_files(touched_files)
    repairs.check_elements()
    repairs.check_count()
    repairs.check_order()
    return repairs.writes()


class _Repairs:
    """The plan of one pass; each check sees what the ones before it decided."""

    def __init__(self, board: BoardElements, touched: set[str], max_live: int) -> None:
        self._board = board
        self._touched = touched
        self._max_live = max_live
        self._changes: dict[str, Element] = {}
        self._dropped_files: set[str] = set()

    def writes(self) -> BoardWrites:
        writes = BoardWrites(dropped_files=self._dropped_files)
        known = self._board.all()
        for element_id, changes in self._changes.items():
            writes.patch(element_id, complete_groups(known[element_id], changes))
        return writes

    def check_files(self, touched: Iterable[str]) -> None:
        for file_id in touched:
            if self._board.has_file(file_id) and not is_valid_file(file_id, self._board.find_file(file_id)):
                self._dropped_files.add(file_id)
        if self._dropped_files:
            for element in self._board.live():
                if element.get("fileId") in self._dropped_files:
                    self._change(element, {"isDeleted": True})

    def check_elements(self) -> None:
        for element_id in self._touched:
            element = self._board.find(element_id)
            if element is None:
                continue
            self._change(element, fixes_for(element))
            if is_live(element) and element.get("type") not in FORBIDDEN_TYPES:
                self._change(element, self._broken_references(element))

    def check_count(self) -> None:
        """Delete the newest of the touched elements while the board shows more than it may."""
        live = self._live()
        excess = len(live) - self._max_live
        if excess > 0:
            for element in [e for e in reversed(live) if e["id"] in self._touched][:excess]:
                self._change(element, {"isDeleted": True})

    def check_order(self) -> None:
        live = self._live()
        self._spread_duplicates([e for e in live if is_valid_index(e.get("index"))])
        malformed = [e for e in live if e["id"] in self._touched and not is_valid_index(e.get("index"))]
        if malformed:
            top = greatest_index(self._index_of(e) for e in self._board.all().values())
            self._assign(malformed, top, None)
        self._lift_bound_texts(live)

    def _spread_duplicates(self, ordered: list[ReadElement]) -> None:
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

    def _lift_bound_texts(self, live: list[ReadElement]) -> None:
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
            below = self._index_of(container)
            if not is_valid_index(below):
                continue
            if indices is None:
                indices = sorted({i for e in live if is_valid_index(i := self._index_of(e))})
            place = bisect_right(indices, below)
            self._assign([text], below, indices[place] if place < len(indices) else None)
            insort(indices, self._index_of(text))

    def _broken_references(self, element: ReadElement) -> Element:
        broken: Element = {}
        container = element.get("containerId")
        if container is not None and not self._exists(container):
            broken["containerId"] = None
        for key in _BINDINGS:
            binding = element.get(key)
            if binding is not None and not self._exists(_target_of(binding)):
                broken[key] = None
        file_id = element.get("fileId")
        if file_id is not None and not (isinstance(file_id, str) and self._board.has_file(file_id)):
            broken["isDeleted"] = True
        return broken

    def _exists(self, element_id: object) -> bool:
        return isinstance(element_id, str) and self._board.find(element_id) is not None

    def _live(self) -> list[ReadElement]:
        return [e for e in self._board.live() if self._changes.get(e["id"], {}).get("isDeleted") is not True]

    def _change(self, element: ReadElement, changes: Element) -> None:
        if changes:
            self._changes.setdefault(element["id"], {}).update(changes)

    def _assign(self, elements: list[ReadElement], below: str | None, above: str | None) -> None:
        for element, index in zip(elements, indices_between(below, above, len(elements)), strict=True):
            self._change(element, {"index": index})

    def _index_of(self, element: ReadElement) -> Any:
        return self._changes.get(element["id"], {}).get("index", element.get("index"))

    def _paint_key(self, element: ReadElement) -> tuple[str, str]:
        return paint_key({"id": element["id"], "index": self._index_of(element)})


def _target_of(binding: object) -> object:
    return cast("dict[str, object]", binding).get("elementId") if isinstance(binding, dict) else None
