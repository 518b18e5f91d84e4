"""Tables: columns as wide as they need, rows as high as their highest cell, one outline and drawn rules."""

from tutorium.app.boards.layout import palette
from tutorium.app.boards.layout.block import Room
from tutorium.app.boards.layout.boxes import Box, Fragment, stack
from tutorium.app.boards.layout.intents import Table
from tutorium.app.boards.layout.kinds.prose import heading_of
from tutorium.app.boards.layout.marks import line, shape, text_mark
from tutorium.app.boards.layout.text import is_right_to_left, longest_unit, measure, wrap

TABLE_WIDTH = 760
PAD_X, PAD_Y = 10, 8
LEAST_COLUMN = 60


def draw_table(intent: Table, room: Room) -> Fragment:
    """Return the table; parts are `h` (the header), `r0`, `r1` (rows) and `r0c1` (cells)."""
    columns = len(intent.header)
    rows = [tuple(intent.header)] + [(*r, *[""] * columns)[:columns] for r in intent.rows]
    width = min(TABLE_WIDTH, room.width)
    widths = column_widths(rows, width)
    cells = [[wrap(text, palette.CELL_PX, max_width=widths[n] - 2 * PAD_X) for n, text in enumerate(r)] for r in rows]
    heights = [max(c.height for c in r) + 2 * PAD_Y for r in cells]
    total, height = sum(widths), sum(heights)
    grid = Fragment(total, height)
    grid.marks.append(
        shape("rectangle", Box(0, 0, total, heights[0]), stroke=palette.FILL_VIOLET, fill=palette.FILL_VIOLET, width=1,
              roughness=0, role="fill")
    )  # fmt: skip
    y = 0.0
    for number, (row_cells, row_height) in enumerate(zip(cells, heights, strict=True)):
        name = f"r{number - 1}" if number else "h"
        grid.parts[name] = Box(0, y, total, row_height)
        if number:
            grid.marks.append(line([(0, y), (total, y)], stroke=palette.RULE, width=palette.THIN))
        x = 0.0
        for column, cell in enumerate(row_cells):
            part = f"{name}c{column}"
            grid.parts[part] = Box(x, y, widths[column], row_height)
            if cell.original:
                rtl = is_right_to_left(cell.original)
                left = x + widths[column] - PAD_X - cell.width if rtl else x + PAD_X
                grid.marks.append(text_mark(cell, left, y + PAD_Y, part=part, align="right" if rtl else "left"))
            x += widths[column]
        y += row_height
    x = 0.0
    for column_width in widths[:-1]:
        x += column_width
        grid.marks.append(line([(x, 0), (x, height)], stroke=palette.RULE, width=palette.THIN))
    grid.marks.append(shape("rectangle", Box(0, 0, total, height), stroke=palette.INK, role="outline"))
    return stack([*heading_of(intent.heading, width), grid], gap=8)


def column_widths(rows: list[tuple[str, ...]], width: float) -> list[float]:
    """Return whole column widths that sum to at most `width`: the widest cells if they fit, else shared out fairly."""
    size = palette.CELL_PX
    columns = list(zip(*rows, strict=True))
    least = [max(LEAST_COLUMN, max(longest_unit(t, size) for t in c) + 2 * PAD_X) for c in columns]
    most = [max(low, max(measure(t, size) for t in c) + 2 * PAD_X) for low, c in zip(least, columns, strict=True)]
    if sum(most) <= width:
        return [float(w) for w in most]
    if sum(least) >= width:
        return [float(int(width * low / sum(least))) for low in least]
    spare = width - sum(least)
    wanted = sum(m - low for m, low in zip(most, least, strict=True))
    return [float(int(low + spare * (m - low) / wanted)) for m, low in zip(most, least, strict=True)]
