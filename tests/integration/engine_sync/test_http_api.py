"""The Convex HTTP API and the file routes, called in process."""

import asyncio
import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.integration.engine_sync.conftest import NamedTokens
from tests.protocol.engine_sync.example_app import registry
from tutorium.engine.sync import SyncSettings, http_routes
from tutorium.engine.sync.file_answer import FileAnswer
from tutorium.engine.testing import VirtualRuntime, open_test_engine
from tutorium.errors import UnavailableError

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def open_http(**limits: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the API on an engine in memory."""
    runtime = VirtualRuntime()
    async with open_test_engine(registry(), runtime=runtime, authenticator=NamedTokens(runtime)) as engine:
        routes = http_routes(
            calls=engine.calls,
            files=engine.files,
            authenticator=engine.authenticator,
            version="9.9",
            settings=SyncSettings(**limits),
        )
        transport = httpx.ASGITransport(Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="https://example.org") as client:
            client.runtime = runtime  # type: ignore[attr-defined]
            yield client


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """The API with usual limits."""
    async with open_http() as client:
        yield client


async def call(http: httpx.AsyncClient, kind: str, path: str, args: Any = None, **options: Any) -> Any:
    """Call a function and return the whole answer, which must be 200."""
    headers = options.pop("headers", {})
    answer = await http.post(f"/api/{kind}", json={"path": path, "args": args or {}, **options}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_calling_each_kind(http: httpx.AsyncClient) -> None:
    """Queries, mutations and actions answer with status, value and log lines; arguments may come in an array."""
    added = await call(http, "mutation", "messages:add", {"room": "a", "text": "x"})
    assert added["status"] == "success"
    assert isinstance(added["value"], str)
    assert await call(http, "query", "messages:count", [{"room": "a"}]) == {"status": "success", "value": 1.0, "logLines": []}
    assert (await call(http, "action", "messages:addTwice", {"room": "a", "text": "y"}))["value"] == 3.0


async def test_queries_by_address(http: httpx.AsyncClient) -> None:
    """GET takes path, arguments and format in the query string."""
    params = {"path": "messages:count", "args": '{"room":"a"}', "format": "json"}
    assert (await http.get("/api/query", params=params)).json()["value"] == 0.0
    assert (await http.get("/api/query")).status_code == 400


async def test_any_kind_by_name(http: httpx.AsyncClient) -> None:
    """`/api/function` and `/api/run/...` find out the kind themselves."""
    assert (await call(http, "function", "messages:count", {"room": "a"}))["value"] == 0.0
    answer = await http.post("/api/run/messages/add", json={"args": {"room": "a", "text": "x"}})
    assert answer.json()["status"] == "success"
    assert (await http.post("/api/run/messages/count", json={"args": {"room": "a"}})).json()["value"] == 1.0
    assert (await http.post("/api/run/messages", json={})).status_code == 404


@pytest.mark.rule("SY18")
async def test_errors_of_functions_are_answers(http: httpx.AsyncClient) -> None:
    """A function that raises is status 200 with `error`; data only when there is some."""
    refused = await call(http, "mutation", "messages:refuse", {"room": "a"})
    assert refused["status"] == "error"
    assert refused["errorData"]["code"] == "conflict"
    crashed = await call(http, "mutation", "messages:crash")
    assert "errorData" not in crashed
    assert "secret details" not in crashed["errorMessage"]
    assert "Could not find" in (await call(http, "query", "messages:secret"))["errorMessage"]
    assert (await call(http, "mutation", "messages:count", {"room": "a"}))["status"] == "error"


@pytest.mark.rule("SY19")
async def test_formats(http: httpx.AsyncClient) -> None:
    """The encoded form is exact, the clean one readable, the export one types its numbers; old clients get the encoded one."""
    value = {"big": {"$integer": b64encode((7).to_bytes(8, "little")).decode()}, "bytes": {"$bytes": "AP8="}}
    args = {"value": value}
    assert (await call(http, "query", "values:echo", args, format="convex_encoded_json"))["value"] == value
    assert (await call(http, "query", "values:echo", args))["value"] == {"big": "7", "bytes": "AP8="}
    assert (await call(http, "query", "values:echo", args, format="export_json"))["value"]["big"] == 7
    for client in ("npm-1.4.1", "python-0.5.0"):
        assert (await call(http, "query", "values:echo", args, headers={"Convex-Client": client}))["value"] == value
    for client in ("npm-1.4.2", "python-0.8.1", "strange"):
        assert (await call(http, "query", "values:echo", args, headers={"Convex-Client": client}))["value"]["big"] == "7"
    answer = await http.post("/api/query", json={"path": "values:echo", "args": args, "format": "xml"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")


async def test_floats_are_written_with_a_point(http: httpx.AsyncClient) -> None:
    """The PyPI client takes no integers."""
    answer = await http.post("/api/query", json={"path": "messages:count", "args": {"room": "a"}})
    assert '"value":0.0' in answer.text


@pytest.mark.rule("SY18")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "not as expected"),
        (b"[]", "not as expected"),
        (b'{"args":{}}', "path"),
        (b'{"path":"messages:count","args":[{},{}]}', "one object"),
        (b"\xff", "not as expected"),
        (b"[" * 100_000, "not as expected"),
    ],
)
async def test_bad_bodies(http: httpx.AsyncClient, body: bytes, message: str) -> None:
    """What cannot be read is 400 with a code and a message that says why."""
    answer = await http.post("/api/query", content=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message"}
    assert message in answer.json()["message"]


async def test_arguments_that_are_no_object_fail_the_call(http: httpx.AsyncClient) -> None:
    """Arguments that fit no function are an error of the call."""
    assert (await call(http, "query", "messages:count", "text"))["status"] == "error"


async def test_bodies_have_a_limit() -> None:
    """More is refused, whether its size is announced or not."""
    async with open_http(max_body_bytes=1_000) as http:
        answer = await http.post("/api/query", content=b" " * 2_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(10):
                yield b" " * 200

        assert (await http.post("/api/query", content=pieces())).status_code == 413


async def test_who_is_asking(http: httpx.AsyncClient) -> None:
    """A bearer token signs in; a bad one, another scheme and an admin key are 401."""
    assert (await call(http, "query", "people:me", headers={"Authorization": "Bearer ann"}))["value"] == "ann"
    assert (await call(http, "query", "people:me"))["value"] is None
    for header in ("Bearer bad", "Bearer ", "Basic x", "Convex key"):
        answer = await http.post("/api/query", json={"path": "people:me", "args": {}}, headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    answer = await http.post("/api/query", json={"path": "people:me"}, headers={"Authorization": "Bearer trouble"})
    assert answer.status_code == UnavailableError.http_status


@pytest.mark.rule("SY20")
async def test_reading_at_one_timestamp(http: httpx.AsyncClient) -> None:
    """A query at the timestamp of `query_ts` does not see what came later; a nonsense timestamp is 400."""
    await call(http, "mutation", "messages:add", {"room": "a", "text": "x"})
    ts = (await http.post("/api/query_ts")).json()["ts"]
    await call(http, "mutation", "messages:add", {"room": "a", "text": "y"})
    body = {"path": "messages:count", "args": {"room": "a"}, "ts": ts}
    assert (await http.post("/api/query_at_ts", json=body)).json()["value"] == 1.0
    for wrong in ("?", "AAAA", b64encode(b"\xff" * 8).decode()):
        assert (await http.post("/api/query_at_ts", json=body | {"ts": wrong})).status_code == 400


@pytest.mark.rule("SY20")
async def test_several_queries_at_once() -> None:
    """A batch answers in order, each in the format it asked for, and has a limit."""
    async with open_http(max_batch=2) as http:
        queries = [{"path": "messages:count", "args": {"room": "a"}}, {"path": "messages:nowhere", "args": {}}]
        results = (await http.post("/api/query_batch", json={"queries": queries})).json()["results"]
        assert [result["status"] for result in results] == ["success", "error"]
        assert (await http.post("/api/query_batch", json={"queries": queries * 2})).status_code == 400


@pytest.mark.rule("SY21")
async def test_browsers_of_other_origins(http: httpx.AsyncClient) -> None:
    """Preflights are answered and every answer, errors too, may be read by the page that asked."""
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,convex-client,authorization",
    }
    preflight = await http.options("/api/mutation", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://app.example"
    assert preflight.headers["access-control-allow-headers"] == "content-type,convex-client,authorization"
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert preflight.headers["access-control-max-age"] == "86400"
    for body in (b"{", b'{"path":"messages:nothing"}'):
        answer = await http.post("/api/mutation", content=body, headers={"Origin": "https://app.example"})
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in (await http.post("/api/query_ts")).headers


async def test_small_routes(http: httpx.AsyncClient) -> None:
    """`/version` says the version, telemetry is taken, wrong methods are refused."""
    assert (await http.get("/version")).text == "9.9"
    assert (await http.post("/api/debug_event", json={"event": "x"})).status_code == 200
    assert (await http.get("/api/mutation")).status_code == 405


# ---- files ----


async def upload(http: httpx.AsyncClient, data: Any, **headers: str) -> httpx.Response:
    """Upload to a fresh address."""
    url = (await call(http, "mutation", "messages:uploadUrl"))["value"]
    assert url.startswith("https://example.org/api/storage/upload?token=")
    return await http.post(url, content=data, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def address(http: httpx.AsyncClient, answer: httpx.Response) -> str:
    """Where an uploaded file can be read."""
    assert answer.status_code == 200, answer.text
    return (await call(http, "query", "messages:fileUrl", {"file": answer.json()["storageId"]}))["value"]


async def test_a_file_comes_back(http: httpx.AsyncClient) -> None:
    """What was uploaded is served with its type, size, digest and caching; HEAD tells the same without the bytes."""
    data = b"hello files"
    url = await address(http, await upload(http, data, content_type="image/png"))
    digest = b64encode(hashlib.sha256(data).digest()).decode()
    for answer in (await http.get(url), await http.head(url)):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-length"] == "11"
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "private, max-age=2592000"
        assert answer.headers["digest"] == f"sha-256={digest}"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-disposition" not in answer.headers
    assert (await http.get(url)).content == data


@pytest.mark.rule("SY23")
async def test_ranges(http: httpx.AsyncClient) -> None:
    """One range is served, several are not, and what is no range is passed over."""
    url = await address(http, await upload(http, b"0123456789"))
    for header, status, body in (
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=0-100", 206, b"0123456789"),
        ("bytes=10-", 416, b"range_not_satisfiable"),
        ("bytes=-0", 416, b"range_not_satisfiable"),
        ("bytes=0-1,3-4", 416, b"range_not_satisfiable"),
        ("bytes=4-2", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("bytes=x", 200, b"0123456789"),
    ):
        answer = await http.get(url, headers={"Range": header})
        told = answer.json()["code"].encode() if answer.status_code == 416 else answer.content
        assert (header, answer.status_code, told) == (header, status, body)
    assert (await http.get(url, headers={"Range": "bytes=2-4"})).headers["content-range"] == "bytes 2-4/10"
    assert (await http.get(url, headers={"Range": "bytes=10-"})).headers["content-range"] == "bytes */10"


@pytest.mark.rule("SY23")
@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "application/javascript"])
async def test_nothing_uploaded_runs_here(http: httpx.AsyncClient, kind: str) -> None:
    """What a browser could run is downloaded, in a sandbox, and not shown."""
    answer = await http.get(await address(http, await upload(http, b"<script>", content_type=kind)))
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.rule("SY22")
async def test_an_announced_digest_is_checked(http: httpx.AsyncClient) -> None:
    """A file that arrives damaged is refused; a digest that is none, too."""
    right = b64encode(hashlib.sha256(b"data").digest()).decode()
    assert (await upload(http, b"data", digest=f"sha-256={right}")).status_code == 200
    damaged = await upload(http, b"dat4", digest=f"sha-256={right}")
    assert (damaged.status_code, damaged.json()["code"]) == (400, "upload_refused")
    for wrong in ("md5=abc", "sha-256=?", "sha-256=YQ=="):
        assert (await upload(http, b"data", digest=wrong)).json()["code"] == "bad_body"


@pytest.mark.rule("SY22")
async def test_uploads_have_limits(http: httpx.AsyncClient) -> None:
    """Too much is 413, a wrong address 400, an old one too; a type that cannot be kept is refused."""
    assert (await upload(http, b"x" * 100_001)).status_code == 413
    wrong = await http.post("/api/storage/upload?token=wrong", content=b"x")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "upload_refused")
    assert (await upload(http, b"x", content_type="x" * 300)).json()["code"] == "bad_body"
    url = (await call(http, "mutation", "messages:uploadUrl"))["value"]
    await http.runtime.advance(3_601)  # type: ignore[attr-defined]
    assert (await http.post(url, content=b"x")).json()["code"] == "upload_refused"


@pytest.mark.rule("SY22")
async def test_a_slow_upload_ends() -> None:
    """An upload may not take for ever."""
    async with open_http(upload_seconds=0.05) as http:

        async def slowly() -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.sleep(5)

        answer = await upload(http, slowly())
        assert (answer.status_code, answer.json()["code"]) == (408, "upload_too_slow")


async def test_a_file_that_is_not_there(http: httpx.AsyncClient) -> None:
    """An unknown address is 404, readable by any page."""
    answer = await http.get("/api/storage/00000000-0000-4000-8000-000000000000", headers={"Origin": "https://a.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["access-control-allow-origin"] == "https://a.example"


async def test_an_answer_is_json_of_its_own(http: httpx.AsyncClient) -> None:
    """Answers name their type."""
    answer = await http.post("/api/query_ts")
    assert answer.headers["content-type"] == "application/json"
    assert set(json.loads(answer.content)) == {"ts"}


async def test_a_download_ends_when_the_client_has_left() -> None:
    """Nothing more of a file is read once nobody listens."""
    read: list[int] = []
    sent: list[Any] = []

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(100):
            read.append(number)
            await asyncio.sleep(0)
            yield b"x"

    async def receive() -> Any:
        return {"type": "http.disconnect" if len(read) >= 5 else "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive_slowly() -> Any:
        await asyncio.sleep(0)
        return await receive()

    await FileAnswer(chunks(), 200, {"content-length": "100"})({"type": "http"}, receive_slowly, send)
    assert len(read) < 20
    assert all(message.get("more_body", True) for message in sent)
