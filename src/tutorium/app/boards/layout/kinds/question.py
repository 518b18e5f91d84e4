"""Question cards and the verdict that is later written into the room they keep."""

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, Mark, framed, row, stack
from tutorium.app.boards.layout.intents import Feedback, Question
from tutorium.app.boards.layout.marks import line, paragraph, shape
from tutorium.app.boards.layout.text import wrap

CARD_WIDTH = 480
PAD = 18
SLOT_LINES = 3
SIGN_PX = 24
SLOT_HEIGHT = SLOT_LINES * palette.SMALL_PX * 1.25 + 8
LETTERS = "ABCDEFGH"

VERDICT_COLORS = {"right": palette.GREEN, "wrong": palette.RED, "partly": palette.ORANGE}


def draw_question(intent: Question, room: Room) -> Fragment:
    """Return the card; its parts are `prompt` and `o0`, `o1`, ..., its slot is `verdict`."""
    inner = min(CARD_WIDTH, room.width) - 2 * PAD
    content = [paragraph(intent.prompt, max_width=inner).named("prompt")]
    content += [_option(number, text, inner) for number, text in enumerate(intent.options)]
    content.append(Fragment(inner, SLOT_HEIGHT, slots={"verdict": Box(0, 0, inner, SLOT_HEIGHT)}))
    card = shape("rectangle", Box(0, 0, 0, 0), stroke=palette.VIOLET, fill=palette.FILL_CARD, rounded=True, role="outline")
    return framed(stack(content, gap=10), card, pad_x=PAD)


def _option(number: int, text: str, width: float) -> Fragment:
    letter = paragraph(LETTERS[number], max_width=30)
    words = paragraph(text, max_width=width - 2 * 10 - letter.width - 12)
    frame = shape(
        "rectangle", Box(0, 0, 0, 0), stroke=palette.RULE, fill="#ffffff", width=1, rounded=True, roughness=0, role="outline"
    )
    option = framed(row([letter, words], gap=12, align="start"), frame, pad_x=10, pad_y=7, least=width)
    return option.named(f"o{number}")


def draw_feedback(intent: Feedback, room: Room) -> Fragment | None:
    """Return the verdict at a size that fits `room` (a question's slot), or None when its text is too long for it."""
    words = wrap(intent.text, palette.SMALL_PX, max_width=room.width - SIGN_PX - 12)
    height = max(words.height if intent.text else 0.0, SIGN_PX)
    if height > room.height or words.width + SIGN_PX + 12 > room.width:
        return None
    result = Fragment(SIGN_PX + 12 + words.width, height)
    result.put(verdict_sign(intent.verdict), 0.0, 0.0)
    if intent.text:
        text = paragraph(intent.text, palette.SMALL_PX, max_width=room.width - SIGN_PX - 12)
        result.put(text.named("text"), SIGN_PX + 12, 0.0)
    return result


def verdict_sign(verdict: str) -> Fragment:
    """Return a tick, a cross or a wave as drawn lines, so that right and wrong are never told by colour alone."""
    strokes = {
        "right": [[(3.0, 13.0), (9.0, 20.0), (21.0, 4.0)]],
        "wrong": [[(4.0, 4.0), (20.0, 20.0)], [(20.0, 4.0), (4.0, 20.0)]],
        "partly": [[(2.0, 14.0), (7.0, 8.0), (12.0, 12.0), (17.0, 16.0), (22.0, 10.0)]],
    }[verdict]
    color = VERDICT_COLORS[verdict]
    marks: list[Mark] = [line(s, stroke=color, width=palette.THICK, curved=verdict == "partly", part="sign") for s in strokes]
    return Fragment(SIGN_PX, SIGN_PX, marks, {"sign": Box(0, 0, SIGN_PX, SIGN_PX)})
