"""Highlights: a ring, a line below or a bracket beside something that is already there."""

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.boxes import Box, Fragment
from tutorium.app.boards.layout.marks import line, shape

RING_GAP = 6.0
BRACKET_PX = 8.0


def highlight_styles(wanted: str, box: Box) -> list[tuple[Fragment, tuple[float, float]]]:
    """Return the drawings that could mark `box`, the wanted one first, each with its offset from the box's corner."""
    styles = {"ring": _ring(box), "underline": _underline(box), "bracket": _bracket(box)}
    return [styles[wanted], *(style for name, style in styles.items() if name != wanted)]


def _ring(box: Box) -> tuple[Fragment, tuple[float, float]]:
    width, height = box.w + 2 * RING_GAP, box.h + 2 * RING_GAP
    ring = shape("rectangle", Box(0, 0, width, height), stroke=palette.ORANGE, width=palette.THICK, rounded=True, role="ring")
    return Fragment(width, height, [ring]), (-RING_GAP, -RING_GAP)


def _underline(box: Box) -> tuple[Fragment, tuple[float, float]]:
    stroke = line([(0, 0), (box.w, 0)], stroke=palette.ORANGE, width=palette.THICK, roughness=1, role="ring")
    return Fragment(box.w, 0, [stroke]), (0.0, box.h + 4)


def _bracket(box: Box) -> tuple[Fragment, tuple[float, float]]:
    points = [(BRACKET_PX, 0.0), (0.0, 0.0), (0.0, box.h), (BRACKET_PX, box.h)]
    stroke = line(points, stroke=palette.ORANGE, width=palette.THICK, role="ring")
    return Fragment(BRACKET_PX, box.h, [stroke]), (-2 * BRACKET_PX, 0.0)
