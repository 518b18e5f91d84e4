"""The story that must work: from a first look to a lesson with a friend, over a reload and a kill, in a real browser."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.answer_key import choice_of, gap_of
from tests.support.live_server import LiveServer
from tests.support.pdf import book, page_count
from tests.support.socket_clients import BoardSocket
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


def answer(watched: WatchedPage, text: str, *, right: bool) -> None:
    """Answer the open question, rightly or wrongly on purpose."""
    card = watched.get("question-card").last
    gap = card.get_by_test_id("gap-input")
    prompt = card.locator("form > div").first.inner_text()
    if gap.count():
        gap.fill(gap_of(prompt, text) if right else "zebra")
    else:
        cards = card.get_by_test_id(re.compile("^choice-")).all()
        choices = [one.inner_text().strip() for one in cards]
        key = choice_of(prompt, choices, text)
        cards[key if right else (key + 1) % len(choices)].click()
    card.get_by_test_id("check-answer").click()


def draw_box(watched: WatchedPage, x: int, y: int) -> None:
    """Draw a rectangle on the board by hand, at a place of the canvas that no panel covers."""
    canvas = watched.get("board").bounding_box()
    assert canvas is not None
    watched.page.locator("[data-testid='toolbar-rectangle']").first.check(force=True)
    mouse = watched.page.mouse
    mouse.move(canvas["x"] + x, canvas["y"] + y)
    mouse.down()
    mouse.move(canvas["x"] + x + 70, canvas["y"] + y + 50, steps=6)
    mouse.up()


def boxes_of_people(server: LiveServer, watched: WatchedPage) -> int:
    """Return how many rectangles people have drawn, as another peer of the board sees it."""
    session = watched.page.url.rsplit("/", 1)[-1].split("?")[0]
    peer = BoardSocket(server.socket_origin, session, watched.token)
    drawn = [element for element in peer.live_elements() if element["type"] == "rectangle" and "customData" not in element]
    peer.close()
    return len(drawn)


def wait_until(seen: Callable[[], Any], wanted: Any, seconds: float = 10) -> None:
    """Wait until `seen` gives what is wanted."""
    deadline = time.monotonic() + seconds
    while (last := seen()) != wanted:
        assert time.monotonic() < deadline, f"still {last!r}, not {wanted!r}"
        time.sleep(0.1)


def mastery(watched: WatchedPage) -> int:
    """Return what the bar in the header says, in per cent."""
    return int(watched.get("mastery-bar").get_attribute("aria-valuenow") or 0)


@pytest.mark.timeout(300)
def test_story(server: LiveServer, open_page: Any, screenshots: Path, reader_pdf: Path, reader_text: str) -> None:
    """Try, sign up, upload, learn with a friend, answer, reload, survive a kill: all of it in one go."""
    ann = open_page()
    page = ann.page

    def picture(name: str, of: WatchedPage = ann) -> None:
        of.page.screenshot(path=screenshots / f"{name}.png")

    page.goto("/")
    expect(ann.get("try-lesson")).to_be_visible()
    picture("01-landing")
    ann.check_accessible()

    ann.get("try-lesson").click()
    expect(ann.get("question-card").first).to_be_visible(timeout=PATIENCE_MS)
    picture("02-trying")
    ann.check()

    ann.get("account-menu").click()
    ann.get("keep-work").click()
    ann.get("name").fill("Ann")
    ann.get("email").fill("ann@example.org")
    ann.get("password").fill("correct horse 9")
    picture("03-sign-up")
    ann.check_accessible()
    ann.get("submit").click()
    expect(ann.get("account-menu")).to_have_attribute("aria-label", "Account of Ann")
    page.goto("/")
    expect(ann.get("folder")).to_have_count(1)

    ann.get("new-folder").click()
    ann.get("folder-name").fill("Small reader")
    ann.get("save-name").click()
    expect(page.get_by_role("heading", name="Small reader")).to_be_visible()
    ann.get("upload-input").set_input_files(reader_pdf)
    document = ann.get("document").first
    expect(document).to_contain_text("reading page", timeout=PATIENCE_MS)
    picture("04-reading")
    expect(document).to_have_attribute("data-status", "ready", timeout=PATIENCE_MS)
    picture("05-ready")
    ann.check_accessible()

    ann.get("new-session").click()
    ann.get("save-name").click()
    ann.get("start-lesson").click()
    began = time.monotonic()
    expect(ann.get("on-board").first).to_be_visible(timeout=PATIENCE_MS)
    assert time.monotonic() - began < FIRST_DRAWN_SECONDS + 1, "the first drawing took too long to be seen"
    expect(ann.get("messages")).to_contain_text("This lesson is about")

    ann.get("share-open").click()
    expect(ann.get("share-link")).to_have_value(re.compile("/join/"))
    picture("06-share")
    invitation = ann.get("share-link").input_value()
    page.keyboard.press("Escape")
    ben = open_page()
    ben.page.goto(invitation)
    ben.get("join-as-guest").click()
    expect(ben.get("board")).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)
    expect(ben.get("messages")).to_contain_text("This lesson is about")
    for watched in (ann, ben):
        expect(watched.get("question-card").last).to_be_visible(timeout=PATIENCE_MS)

    draw_box(ann, 400, 520)
    wait_until(lambda: boxes_of_people(server, ann), 1)
    draw_box(ben, 520, 560)
    wait_until(lambda: boxes_of_people(server, ann), 2)
    ben.get("text-panel-open").click()
    expect(ben.get("text-panel")).to_contain_text("A small reader")
    picture("07-friend", ben)
    ben.get("text-panel-close").click()

    ann.get("citation").first.click()
    expect(ann.get("source-quote")).to_be_visible()
    expect(ann.get("source-page")).to_be_visible()
    expect(ann.get("source-page").locator("[data-mark]").first).to_be_visible()
    page.wait_for_timeout(400)
    picture("08-source")
    quote = ann.get("source-quote").inner_text()
    assert " ".join(quote.split())[:40] in " ".join(reader_text.replace("*", "").split())
    page.keyboard.press("Escape")

    before = mastery(ann)
    answer(ann, reader_text, right=False)
    expect(ann.get("hint").first).to_be_visible()
    wait_until(lambda: mastery(ann) < before, True)
    expect(ann.get("solution")).to_have_count(0)
    picture("09-hint")
    answer(ann, reader_text, right=True)
    expect(ann.get("solution").first).to_be_visible()
    expect(ben.get("solution").first).to_be_visible()
    ann.get("next").click()
    expect(ann.get("question-card")).to_have_count(2, timeout=PATIENCE_MS)
    before = mastery(ann)
    answer(ann, reader_text, right=True)
    expect(ann.get("solution")).to_have_count(2)
    wait_until(lambda: mastery(ann) > before, True)
    picture("10-right")
    ann.check_accessible()

    ann.get("next").click()
    expect(ann.get("question-card")).to_have_count(3, timeout=PATIENCE_MS)
    conversation = ann.get("messages").inner_text()
    page.reload()
    expect(ann.get("question-card")).to_have_count(3, timeout=PATIENCE_MS)
    wait_until(lambda: ann.get("messages").inner_text(), conversation)

    for watched in (ann, ben):
        watched.check()
        watched.is_expecting_trouble = True
    server.kill()
    server.start()
    for watched in (ann, ben):
        expect(watched.get("connection-banner")).to_have_count(0, timeout=PATIENCE_MS)
    wait_until(lambda: ann.get("messages").inner_text(), conversation)
    assert boxes_of_people(server, ann) == 2
    answer(ann, reader_text, right=True)
    expect(ann.get("solution")).to_have_count(3, timeout=PATIENCE_MS)
    ben.get("message-input").fill("What is slack water?")
    ben.get("send").click()
    expect(ann.get("messages")).to_contain_text("What is slack water?")
    expect(ann.get("messages")).to_contain_text("current almost stops", timeout=PATIENCE_MS)
    picture("11-after-the-kill")
    assert not ann.foreign
    assert not ben.foreign


@pytest.mark.timeout(120)
def test_story_on_a_phone_in_the_dark(server: LiveServer, open_page: Any, screenshots: Path) -> None:
    """At 390 pixels, in dark colours, every page fits, is accessible, and a lesson can be followed and answered."""
    eve = open_page(width=390, height=844, dark=True)
    eve.page.goto("/")
    expect(eve.get("try-lesson")).to_be_visible()
    eve.check_fits()
    eve.check_accessible()
    eve.page.screenshot(path=screenshots / "20-phone-landing.png")
    eve.get("try-lesson").click()
    expect(eve.get("question-card").first).to_be_visible(timeout=PATIENCE_MS)
    eve.check_fits()
    eve.check_accessible()
    eve.page.screenshot(path=screenshots / "21-phone-chat.png")
    eve.get("side-switch").get_by_text("Board").click()
    expect(eve.get("board")).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)
    eve.page.wait_for_timeout(1000)
    eve.check_fits()
    eve.page.screenshot(path=screenshots / "22-phone-board.png")
    eve.page.goto("/")
    expect(eve.get("folder")).to_have_count(1)
    expect(eve.get("session").first).to_be_visible()
    eve.check_fits()
    eve.check_accessible()
    eve.page.screenshot(path=screenshots / "23-phone-home.png")
    eve.check()
