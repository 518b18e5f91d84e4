"""Changes the server makes to a board, collected first and applied in one Yjs transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pycrdt import Doc, Map

from tutorium.realtime.whiteboard.defaults import Element, defaults_of, grouped_keys
from tutorium.realtime.whiteboard.elements import ReadElement


@dataclass(slots=True)
class BoardWrites:
    """New elements, keys to set on existing ones, new file entries, entries to drop, and the board's own facts.

    All values are plain JSON; None takes a key out of `meta`.
    """

    added: dict[str, Element] = field(default_factory=dict[str, Element])
    patched: dict[str, Element] = field(default_factory=dict[str, Element])
    files: dict[str, Any] = field(default_factory=dict[str, Any])
    dropped_files: set[str] = field(default_factory=set[str])
    meta: dict[str, Any] = field(default_factory=dict[str, Any])

    def __bool__(self) -> bool:
        """False when there is nothing to write."""
        return bool(self.added or self.patched or self.files or self.dropped_files or self.meta)

    def patch(self, element_id: str, changes: Mapping[str, Any]) -> None:
        """Set more keys of an existing element."""
        if changes:
            self.patched.setdefault(element_id, {}).update(changes)


def apply_writes(doc: Doc[Any], writes: BoardWrites) -> None:
    """Write everything into `doc`; to be called inside a transaction. Files come first, so that no image is without one."""
    files: Map[Any] = doc.get("files", type=Map)
    elements: Map[Any] = doc.get("elements", type=Map)
    for file_id, entry in writes.files.items():
        if file_id not in files:
            files[file_id] = entry
    for file_id in writes.dropped_files:
        if file_id in files:
            del files[file_id]
    for element_id, element in writes.added.items():
        elements[element_id] = Map({key: value for key, value in element.items() if key != "id"})
    for element_id, changes in writes.patched.items():
        shared = elements.get(element_id)
        if isinstance(shared, Map):
            for key, value in changes.items():
                cast("Map[Any]", shared)[key] = value


def complete_groups(element: ReadElement, changes: Mapping[str, Any]) -> Element:
    """Return `changes` with every key that must be written with them, at its present value (whiteboard model, section 5)."""
    element_type = str(element.get("type"))
    defaults = defaults_of(element_type)
    present = {**defaults, **element, **changes}
    return {key: present[key] for key in sorted(grouped_keys(element_type, changes)) if key in present}
