"""How the application draws: changes are planned against the board as it is now, then written in one transaction."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from tutorium.errors import ConflictError, NotFoundError
from tutorium.realtime.whiteboard.defaults import LOCAL_ONLY_KEYS, Element, same_value, without_defaults
from tutorium.realtime.whiteboard.elements import BoardElements, ReadElement, is_live, paint_key
from tutorium.realtime.whiteboard.order import greatest_index, index_above
from tutorium.realtime.whiteboard.validation import InvalidElementError, check_changes, check_new_element, is_valid_file
from tutorium.realtime.whiteboard.writes import BoardWrites, complete_groups
from tutorium.runtime import Runtime

_MAX_SEED = 2**31


class UnknownElementError(NotFoundError):
    """There is no such element on this board. Look the board up again."""


class ElementExistsError(ConflictError):
    """An element with this id was on the board before. Ids are never used twice: take a fresh one."""


class BoardEditor:
    """One edit of a board: read the live elements, plan changes. Nothing is written when the edit raises.

    Reads see what this edit has planned so far. Elements that are read are shared: never change them in place.
    """

    def __init__(self, elements: BoardElements, *, by: str, runtime: Runtime) -> None:
        """Plan changes to `elements` in the name of `by` (a user id or "tutor")."""
        self._board = elements
        self._by = by
        self._runtime = runtime
        self._planned: dict[str, Element] = {}
        self._top: str | None = None
        self.writes = BoardWrites()

    @property
    def elements(self) -> list[ReadElement]:
        """The elements that are not deleted, those of people too, in paint order; sparse, with their `id`."""
        if not self._planned:
            return self._board.live()
        others = [element for element in self._board.live() if element["id"] not in self._planned]
        own = [element for element in self._planned.values() if is_live(element)]
        return sorted([*others, *own], key=paint_key)

    @property
    def files(self) -> Mapping[str, Any]:
        """The file entries by file id."""
        return MappingProxyType({**self._board.files(), **self.writes.files})

    def find(self, element_id: str) -> ReadElement | None:
        """Return the element, deleted or not; None when it never was on this board."""
        return self._planned.get(element_id) or self._board.find(element_id)

    def add(self, element_id: str, element: Mapping[str, Any]) -> None:
        """Draw a new element on top of all others.

        Keys at their default and local ones are left out; `index`, `seed` and the author are filled in when absent.
        Raises ElementExistsError or InvalidElementError.
        """
        if self.find(element_id) is not None:
            raise ElementExistsError(element=element_id)
        new = without_defaults(element)
        if "index" not in new:
            new["index"] = self._take_top_index()
        if "seed" not in new:
            new["seed"] = int.from_bytes(self._runtime.random_bytes(4), "big") % _MAX_SEED
        new["customData"] = self._signed(new.get("customData"))
        check_new_element(element_id, new)
        self._check_file(new)
        self.writes.added[element_id] = new
        self._planned[element_id] = {**new, "id": element_id}

    def patch(self, element_id: str, changes: Mapping[str, Any]) -> None:
        """Set keys of an element that is on the board; keys that belong together are written together.

        Raises UnknownElementError or InvalidElementError. A `type` never changes.
        """
        before = self.find(element_id)
        if before is None:
            raise UnknownElementError(element=element_id)
        if "type" in changes and changes["type"] != before.get("type"):
            raise InvalidElementError(f"element {element_id}: the type of an element never changes")
        real = {
            key: value
            for key, value in changes.items()
            if key not in LOCAL_ONLY_KEYS and not (key in before and same_value(before[key], value))
        }
        if not real:
            return
        after: Element = {**before, **real}
        check_changes(element_id, after, real)
        self._check_file(after)
        self._planned[element_id] = after
        if element_id in self.writes.added:
            self.writes.added[element_id].update(real)
        else:
            self.writes.patch(element_id, complete_groups(before, real))

    def delete(self, element_id: str) -> None:
        """Mark the element as deleted; it can be restored. Deleting twice is harmless. Raises UnknownElementError."""
        before = self.find(element_id)
        if before is None:
            raise UnknownElementError(element=element_id)
        if is_live(before):
            self._planned[element_id] = {**before, "isDeleted": True}
            if element_id in self.writes.added:
                self.writes.added[element_id]["isDeleted"] = True
            else:
                self.writes.patch(element_id, {"isDeleted": True})

    def add_file(self, file_id: str, entry: Mapping[str, Any]) -> None:
        """Add an image's entry (see `files.inline_file`); the same content twice is harmless. Raises InvalidElementError."""
        if not is_valid_file(file_id, entry):
            raise InvalidElementError(f"file {file_id}: not an image entry that boards accept")
        if not self._board.has_file(file_id):
            self.writes.files[file_id] = dict(entry)

    def _take_top_index(self) -> str:
        if self._top is None:
            self._top = greatest_index(element.get("index") for element in self._board.all().values())
        self._top = index_above(self._top)
        return self._top

    def _signed(self, custom: object) -> dict[str, Any]:
        data = _fields_of(custom)
        return {**data, "tutorium": {"by": self._by, **_fields_of(data.get("tutorium"))}}

    def _check_file(self, element: Mapping[str, Any]) -> None:
        file_id = element.get("fileId")
        if isinstance(file_id, str) and file_id not in self.writes.files and not self._board.has_file(file_id):
            raise InvalidElementError(f"file {file_id} is not on this board: add it first")


def _fields_of(value: object) -> dict[str, Any]:
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else {}
