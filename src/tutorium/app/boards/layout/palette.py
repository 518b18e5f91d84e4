"""Colours, sizes and distances of everything the tutor draws; the only place that says them.

Colours were chosen for contrast in the light theme and in Excalidraw's dark theme (inverted and turned in hue). Body text is
always ink; colour goes to borders, bullets, headings and curves, and never carries meaning alone.
"""

from typing import Final

INK: Final = "#1e1e1e"
QUIET: Final = "#495057"
VIOLET: Final = "#6741d9"
BLUE: Final = "#1971c2"
RED: Final = "#c92a2a"
GREEN: Final = "#2b8a3e"
ORANGE: Final = "#d9480f"
RULE: Final = "#868e96"
GRID: Final = "#dee2e6"

FILL_BLUE: Final = "#d0ebff"
FILL_GREEN: Final = "#d3f9d8"
FILL_RED: Final = "#ffe3e3"
FILL_YELLOW: Final = "#fff3bf"
FILL_VIOLET: Final = "#e5dbff"
FILL_CARD: Final = "#f8f0fc"
FILL_CODE: Final = "#f1f3f5"

CURVES: Final = (BLUE, RED, GREEN)
"""Colours of curves and series, in order; each also has a name beside it or in a key."""

TITLE_PX: Final = 28
HEADING_PX: Final = 22
BODY_PX: Final = 20
CELL_PX: Final = 18
SMALL_PX: Final = 16
SIZES: Final = (TITLE_PX, HEADING_PX, BODY_PX, CELL_PX, SMALL_PX)

CELL: Final = 8
"""Positions of blocks are multiples of this; also the cell of the board's occupancy."""

BLOCK_GAP: Final = 28
ANCHOR_GAP: Final = 20
PAGE_EDGE: Final = 32
PAGE_GAP: Final = 160

THIN: Final = 1
NORMAL: Final = 2
THICK: Final = 3
