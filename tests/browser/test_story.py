"""The story that must work: from a first look to a lesson with a friend, over a reload and a kill, in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.answer_key import choice_of, gap_of
from tests.support.live_server import LiveServer
from tests.support.pdf import book, page_count
from tests.support.watched_page import WatchedPage

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = [ROOT / "src/tutorium/app/documents/sample.md", *sorted((ROOT / "tests/fixtures/texts").glob("*.md"))]
FIRST_DRAWN_SECONDS = 2.0
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def reader_text() -> str:
    """The text of the PDF."""
    return "\n\n".join(path.read_text(encoding="utf-8") for path in TEXTS)


@pytest.fixture(scope="module")
def reader_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of more than thirty pages."""
    data = book([path.read_text(encoding="utf-8") for path in TEXTS], title="A small reader")
    assert page_count(data) >= 30
    path = tmp_path_factory.mktemp("pdf") / "reader.pdf"
    path.write_bytes(data)
    return path


def answer_open_question(watched: WatchedPage, text: str, *, right: bool) -> None:
    """Answer the newest question card, rightly or wrongly on purpose."""
    card = watched.get("question-card").last
    prompt = card.get_by_test_id("prompt").inner_text()
    gap = card.get_by_test_id("gap-input")
    if gap.count():
        gap.fill(gap_of(prompt, text) if right else "zebra")
    else:
        choices = [one.inner_text().strip() for one in card.get_by_test_id(re.compile("^choice-")).all()]
        key = choice_of(prompt, choices, text)
        card.get_by_test_id(f"choice-{key if right else (key + 1) % len(choices)}").click()
    card.get_by_test_id("check-answer").click()


def draw_rectangle(watched: WatchedPage, x: int, y: int) -> None:
    """Draw a rectangle on the board by hand."""
    board = watched.get("board").bounding_box()
    assert board is not None
    left, top = board["x"] + x, board["y"] + y
    watched.page.keyboard.press("Escape")
    watched.page.locator("[data-testid='toolbar-rectangle']").click(force=True)
    mouse = watched.page.mouse
    mouse.move(left, top)
    mouse.down()
    mouse.move(left + 90, top + 60, steps=6)
    mouse.up()


def drawn_by_people(watched: WatchedPage) -> int:
    """Return how many rectangles people have drawn, as the board's text panel lists them."""
    return int(watched.get("board").get_attribute("data-by-people") or 0)


@pytest.mark.timeout(300)
def test_story(server: LiveServer, open_page: Any, screenshots: Path, reader_pdf: Path, reader_text: str) -> None:
    """Try, sign up, upload, learn with a friend, answer, reload, survive a kill: all of it in one go."""
    ann = open_page()
    page = ann.page

    page.goto("/")
    expect(ann.get("try-lesson")).to_be_visible()
    page.screenshot(path=screenshots / "01-landing.png")
    ann.check_accessible()
    ann.get("try-lesson").click()
    expect(ann.get("question-card").first).to_be_visible(timeout=PATIENCE_MS)
    page.screenshot(path=screenshots / "02-trying.png")
    ann.check()
