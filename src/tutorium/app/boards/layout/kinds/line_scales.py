"""Timelines and number lines: an axis true to scale with names on leaders above it."""

from collections.abc import Callable, Sequence
from typing import Final

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment
from tutorium.app.boards.layout.intents import Mark, NumberLine, Timeline
from tutorium.app.boards.layout.marks import line, shape, text_mark
from tutorium.app.boards.layout.scales import lanes, nice_range, number_text, ticks
from tutorium.app.boards.layout.text import Lines, measure, wrap

AXIS_WIDTH = 900
LABEL_WIDTH = 170
#: So few events may have longer lines.
FEW_MARKS: Final = 4
FEW_LABEL_WIDTH: Final = 210
LANE_GAP = 10
TICK_PX = 7
DOT = 10


def year_text(value: float) -> str:
    """Return a year, which has no thousands sign and no exponent."""
    return number_text(value) if value != int(value) or abs(value) >= 1e6 else str(int(value)).replace("-", "−")


def draw_timeline(intent: Timeline, room: Room) -> Fragment:
    """Return the events over their axis; parts are `m0`, `m1`, ... in the order of the intent."""
    return _draw(intent.events, intent.since, intent.until, room, name=year_text, dated=True)


def draw_number_line(intent: NumberLine, room: Room) -> Fragment:
    """Return the marks over their axis; parts as for a timeline."""
    return _draw(intent.marks, intent.since, intent.until, room, name=number_text, dated=False)


def _range(marks: Sequence[Mark], since: float | None, until: float | None) -> tuple[float, float]:
    places = [m.at for m in marks]
    low, high = min(places), max(places)
    return nice_range(low if since is None else min(low, since), high if until is None else max(high, until))


def _draw(
    marks: Sequence[Mark],
    since: float | None,
    until: float | None,
    room: Room,
    *,
    name: Callable[[float], str],
    dated: bool,
) -> Fragment:
    low, high = _range(marks, since, until)
    order = sorted(range(len(marks)), key=lambda n: (marks[n].at, n))
    names = [f"{name(marks[n].at)}: {marks[n].text}" if dated else marks[n].text for n in order]
    wide = LABEL_WIDTH if len(marks) > FEW_MARKS else FEW_LABEL_WIDTH
    labels = [wrap(text, palette.CELL_PX, max_width=wide) for text in names]
    # The last label may stand over the end of the axis, so the axis gives way for it.
    width = min(AXIS_WIDTH, room.width) - 24
    span = width - max(0, max(label.width for label in labels) - 20)
    xs = [8 + (marks[n].at - low) / (high - low) * span for n in order]
    levels = lanes(xs, [label.width + 8 for label in labels], LANE_GAP)
    tops, axis = _lane_tops(labels, levels)
    result = Fragment(0.0, 0.0)
    for n, label, x, level in zip(order, labels, xs, levels, strict=True):
        part = f"m{n}"
        y = tops[level] + _lane_height(labels, levels, level) - label.height
        result.marks.append(line([(x, y), (x, axis - DOT / 2)], stroke=palette.QUIET, width=palette.THIN, part=part))
        result.marks.append(text_mark(label, x + 6, y, part=part))
        result.marks.append(
            shape(
                "ellipse",
                Box(x - DOT / 2, axis - DOT / 2, DOT, DOT),
                stroke=palette.VIOLET,
                fill=palette.VIOLET,
                roughness=0,
                part=part,
            )
        )
        result.parts[part] = Box(x - DOT / 2, y, label.width + 6 + DOT / 2, axis + DOT / 2 - y)
    end = 8 + span + 16
    result.marks.append(line([(0, axis), (end, axis)], head="arrow", roughness=0))
    years = dated and all(float(mark.at).is_integer() for mark in marks)
    bottom = _ticks(result, low, high, span, axis, name, whole=years)
    result.width = max(
        end, max(x + 6 + label.width for x, label in zip(xs, labels, strict=True)), *(m.box.right for m in result.marks)
    )
    result.height = bottom
    return result


def _lane_height(labels: Sequence[Lines], levels: Sequence[int], level: int) -> float:
    return max((label.height for label, at in zip(labels, levels, strict=True) if at == level), default=0.0)


def _lane_tops(labels: Sequence[Lines], levels: Sequence[int]) -> tuple[dict[int, float], float]:
    tops: dict[int, float] = {}
    y = 0.0
    for level in range(max(levels), 0, -1):
        tops[level] = y
        y += _lane_height(labels, levels, level) + LANE_GAP
    return tops, y + 12


def _ticks(
    result: Fragment, low: float, high: float, span: float, axis: float, name: Callable[[float], str], *, whole: bool
) -> float:
    """Draw the ticks and return how low they reach. `whole` leaves out those between years."""
    right = -1e9
    bottom = axis + TICK_PX
    for value in ticks(low, high, most=max(2, int(span // 90))):
        if whole and not value.is_integer():
            continue
        x = 8 + (value - low) / (high - low) * span
        text = name(value)
        wide = measure(text, palette.SMALL_PX)
        left = max(0.0, x - wide / 2)
        if left < right + 12:
            continue
        right = left + wide
        result.marks.append(line([(x, axis), (x, axis + TICK_PX)], width=palette.THIN))
        lines = wrap(text, palette.SMALL_PX, max_width=400)
        result.marks.append(text_mark(lines, left, axis + TICK_PX + 3, color=palette.QUIET))
        bottom = axis + TICK_PX + 3 + lines.height
    return bottom
