"""A browser page that remembers what must never happen on it."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response

AXE = Path(__file__).resolve().parent.parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: Faults inside Excalidraw's own canvas and menus that a host page cannot mend; each is named, none is a pattern.
EXCALIDRAW_FAULTS = {
    "label-content-name-mismatch",
    "landmark-contentinfo-is-top-level",
    "landmark-no-duplicate-contentinfo",
    "landmark-unique",
}


class WatchedPage:
    """A page with its console errors, failed requests and requests to other hosts."""

    def __init__(self, page: Page, origin: str) -> None:
        """Begin to watch."""
        self.page = page
        self.origin = origin
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.token = ""
        self.is_expecting_trouble = False
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def get(self, test_id: str) -> Locator:
        """Return what carries this test id."""
        return self.page.get_by_test_id(test_id)

    def check(self) -> None:
        """Find no console error and no request to another host so far."""
        assert not self.errors, self.errors
        assert not self.foreign, self.foreign

    def check_accessible(self) -> None:
        """Find no axe fault of any weight but those of Excalidraw itself."""
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults = [
            {"rule": fault["id"], "impact": fault["impact"], "where": [node["target"] for node in fault["nodes"]][:3]}
            for fault in found["violations"]
            if not (fault["id"] in EXCALIDRAW_FAULTS and _is_in_excalidraw(fault))
        ]
        assert not faults, json.dumps(faults, indent=1)

    def check_fits(self) -> None:
        """Find no sideways scroll."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} px too wide"

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.is_expecting_trouble:
            self.errors.append(message.text)

    def _on_response(self, response: Response) -> None:
        """Keep the access token of whoever is signed in here, so that a test can look at the same things from outside."""
        if "/auth/" in response.url and response.ok and response.request.method == "POST" and response.status == 200:
            self.token = response.json()["token"]

    def _on_request(self, request: Request) -> None:
        own = (self.origin, self.origin.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(own):
            self.foreign.append(request.url)


def _is_in_excalidraw(fault: dict[str, Any]) -> bool:
    return all("excalidraw" in json.dumps(node["target"]) or "App-" in json.dumps(node["target"]) for node in fault["nodes"])
