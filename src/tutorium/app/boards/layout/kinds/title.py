"""Titles: large words over a drawn line."""

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Fragment, stack
from tutorium.app.boards.layout.intents import Title
from tutorium.app.boards.layout.marks import line, paragraph


def draw_title(intent: Title, room: Room) -> Fragment:
    """Return the title, wrapped only when the page is narrower than it."""
    words = paragraph(intent.text, palette.TITLE_PX, max_width=room.width)
    rule = Fragment(words.width, 4, [line([(0, 2), (words.width, 2)], stroke=palette.VIOLET, roughness=1)])
    return stack([words.named("text"), rule], gap=4)
