"""A block: one intent as a drawing in local coordinates, ready to be placed, and the room it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tutorium.app.boards.layout.boxes import Fragment


class Room(NamedTuple):
    """The most that a block may take, in scene pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaImage:
    """A formula rendered beforehand: an SVG whose glyphs are paths, at its natural size in scene pixels."""

    svg: bytes
    width: float
    height: float


Formulas = Mapping[str, FormulaImage]
"""Rendered formulas by their LaTeX source; a source that cannot be rendered is absent."""


@dataclass(slots=True, kw_only=True)
class Block:
    """What a kind makes of an intent. `files` are images by content hash; `src` is what it can be drawn again from.

    `grouped` blocks are dragged as one thing; `tall` ones may hang over the lower edge of their page.
    """

    drawing: Fragment
    kind: str
    alt: str
    src: dict[str, Any] | None = None
    files: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    grouped: bool = True
