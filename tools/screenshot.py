"""Make docs/images/lesson.png: a lesson in the browser, as somebody sees it a while after pressing the button.

Usage: python -m tools.screenshot [OUT]

Runs a server on data of its own and drives Chromium (`tools/ensure_chromium.py` says where that comes from).
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.support.live_server import running_server

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "images" / "lesson.png"
WIDTH, HEIGHT = 1440, 860
PATIENCE_MS = 60_000
SETTLED_MS = 1_500
"""The board scrolls to what is new and fades in its fonts."""


def main(arguments: list[str]) -> int:
    """Take the picture and return 0."""
    out = Path(arguments[0]) if arguments else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), {"TUTORIUM_WORDS_PER_SECOND": "40"}) as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(server.origin)
        page.get_by_test_id("try-lesson").click()
        expect(page.get_by_test_id("question-card").first).to_be_visible(timeout=PATIENCE_MS)
        page.get_by_test_id("on-board").first.evaluate("chip => chip.click()")
        page.wait_for_timeout(SETTLED_MS)
        page.mouse.move(WIDTH * 0.8, HEIGHT * 0.3)
        page.mouse.wheel(0, HEIGHT * 0.22)
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=out)
        chromium.close()
    print(f"{out}: {out.stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
