"""The built page as it is served."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutorium.server.page import Page

pytestmark = pytest.mark.anyio

SCRIPT = b"console.log('tutorium');" * 100


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small built page."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Tutorium</title>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-4f2a.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "main-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / ".stamp").write_text("hash")
    return tmp_path


def client(directory: Path) -> httpx.AsyncClient:
    """Return a client of a server that has only the page."""
    page = Page(directory)

    async def answer(request: Request) -> Response:
        return page.answer(request)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


async def test_an_address_inside_the_page_gets_its_frame(built: Path) -> None:
    """A link to a session opens the page, which then shows the session."""
    async with client(built) as browser:
        for path in ("/", "/sessions/k57", "/join/AbC-_1"):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert "Tutorium" in answer.text
            assert answer.headers["cache-control"] == "no-cache"


async def test_hashed_files_come_packed_and_are_kept_for_ever(built: Path) -> None:
    """Who takes gzip gets it; who does not gets the same bytes unpacked."""
    async with client(built) as browser:
        packed = await browser.get("/assets/main-4f2a.js", headers={"Accept-Encoding": "gzip"})
        plain = await browser.get("/assets/main-4f2a.js", headers={"Accept-Encoding": "identity, gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == SCRIPT
    assert packed.headers["content-type"].startswith("text/javascript")
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["vary"] == "Accept-Encoding"


async def test_what_has_not_changed_is_not_sent_again(built: Path) -> None:
    """The tag of a former answer is enough."""
    async with client(built) as browser:
        tag = (await browser.get("/")).headers["etag"]
        again = await browser.get("/", headers={"If-None-Match": f'"other", W/{tag}'})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/auth/nothing", "/ws/board/x", "/missing.js", "/.stamp", "/..%2f..%2fetc/passwd.txt"]
)
async def test_what_is_no_page_is_not_found(built: Path, path: str) -> None:
    """A wrong API address, a missing file or a way out of the directory is 404 and no HTML."""
    async with client(built) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_without_a_built_page_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    """503 with the command that builds it."""
    async with client(tmp_path / "missing") as browser:
        answer = await browser.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text
