"""A real server, a real Chromium, and people with a page each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.live_server import LiveServer, running_server
from tests.support.watched_page import WatchedPage

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where screenshots are left to be looked at."""
    folder = Path(os.environ.get("TUTORIUM_SCREENSHOTS", ROOT / "test-results" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    assert CHROMIUM is not None, "Chromium is not installed; tools/ensure_chromium.py says how"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server of its own for each test, whose tutor speaks fast."""
    with running_server(tmp_path, {"TUTORIUM_WORDS_PER_SECOND": "40"}) as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, server: LiveServer) -> Iterator["PageOpener"]:
    """Return how people come: each with a browser profile of their own."""
    opener = PageOpener(browser, server)
    yield opener
    opener.close()


class PageOpener:
    """Opens pages and watches all of them for faults that no page may have."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        """Open pages of `browser` on `server`."""
        self._browser = browser
        self._server = server
        self._pages: list[WatchedPage] = []

    def __call__(self, *, width: int = 1440, height: int = 900, dark: bool = False) -> WatchedPage:
        """Open a page of somebody new."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", base_url=self._server.origin
        )
        page: Page = context.new_page()
        watched = WatchedPage(page, self._server.origin)
        self._pages.append(watched)
        return watched

    def close(self) -> None:
        """Close everybody's browser profile."""
        for watched in self._pages:
            watched.page.context.close()
