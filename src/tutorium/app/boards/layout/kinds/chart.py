"""Charts: bars or lines over named categories, zero always on the axis, a key when there is more than one series."""

from collections.abc import Sequence

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, flow, row, stack
from tutorium.app.boards.layout.intents import Chart, Series
from tutorium.app.boards.layout.kinds.prose import heading_of
from tutorium.app.boards.layout.marks import line, paragraph, shape, text_mark
from tutorium.app.boards.layout.scales import nice_range, number_text, ticks
from tutorium.app.boards.layout.text import balanced, measure, wrap

CHART_WIDTH = 520.0
PLOT_HEIGHT = 220.0
BAR_ROW = 30.0
UPRIGHT_CATEGORIES = 7
FILLS = (palette.FILL_BLUE, palette.FILL_RED, palette.FILL_GREEN)


def draw_chart(intent: Chart, room: Room) -> Fragment:
    """Return the chart; parts are `c0`, `c1`, ... (categories)."""
    width = min(CHART_WIDTH, room.width)
    values = [v for s in intent.series for v in s.values[: len(intent.labels)]]
    low, high = nice_range(min(0.0, *values), max(0.0, *values))
    lying = intent.style == "bar" and len(intent.labels) > UPRIGHT_CATEGORIES
    plot = _lying(intent, low, high, width) if lying else _upright(intent, low, high, width)
    key = _key(intent.series, width) if len(intent.series) > 1 else []
    return stack([*heading_of(intent.heading, width), plot, *key], gap=10)


def _key(series: Sequence[Series], width: float) -> list[Fragment]:
    entries: list[Fragment] = []
    for number, one in enumerate(series):
        swatch = Fragment(18, 14, [shape("rectangle", Box(0, 0, 18, 14), stroke=palette.CURVES[number], fill=FILLS[number],
                                         width=2, roughness=0)])  # fmt: skip
        words = paragraph(one.name or f"{number + 1}", palette.SMALL_PX, max_width=width - 40)
        entries.append(row([swatch, words], gap=8, align="center"))
    return [flow(entries, width=width, gap=24, row_gap=6)]


def _upright(intent: Chart, low: float, high: float, width: float) -> Fragment:
    names = [(v, number_text(v)) for v in ticks(low, high, most=5)]
    low, high = min(low, names[0][0]), max(high, names[-1][0])
    left = max(measure(t, palette.SMALL_PX) for _, t in names) + 10.0
    top = 34.0 if intent.unit else 10.0
    slot = (width - left) / len(intent.labels)

    def y_of(value: float) -> float:
        return top + (high - value) / (high - low) * PLOT_HEIGHT

    result = Fragment(width, top + PLOT_HEIGHT)
    if intent.unit:
        result.marks.append(text_mark(wrap(intent.unit, palette.SMALL_PX, max_width=width), 0, 0, color=palette.QUIET))
    for value, text in names:
        lines = wrap(text, palette.SMALL_PX, max_width=200)
        y = y_of(value)
        result.marks.append(line([(left, y), (width, y)], stroke=palette.GRID, width=palette.THIN, role="grid"))
        result.marks.append(text_mark(lines, left - 8 - lines.width, y - lines.height / 2, color=palette.QUIET))
    for number, series in enumerate(intent.series):
        shown = series.values[: len(intent.labels)]
        if intent.style == "bar":
            bar = min(56.0, slot * 0.7 / len(intent.series))
            for n, value in enumerate(shown):
                x = left + slot * (n + 0.5) + (number - len(intent.series) / 2) * bar
                _bar(result, Box(x, y_of(max(value, 0.0)), bar - 2, abs(y_of(0) - y_of(value))), number, f"c{n}")
        else:
            points = [(left + slot * (n + 0.5), y_of(v)) for n, v in enumerate(shown)]
            if len(points) > 1:
                result.marks.append(line(points, stroke=palette.CURVES[number], width=palette.THICK))
            for n, (x, y) in enumerate(points):
                dot = shape("ellipse", Box(x - 4, y - 4, 8, 8), stroke=palette.CURVES[number], fill=palette.CURVES[number],
                            roughness=0, part=f"c{n}")  # fmt: skip
                result.marks.append(dot)
    result.marks.append(line([(left, y_of(0)), (width, y_of(0))], roughness=0))
    bottom = result.height
    for n, text in enumerate(intent.labels):
        lines = wrap(text, palette.SMALL_PX, max_width=slot - 6)
        x = left + slot * (n + 0.5) - lines.width / 2
        result.marks.append(text_mark(lines, x, result.height + 8, align="center", part=f"c{n}"))
        result.parts[f"c{n}"] = Box(left + slot * n, top, slot, PLOT_HEIGHT + 8 + lines.height)
        bottom = max(bottom, result.height + 8 + lines.height)
    result.height = bottom
    return result


def _bar(result: Fragment, box: Box, number: int, part: str) -> None:
    if box.w >= 1 and box.h >= 1:
        result.marks.append(shape("rectangle", box, stroke=palette.CURVES[number], fill=FILLS[number], roughness=0, part=part))


def _lying(intent: Chart, low: float, high: float, width: float) -> Fragment:
    texts = [balanced(text, palette.SMALL_PX, max_width=width * 0.4) for text in intent.labels]
    values = [[number_text(v) for v in s.values[: len(intent.labels)]] for s in intent.series]
    value_room = max(measure(t, palette.SMALL_PX) for row_values in values for t in row_values) + 10.0
    left = max(t.width for t in texts) + 10.0 + (value_room if low < 0 else 0.0)
    span = max(80.0, width - left - value_room)

    def x_of(value: float) -> float:
        return left + (value - low) / (high - low) * span

    thickness = min(24.0, max(20.0, BAR_ROW - 8))
    result = Fragment(left + span + value_room, 0.0)
    for n, text in enumerate(texts):
        height = max(text.height, len(intent.series) * thickness)
        top = result.height
        own_left = left - 10 - (value_room if low < 0 else 0.0) - text.width
        result.marks.append(text_mark(text, own_left, top + (height - text.height) / 2, align="right", part=f"c{n}"))
        for number, series in enumerate(intent.series):
            if n >= len(series.values):
                continue
            y = top + (height - len(intent.series) * thickness) / 2 + number * thickness
            start, end = sorted((x_of(0), x_of(series.values[n])))
            _bar(result, Box(start, y, end - start, thickness - 2), number, f"c{n}")
            label = wrap(values[number][n], palette.SMALL_PX, max_width=200)
            x = end + 6 if series.values[n] >= 0 else start - 6 - label.width
            result.marks.append(text_mark(label, x, y + (thickness - 2 - label.height) / 2, color=palette.QUIET, part=f"c{n}"))
        result.parts[f"c{n}"] = Box(0, top, result.width, height)
        result.height = top + height + 8
    result.height -= 8
    result.marks.append(line([(x_of(0), -2), (x_of(0), result.height + 2)], roughness=0))
    if intent.unit:
        words = paragraph(intent.unit, palette.SMALL_PX, max_width=width, color=palette.QUIET)
        result.put(words, left, result.height + 6)
        result.height += 6 + words.height
    return result
