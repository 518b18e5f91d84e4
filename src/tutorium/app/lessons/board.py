"""What a lesson needs of the shared board."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tutorium.app.boards import DrawnStep


class LessonBoard(Protocol):
    """The board of a session, as the tutor uses it; `boards.TutorBoards` is this."""

    async def draw(self, session: str, step: str, drawings: Sequence[Mapping[str, Any]]) -> DrawnStep:
        """Draw the intents of a step where there is room and return when they are durable.

        Drawing the same step again changes nothing and returns the same: a lesson taken up after a crash asks twice.
        """
        ...

    def rest(self, session: str) -> None:
        """Show that the tutor draws no more for now."""
        ...

    async def describe(self, session: str, element: str) -> str | None:
        """Return what an element says or shows, or None when there is no such element."""
        ...
