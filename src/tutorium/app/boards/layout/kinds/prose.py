"""Paragraphs, lists, callouts and source code: text with little round it."""

import msgspec

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, framed, stack
from tutorium.app.boards.layout.intents import Callout, Code, ItemList, Text
from tutorium.app.boards.layout.marks import paragraph, shape, text_fragment
from tutorium.app.boards.layout.text import CODE, balanced, family_for, is_right_to_left, measure, wrap

TEXT_WIDTH = 520
CALLOUT_WIDTH = 420
SHORT_CALLOUT = 280
CODE_WIDTH = 640
BULLET_GAP = 10

TONES = {
    "note": (palette.FILL_BLUE, palette.BLUE),
    "key": (palette.FILL_YELLOW, palette.ORANGE),
    "warning": (palette.FILL_RED, palette.ORANGE),
    "mistake": (palette.FILL_RED, palette.RED),
    "example": (palette.FILL_GREEN, palette.GREEN),
}
"""Fill and border of each tone; the heading says the tone in words."""


def draw_text(intent: Text, room: Room) -> Fragment:
    """Return a paragraph."""
    return paragraph(intent.text, max_width=min(TEXT_WIDTH, room.width)).named("text")


def heading_of(text: str | None, width: float, *, color: str = palette.VIOLET) -> list[Fragment]:
    """Return the heading as a list of none or one, to be stacked above a drawing."""
    return [paragraph(text, palette.HEADING_PX, max_width=width, color=color).named("heading")] if text else []


def draw_list(intent: ItemList, room: Room) -> Fragment:
    """Return bulleted or numbered items with hanging indent; bullets stand right of a script that runs to the left."""
    width = min(TEXT_WIDTH, room.width)
    bullets = [f"{n}." if intent.ordered else "•" for n in range(1, len(intent.items) + 1)]
    indent = max(measure(b, palette.BODY_PX) for b in bullets) + BULLET_GAP
    rtl = is_right_to_left(intent.items[0])
    items: list[Fragment] = []
    for number, (bullet, item) in enumerate(zip(bullets, intent.items, strict=True)):
        words = paragraph(item, max_width=width - indent)
        mark = paragraph(bullet, max_width=indent, color=palette.VIOLET)
        entry = Fragment(indent + words.width, words.height)
        entry.put(mark, words.width + BULLET_GAP if rtl else 0.0, 0.0)
        entry.put(words, 0.0 if rtl else indent, 0.0)
        items.append(entry.named(f"i{number}"))
    entries = stack(items, gap=8, align="end" if rtl else "start")
    return stack([*heading_of(intent.heading, width), entries], gap=10, align="end" if rtl else "start")


def draw_callout(intent: Callout, room: Room) -> Fragment:
    """Return a card in the colours of its tone."""
    fill, stroke = TONES[intent.tone]
    inner = min(CALLOUT_WIDTH, room.width) - 2 * 16
    words = even_paragraph(intent.text, inner).named("text")
    card = shape("rectangle", Box(0, 0, 0, 0), stroke=stroke, fill=fill, rounded=True, role="outline")
    content = stack([*heading_of(intent.heading, inner, color=palette.INK), words], gap=6)
    # Cards of one width make a calm column; a few words do not need so much.
    is_short = words.width < SHORT_CALLOUT and len(intent.text) < 40
    return framed(content, card, pad_x=16, least=0.0 if is_short else inner + 2 * 16)


def even_paragraph(text: str, width: float) -> Fragment:
    """Return `text` in as few lines as `width` allows, all about as long: no last line of a single word."""
    lines = balanced(text, palette.BODY_PX, max_width=width)
    return text_fragment(lines, align="right" if is_right_to_left(text) else "left")


def draw_code(intent: Code, room: Room) -> Fragment:
    """Return source text on a pale ground; long lines are wrapped, none is lost."""
    family = family_for(intent.code, CODE)
    lines = wrap(intent.code, palette.SMALL_PX, family, max_width=min(CODE_WIDTH, room.width) - 2 * 14)
    ground = shape("rectangle", Box(0, 0, 0, 0), stroke=palette.RULE, fill=palette.FILL_CODE, width=1, role="outline")
    content = [text_fragment(lines).named("code")]
    if intent.language:
        content.insert(0, paragraph(intent.language, palette.SMALL_PX, max_width=CODE_WIDTH, color=palette.QUIET))
    return framed(stack(content, gap=4), ground, pad_x=14)


def code_parts(intent: Code, room: Room) -> list[Code]:
    """Return `intent` cut between lines into pieces that each fit `room`."""
    line_px = palette.SMALL_PX * 1.25
    per_piece = max(4, int((room.height - 2 * 14 - line_px) // line_px))
    lines = intent.code.split("\n")
    family = family_for(intent.code, CODE)
    width = min(CODE_WIDTH, room.width) - 2 * 14
    pieces: list[list[str]] = [[]]
    taken = 0
    for text in lines:
        rows = len(wrap(text, palette.SMALL_PX, family, max_width=width).lines)
        if pieces[-1] and taken + rows > per_piece:
            pieces.append([])
            taken = 0
        pieces[-1].append(text)
        taken += rows
    if len(pieces) == 1:
        return [intent]
    first = msgspec.structs.replace(intent, code="\n".join(pieces[0]))
    return [first, *(Code(code="\n".join(p), cite=intent.cite, language=intent.language) for p in pieces[1:])]
