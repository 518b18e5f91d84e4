"""The HTTP application of the whole product, in process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tutorium.app.auth import HashCost, Passwords
from tutorium.engine.errors import StoreError
from tutorium.server.application import Application, build_application
from tutorium.server.composition import Parts, open_parts
from tutorium.server.page import Page
from tutorium.server.settings import Settings

pytestmark = pytest.mark.anyio

SCHOOL = "https://school.example"
STRANGER = "https://stranger.example"


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    """The parts of a server on an empty directory."""
    settings = Settings(data=tmp_path, allowed_origins=(SCHOOL,), max_body_bytes=2_000)
    async with open_parts(settings, passwords=Passwords(HashCost(passes=1, memory_kib=64))) as opened:
        yield opened


@pytest.fixture
def application(parts: Parts, tmp_path: Path) -> Application:
    """The application without a built page."""
    return build_application(parts, Page(tmp_path / "no page"))


def client(application: Application) -> httpx.AsyncClient:
    """Return a client."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(application.asgi), base_url="http://here")


async def call(caller: httpx.AsyncClient, kind: str, path: str, token: str, **args: Any) -> Any:
    """Call a function over HTTP and return its value."""
    answer = await caller.post(f"/api/{kind}", json={"path": path, "args": args}, headers={"Authorization": f"Bearer {token}"})
    body = answer.json()
    assert body["status"] == "success", body
    return body["value"]


async def test_a_file_goes_up_past_the_limit_of_bodies_and_becomes_a_document(application: Application) -> None:
    """The address in the answer begins with the origin that the client used."""
    async with client(application) as caller:
        token = (await caller.post("/auth/guest")).json()["token"]
        folder = await call(caller, "mutation", "folders:create", token, name="Physics")
        address = await call(caller, "mutation", "documents:generateUploadUrl", token)
        assert address.startswith("http://here/api/storage/upload?token=")
        text = b"# Waves\n\nA wave is a disturbance that carries energy.\n" * 100
        stored = (await caller.post(address, content=text, headers={"Content-Type": "text/markdown"})).json()["storageId"]
        document = await call(caller, "mutation", "documents:add", token, folder=folder, storageId=stored, name="waves.md")
        assert (await call(caller, "query", "documents:get", token, document=document))["name"] == "waves.md"
        assert (await call(caller, "query", "folders:list", token))[0]["documents"] == 1
        too_large = await caller.post("/auth/sign-in", content=text)
    assert too_large.status_code == 413


async def test_pages_of_allowed_origins_may_sign_in_and_others_may_not(application: Application) -> None:
    """The auth routes answer with the origin and admit its cookie; a stranger's page is refused before anything happens."""
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with client(application) as caller:
        asked = await caller.options("/auth/sign-in", headers={"Origin": SCHOOL, **preflight})
        allowed = await caller.post("/auth/guest", headers={"Origin": SCHOOL})
        own = await caller.post("/auth/guest", headers={"Origin": "http://here"})
        strange = await caller.post("/auth/guest", headers={"Origin": STRANGER})
        function = await caller.post("/api/query_ts", headers={"Origin": STRANGER})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SCHOOL
    assert allowed.headers["access-control-allow-origin"] == SCHOOL
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert own.status_code == 200
    assert (strange.status_code, strange.json()["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in strange.headers
    assert "set-cookie" not in strange.headers
    assert function.headers.get_list("access-control-allow-origin") == [STRANGER]


async def test_what_can_be_called_is_listed_for_people_and_for_programs(application: Application) -> None:
    """`/docs` needs nothing from elsewhere; `/openapi.json` has the auth routes."""
    async with client(application) as caller:
        page = (await caller.get("/docs")).text
        described = (await caller.get("/openapi.json")).json()
    for shown in ("folders:rename", "owner of the folder", "/auth/sign-up", "/ws/board/{session}"):
        assert shown in page
    assert "http://" not in page.replace("http://here", "")
    assert "https://" not in page
    assert "/auth/refresh" in described["paths"]


async def test_every_route_says_who_may_call_it(application: Application) -> None:
    """Nothing is served that is not in the list of callers, and no two lines contradict."""
    surface = application.surface
    assert {socket.path for socket in surface.sockets} == {
        "/api/sync",
        "/api/{version}/sync",
        "/ws/board/{session}",
        "/ws/tutor/{session}",
    }
    assert all(route.who for route in surface.routes)
    assert len({route.path for route in surface.routes}) > 20


async def test_a_failed_database_makes_the_process_not_ready(application: Application, parts: Parts) -> None:
    """A balancer sends nobody here any more."""
    async with client(application) as caller:
        assert (await caller.get("/readyz")).json() == {"status": "ready", "parts": {"database": "ok"}}
        committer = parts.engine.database.committer
        committer.failure = StoreError("disk full")
        try:
            answer = await caller.get("/readyz")
        finally:
            committer.failure = None
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "store_error"}


async def test_an_address_of_the_api_that_does_not_exist_is_told_as_json(application: Application) -> None:
    """And never as a page."""
    async with client(application) as caller:
        answer = await caller.get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_model_that_is_configured_is_named_as_the_mind(tmp_path: Path) -> None:
    """Nothing is asked of it at the start."""
    settings = Settings(data=tmp_path, model_url="http://127.0.0.1:9/v1", model_name="small-one")
    async with open_parts(settings) as parts:
        assert parts.mind == "small-one"
