"""What the people on a board see of it, from what their pages tell each other."""

import math
from collections.abc import Sequence
from typing import Any, Protocol

from tutorium.app.boards.layout import Box
from tutorium.app.boards.layout.element_meta import MAX_COORDINATE


class PresentRoom(Protocol):
    """An open room, as far as this goes; `realtime.whiteboard` has it."""

    name: str

    @property
    def presence(self) -> list[dict[str, Any]]:
        """What everybody who is here shows of themselves."""
        ...


class OpenRooms(Protocol):
    """The rooms that are open in this process; `RoomRegistry` is this."""

    @property
    def rooms(self) -> Sequence[PresentRoom]:
        """The rooms that are live now."""
        ...


class ViewsOfPeople:
    """Answers which scene boxes the people of a session see now; the tutor's own is left out."""

    def __init__(self, open_rooms: OpenRooms) -> None:
        """Look into `open_rooms`."""
        self._open_rooms = open_rooms

    def __call__(self, session: str) -> list[Box]:
        """Return the views in the order in which people came; none for a board that is not open."""
        room = next((room for room in self._open_rooms.rooms if room.name == session), None)
        if room is None:
            return []
        return [view for state in room.presence if (view := _view_in(state)) is not None]


def _view_in(state: dict[str, Any]) -> Box | None:
    view: object = state.get("view")
    if not isinstance(view, dict):
        return None
    numbers: list[Any] = [view.get(key) for key in ("x", "y", "w", "h")]  # pyright: ignore[reportUnknownMemberType]
    if not all(isinstance(n, int | float) and math.isfinite(n) and abs(n) <= MAX_COORDINATE for n in numbers):
        return None
    box = Box(*(float(n) for n in numbers))
    return box if box.w > 0 and box.h > 0 else None
