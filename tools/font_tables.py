"""Make the tables of advance widths that the board's layout measures text with.

Usage: python tools/font_tables.py FONTS_DIR [OUT_DIR]

FONTS_DIR is `dist/prod/fonts` of the npm package @excalidraw/excalidraw (`npm pack @excalidraw/excalidraw@0.18.1`, unpacked).
Each font is shipped in pieces for ranges of characters; a table is the union of their character maps. A table is JSON:
`unitsPerEm` and `runs`, a flat list of (characters skipped since the last run, length of the run, advance), so that a font of
41,000 glyphs of mostly one width stays small. Needs fontTools and brotli (the `dev` extra).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = {"Excalifont": "hand", "Nunito": "plain", "ComicShanns": "code", "Xiaolai": "cjk"}
DEFAULT_OUT = Path(__file__).parent.parent / "src/tutorium/app/boards/layout/fonts"


def advances_of(folder: Path) -> tuple[int, dict[int, int]]:
    """Return units per em and the advance of each character in the pieces of one font."""
    units, advances = 0, {}
    for piece in sorted(folder.glob("*.woff2")):
        font = TTFont(piece, lazy=True)
        units = font["head"].unitsPerEm
        metrics = font["hmtx"]
        for codepoint, glyph in font.getBestCmap().items():
            advances[codepoint] = max(metrics[glyph][0], advances.get(codepoint, 0))
    return units, advances


def runs_of(advances: dict[int, int]) -> Iterator[int]:
    """Yield (skipped, length, advance) of every run of neighbouring characters with one advance."""
    end = 0
    pending = sorted(advances)
    position = 0
    while position < len(pending):
        start = pending[position]
        length = 1
        while position + length < len(pending) and pending[position + length] == start + length:
            if advances[start + length] != advances[start]:
                break
            length += 1
        yield from (start - end, length, advances[start])
        end = start + length
        position += length


def main(arguments: list[str]) -> int:
    """Write one table for each font; return the process's exit status."""
    if not arguments:
        print(__doc__)
        return 2
    out = Path(arguments[1]) if len(arguments) > 1 else DEFAULT_OUT
    out.mkdir(parents=True, exist_ok=True)
    for folder, name in FONTS.items():
        units, advances = advances_of(Path(arguments[0]) / folder)
        table = {"font": folder, "unitsPerEm": units, "runs": list(runs_of(advances))}
        (out / f"{name}.json").write_text(json.dumps(table, separators=(",", ":")) + "\n")
        print(f"{name}: {len(advances)} characters")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
