"""The boards that are open in this process, as functions and the tutor use them. The server puts them in place."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from tutorium.errors import UnavailableError
from tutorium.realtime.whiteboard import BoardEditor, Element

T = TypeVar("T")


class LiveBoards(Protocol):
    """What is needed of open boards; `realtime.whiteboard.RoomRegistry` is this."""

    async def edit(self, room: str, editor: Callable[[BoardEditor], T], *, by: str) -> T:
        """Run `editor` on the board in one transaction; return its result when the writes are durable."""
        ...

    async def snapshot(self, room: str) -> list[Element]:
        """Return the live elements in paint order, each with its `id`."""
        ...

    async def files(self, room: str) -> dict[str, Any]:
        """Return the board's file entries by file id."""
        ...

    async def restore(self, room: str, elements: Sequence[Mapping[str, Any]], *, by: str = "tutor") -> None:
        """Bring the board back to earlier elements, as new edits."""
        ...


class TutorPresence(Protocol):
    """Where the tutor's cursor is shown; `realtime.whiteboard.RoomRegistry` is this."""

    def set_tutor_presence(self, room: str, pointer: Mapping[str, Any] | None, status: str) -> None:
        """Show the tutor's cursor at `pointer` (scene coordinates) and what it does: "idle", "thinking" or "drawing"."""
        ...


class BoardsNotOpenError(UnavailableError):
    """This process serves no boards. Try again in a moment, or ask another address."""


_chosen: list[LiveBoards] = []


@contextmanager
def use_boards(boards: LiveBoards) -> Generator[None, None, None]:
    """Let functions of this process find their boards in `boards` until the block ends."""
    _chosen.append(boards)
    try:
        yield
    finally:
        _chosen.remove(boards)


def current_boards() -> LiveBoards:
    """Return the boards of this process. Raises BoardsNotOpenError."""
    if not _chosen:
        raise BoardsNotOpenError
    return _chosen[-1]
