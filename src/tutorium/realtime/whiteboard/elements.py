"""Read access to the elements of a live document, kept up to date change by change."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from pycrdt import Doc, Map

from tutorium.realtime.whiteboard.defaults import Element

ReadElement = Mapping[str, Any]
"""An element as it is read from a board: sparse, with its `id`; shared with the board, so never changed."""


class BoardElements:
    """The elements of one document as plain values.

    Changes only mark ids as stale; an element is decoded when somebody asks for it, and once between two changes. Entries that
    are no map are not elements and are passed over.

    Invariant: whatever is not in `_stale` equals the document.
    """

    def __init__(self, doc: Doc[Any]) -> None:
        """Watch `doc`, which may hold elements already."""
        self._map: Map[Any] = doc.get("elements", type=Map)
        self._files: Map[Any] = doc.get("files", type=Map)
        self._known: dict[str, Element] = {}
        self._stale: set[str] = set(self._map.keys())
        self._touched: set[str] = set()
        self._touched_files: set[str] = set(self._files.keys())
        self._order: list[tuple[str, str]] | None = None
        # The wrapped observers cost three times as much per update, for event objects nobody reads.
        self._subscriptions = (
            self._map.integrated.observe_deep(self._on_elements),
            self._files.integrated.observe(self._on_files),
        )

    def close(self) -> None:
        """Stop watching the document."""
        for subscription in self._subscriptions:
            subscription.drop()

    def take_touched(self) -> tuple[set[str], set[str]]:
        """Return the ids of elements and of files that changed since the last call."""
        touched = self._touched, self._touched_files
        self._touched, self._touched_files = set(), set()
        return touched

    @property
    def has_touched(self) -> bool:
        """True when something changed since `take_touched`."""
        return bool(self._touched or self._touched_files)

    def touch(self, element_ids: Iterable[str], file_ids: Iterable[str]) -> None:
        """Count these as changed again."""
        self._touched.update(element_ids)
        self._touched_files.update(file_ids)

    def refresh(self) -> None:
        """Decode what changed, so that later reads are cheap."""
        for element_id in self._stale:
            self._decode(element_id)
        self._stale.clear()

    def find(self, element_id: str) -> ReadElement | None:
        """Return the element, deleted or not; None when there is none."""
        if element_id in self._stale:
            self._decode(element_id)
            self._stale.discard(element_id)
        return self._known.get(element_id)

    def all(self) -> Mapping[str, ReadElement]:
        """Return every element by id, deleted ones too."""
        self.refresh()
        return self._known

    def live(self) -> list[ReadElement]:
        """Return the elements that are not deleted, in paint order: ascending (index, id)."""
        self.refresh()
        if self._order is None:
            self._order = sorted(paint_key(element) for element in self._known.values() if is_live(element))
        return [self._known[element_id] for _, element_id in self._order]

    def files(self) -> dict[str, Any]:
        """Return the file entries by file id, as they are in the document."""
        return dict(self._files.items())

    def has_file(self, file_id: str) -> bool:
        """Say whether there is an entry for `file_id`."""
        return file_id in self._files

    def find_file(self, file_id: str) -> object:
        """Return the file's entry, None when there is none."""
        return self._files.get(file_id)

    def __len__(self) -> int:
        """Return how many elements there are, deleted ones too."""
        return len(self._map)

    def _decode(self, element_id: str) -> None:
        shared = self._map.get(element_id)
        before = self._known.get(element_id)
        after: Element | None = None
        if isinstance(shared, Map):
            after = {**(cast("Map[Any]", shared).to_py() or {}), "id": element_id}
            self._known[element_id] = after
        elif before is not None:
            del self._known[element_id]
        if self._order is not None:
            self._reorder(self._order, before, after)

    def _reorder(self, order: list[tuple[str, str]], before: Element | None, after: Element | None) -> None:
        old = paint_key(before) if before is not None and is_live(before) else None
        new = paint_key(after) if after is not None and is_live(after) else None
        if old == new:
            return
        if old is not None:
            del order[bisect_left(order, old)]
        if new is not None:
            insort(order, new)

    def _on_elements(self, events: list[Any]) -> None:
        for event in events:
            path = event.path
            ids: Iterator[str] = iter((path[0],)) if path else iter(event.keys)
            for element_id in ids:
                self._stale.add(element_id)
                self._touched.add(element_id)

    def _on_files(self, event: Any) -> None:
        self._touched_files.update(event.keys)


def is_live(element: ReadElement) -> bool:
    """Say whether the element is shown."""
    return element.get("isDeleted") is not True


def paint_key(element: ReadElement) -> tuple[str, str]:
    """Return what elements are painted in ascending order of: index, and id where two people took the same one."""
    index = element.get("index")
    return (index if isinstance(index, str) else "", element["id"])
