"""Images that are too large for the document, over the routes that pages use."""

import hashlib

import httpx
import pytest
from fastapi import FastAPI

from tests.integration.app.boards.conftest import Classroom, Person, purge_all
from tutorium.app.boards import BoardImages
from tutorium.app.boards import images as image_functions
from tutorium.app.boards.routes import board_routes
from tutorium.app.sessions import Session
from tutorium.engine import Id, Identity
from tutorium.errors import NotSignedInError
from tutorium.server.error_answers import install_error_answers

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
HASH = hashlib.sha256(PNG).hexdigest()


class Tokens:
    """Every token is the id of the one who holds it."""

    async def authenticate(self, token: str) -> Identity:
        """Return whose token it is."""
        if token == "bad":
            raise NotSignedInError
        return Identity(subject=token, issuer="test", token_identifier=f"test|{token}")


def browser(classroom: Classroom, person: Person | None = None) -> httpx.AsyncClient:
    """Return an HTTP client on behalf of somebody."""
    app = FastAPI()
    install_error_answers(app)
    app.include_router(board_routes(BoardImages(classroom.engine), Tokens()))
    headers = {} if person is None else {"Authorization": f"Bearer {person.id}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board", headers=headers)


async def put(
    client: httpx.AsyncClient, session: str, body: bytes, kind: str = "image/png", file_id: str = ""
) -> httpx.Response:
    """Upload an image under its hash."""
    name = file_id or hashlib.sha256(body).hexdigest()
    return await client.put(f"/api/boards/{session}/files/{name}", content=body, headers={"Content-Type": kind})


async def test_an_image_comes_back_as_it_was(classroom: Classroom) -> None:
    """With headers that let it be shown, kept for long, and run nothing; putting it twice is harmless."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    async with browser(classroom, ann) as client:
        assert (await put(client, session, PNG)).status_code == 204
        assert (await put(client, session, PNG)).status_code == 204
        answer = await client.get(f"/api/boards/{session}/files/{HASH}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "immutable" in answer.headers["cache-control"]


async def test_what_is_no_harmless_image_is_refused(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another type, another hash, an SVG that runs something, or too many bytes."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    async with browser(classroom, ann) as client:
        for body, kind, file_id in (
            (PNG, "text/html", ""),
            (PNG, "image/png", "x" * 64),
            (b"<svg onload='x()'/>", "image/svg+xml", ""),
            (b"<svg><script>x</script></svg>", "image/svg+xml; charset=utf-8", ""),
            (b"<!DOCTYPE svg><svg/>", "image/svg+xml", ""),
        ):
            answer = await put(client, session, body, kind, file_id)
            assert (answer.status_code, answer.json()["code"]) == (400, "image_refused")
        damaged = await put(client, session, PNG, file_id="0" * 64)
        assert damaged.status_code >= 400
        monkeypatch.setattr(image_functions, "MAX_IMAGE_BYTES", 100)
        assert (await put(client, session, PNG)).json()["code"] == "too_large"
        assert (await put(client, session, b"<svg><path d='M0 0'/></svg>", "image/svg+xml")).status_code == 204


async def test_only_people_of_the_session_see_its_images(classroom: Classroom) -> None:
    """Strangers are told that there is no such board; without a token one has to sign in; viewers cannot add."""
    ann, eve = await classroom.person("Ann"), await classroom.person("Eve")
    session = await classroom.session_of(ann)
    async with browser(classroom, ann) as client:
        await put(client, session, PNG)
        assert (await client.get(f"/api/boards/{session}/files/{'1' * 64}")).status_code == 404
    async with browser(classroom, eve) as client:
        assert (await client.get(f"/api/boards/{session}/files/{HASH}")).status_code == 404
        assert (await put(client, session, PNG)).status_code == 404
    async with browser(classroom) as client:
        assert (await client.get(f"/api/boards/{session}/files/{HASH}")).status_code == 401
    await ann.call("sessions:end", session=session)
    async with browser(classroom, ann) as client:
        assert (await client.get(f"/api/boards/{session}/files/{HASH}")).status_code == 200
        assert (await put(client, session, PNG)).status_code == 403


async def test_images_have_a_limit_and_go_with_their_session(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is refused; a purged session takes its files along."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    monkeypatch.setattr(image_functions, "MAX_IMAGES", 1)
    async with browser(classroom, ann) as client:
        await put(client, session, PNG)
        assert (await put(client, session, PNG + b"x")).json()["code"] == "too_many_images"
    left = await classroom.engine.run_mutation(purge_all, session=Id[Session](session))
    assert left == [0, 0, 0, 0]
