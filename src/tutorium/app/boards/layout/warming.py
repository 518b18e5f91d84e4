"""What the first drawing would otherwise wait for."""

from functools import cache

from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.cover import Cover
from tutorium.app.boards.layout.intents import Function, Plane
from tutorium.app.boards.layout.kinds import make_block
from tutorium.app.boards.layout.text import CODE, HAND, measure


@cache
def warm_up() -> None:
    """Import numpy and load the font tables. Takes some tenths of a second the first time: call it in a thread."""
    Cover(Box(0, 0, 80, 80), 8).best(8, 8, 0, lambda x, y: x + y)
    make_block(Plane(functions=(Function(expr="1/x"),)), Room(800, 600), {})
    for family in (HAND, CODE):
        measure("a光", 20, family)
