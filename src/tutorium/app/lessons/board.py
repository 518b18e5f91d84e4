"""What a lesson needs of the shared board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What one step put on the board: element ids, and the words for people who cannot see them."""

    elements: tuple[str, ...]
    alt: str


class LessonBoard(Protocol):
    """The board of a session, as the tutor uses it."""

    async def draw(self, session: str, step: str, drawings: Sequence[Mapping[str, Any]]) -> Drawn:
        """Draw the intents of a step where there is room and return when they are durable.

        Drawing the same step again changes nothing and returns the same: a lesson taken up after a crash asks twice.
        """
        ...

    async def describe(self, session: str, element: str) -> str | None:
        """Return what an element says or shows, or None when there is no such element."""
        ...
