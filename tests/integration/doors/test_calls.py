"""What is refused of calls over HTTP, and what functions refuse."""

import json
from typing import Any

import httpx
import pytest

from tests.integration.doors.telling import check_call_refused, check_refused, check_sentence, row
from tests.integration.doors.test_accounts import expired_token
from tests.support.live_server import Account, LiveServer
from tutorium.server.refusals import CALLS, FUNCTIONS


def call(http: httpx.Client, account: Account | None, kind: str, path: str, **args: Any) -> httpx.Response:
    """Call a function."""
    headers = {} if account is None else {"Authorization": f"Bearer {account.token}"}
    return http.post(f"/api/{kind}", json={"path": path, "args": args, "format": "json"}, headers=headers)


@pytest.mark.parametrize("kind", ["query", "mutation", "action", "function", "query_at_ts", "query_batch", "run/folders/list"])
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"path":' * 30_000, b'{"path":1}', b'{"path":"\\ud800"}', b'{"args":'],
    ids=["cut", "array", "null", "no utf-8", "deep array", "deep object", "wrong type", "half a character", "cut inside"],
)
def test_bodies_that_are_no_call(http: httpx.Client, kind: str, body: bytes) -> None:
    """Each route says what it wanted."""
    if kind.startswith("run") and body == b'{"path":1}':
        return
    check_refused(http.post(f"/api/{kind}", content=body), row(CALLS, "a body that is no call"))


def test_calls_that_do_not_fit_their_route(http: httpx.Client) -> None:
    """Arguments, formats, batches and timestamps."""
    listing = {"path": "folders:list", "args": {}}
    several = http.post("/api/query", json=listing | {"args": [{}, {}]})
    check_refused(several, row(CALLS, "arguments that are an array"))
    check_refused(http.post("/api/query", json=listing | {"format": "xml"}), row(CALLS, "a `format`"))
    check_refused(http.get("/api/query", params={"path": "folders:list", "format": "\x00"}), row(CALLS, "a `format`"))
    check_refused(http.post("/api/query_batch", json={"queries": [listing] * 65}), row(CALLS, "a batch"))
    for ts in ("", "x", "AAAA", "é"):
        check_refused(http.post("/api/query_at_ts", json=listing | {"ts": ts}), row(CALLS, "a `ts` that is none"))
    check_refused(http.post("/api/query_at_ts", json=listing | {"ts": "//////////8="}), row(CALLS, "a `ts` that is not kept"))
    for path in ("/api/run/x", "/api/run/", "/api/run//"):
        check_refused(http.post(path, json={}), row(CALLS, "`/api/run/…`"))
    check_refused(http.post("/api/query", content=b" " * (17 * 1024 * 1024 + 1)), row(CALLS, "a body above 17 MiB"))


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Basic YTpi", "Convex deploy-key", "", "Bearer " + "x" * 20_000])
def test_authorizations_that_are_none(http: httpx.Client, header: str) -> None:
    """Nobody is taken for somebody else, and nobody for nobody."""
    answer = http.post("/api/query", json={"path": "folders:list", "args": {}}, headers={"Authorization": header})
    check_refused(answer, row(CALLS, "`Authorization` that is no good token"))


def test_an_expired_authorization(server: LiveServer, http: httpx.Client, ann: Account) -> None:
    """It has its own code."""
    headers = {"Authorization": f"Bearer {expired_token(server, ann)}"}
    answer = http.post("/api/query", json={"path": "folders:list", "args": {}}, headers=headers)
    check_refused(answer, row(CALLS, "`Authorization` with a token that has expired"))


@pytest.mark.parametrize(
    "path",
    [
        "no:thing",
        "folders",
        "folders:purgeRemoved",
        "auth:createGuest",
        "_system:x",
        "../../etc:passwd",
        "folders:list\x00",
        "",
        ":",
        "a" * 9_000,
    ],
)
@pytest.mark.parametrize("kind", ["query", "mutation", "action"])
def test_functions_that_are_none_or_internal(http: httpx.Client, ann: Account, kind: str, path: str) -> None:
    """Nobody learns which of both it is."""
    answer = call(http, ann, kind, path).json()
    assert answer["status"] == "error"
    assert "Could not find public function" in answer["errorMessage"]
    assert "errorData" not in answer


@pytest.mark.parametrize(
    "args",
    [
        b'"text"',
        b"5",
        b"null",
        b'{"name":1}',
        b'{"name":null}',
        b"{}",
        b'{"name":"x","more":1}',
        b'{"name":""}',
        b'{"name":{"$bytes":"%%"}}',
        b'{"name":{"$integer":"x"}}',
        b'{"$name":1}',
        b'{"_x":1}',
        b'{"name":' + b'"' + b"x" * 10_000 + b'"}',
        b'{"name":' + b"[" * 60 + b"]" * 60 + b"}",
        b'{"name":1e999}',
    ],
)
def test_arguments_that_do_not_fit(http: httpx.Client, ann: Account, args: bytes) -> None:
    """The message names what does not."""
    before = len(ann.query("folders:list"))
    body = b'{"path":"folders:create","format":"json","args":' + args + b"}"
    answer = http.post("/api/mutation", content=body, headers={"Authorization": f"Bearer {ann.token}"})
    check_call_refused(answer, row(FUNCTIONS, "arguments that do not fit"))
    assert len(ann.query("folders:list")) == before


def test_ids_that_are_none(http: httpx.Client, ann: Account, session: str) -> None:
    """Of another table, of none, with a digit changed."""
    changed = session[:-1] + ("0" if session[-1] != "0" else "1")
    for wrong in ("x", "", "../../x", "\x00", changed, ann.user["_id"], "j" * 5_000):
        check_call_refused(call(http, ann, "query", "sessions:get", session=wrong), row(FUNCTIONS, "an id of another table"))


def test_calls_of_the_wrong_kind_and_pages_without_end(http: httpx.Client, ann: Account) -> None:
    """Both are bad requests of a call."""
    refusal = row(FUNCTIONS, "a query called as a mutation")
    check_call_refused(call(http, ann, "mutation", "folders:list"), refusal)
    check_call_refused(call(http, ann, "query", "folders:create", name="x"), refusal)
    for size in (0, -1, 1.5, 16_385, 1e18):
        page = {"numItems": size, "cursor": None}
        check_call_refused(call(http, ann, "query", "sessions:list", paginationOpts=page), refusal)


def test_cursors_of_another_query(http: httpx.Client, ann: Account) -> None:
    """The official hook is told to begin again."""
    for cursor in ("x", "", "AAAA", "\x00", json.dumps({"a": 1})):
        page = {"numItems": 5, "cursor": cursor}
        said = check_call_refused(call(http, ann, "query", "sessions:list", paginationOpts=page), row(FUNCTIONS, "a cursor"))
        assert said["paginationError"] == "InvalidCursor"


def test_every_public_function_asks_who_is_there(server: LiveServer, http: httpx.Client) -> None:
    """Without a token none of them says anything but that one is needed, or that its arguments do not fit."""
    surface = http.get("/docs").text
    assert "folders:list" in surface
    for kind, path in (
        ("query", "folders:list"),
        ("query", "sessions:list"),
        ("mutation", "documents:generateUploadUrl"),
        ("action", "sessions:tryLesson"),
        ("query", "auth:me"),
        ("query", "mastery:summary"),
        ("query", "analytics:overview"),
        ("query", "jobs:list"),
        ("query", "agents:runs"),
    ):
        answer = call(http, None, kind, path)
        check_call_refused(answer, row(FUNCTIONS, "a call that needs an account"))


def test_what_belongs_to_others(http: httpx.Client, ann: Account, bob: Account, session: str) -> None:
    """It is as if it did not exist, and afterwards it is unchanged."""
    refusal = row(FUNCTIONS, "what is not the caller's")
    folder = ann.query("sessions:get", session=session)["folder"]
    for kind, path, args in (
        ("query", "sessions:get", {"session": session}),
        ("mutation", "sessions:rename", {"session": session, "title": "mine"}),
        ("mutation", "sessions:remove", {"session": session}),
        ("mutation", "sessions:share", {"session": session}),
        ("mutation", "folders:rename", {"folder": folder, "name": "mine"}),
        ("mutation", "folders:remove", {"folder": folder}),
        ("mutation", "sessions:create", {"folder": folder, "title": "mine"}),
        ("query", "documents:list", {"folder": folder}),
        ("query", "documents:search", {"folder": folder, "query": "wave"}),
        ("query", "lessons:get", {"session": session}),
        ("query", "messages:list", {"session": session}),
        ("query", "boards:snapshots", {"session": session}),
        ("action", "boards:saveSnapshot", {"session": session, "name": "x"}),
        ("action", "boards:asText", {"session": session}),
        ("query", "quizzes:list", {"session": session}),
        ("mutation", "quizzes:generate", {"session": session}),
    ):
        check_call_refused(call(http, bob, kind, path, **args), refusal)
    assert ann.query("sessions:get", session=session)["title"] == "Waves"


def test_what_a_role_does_not_allow(http: httpx.Client, viewer: Account, session: str) -> None:
    """A viewer watches; an administrator's functions are for administrators."""
    refusal = row(FUNCTIONS, "what the caller's role")
    check_call_refused(call(http, viewer, "mutation", "sessions:rename", session=session, title="x"), refusal)
    check_call_refused(call(http, viewer, "action", "boards:saveSnapshot", session=session, name="x"), refusal)
    check_call_refused(call(http, viewer, "mutation", "quizzes:generate", session=session), refusal)
    for path in ("analytics:overview", "jobs:list", "agents:runs"):
        check_call_refused(call(http, viewer, "query", path), refusal)


def test_what_the_state_of_things_does_not_allow(server: LiveServer, http: httpx.Client, ann: Account) -> None:
    """Each with its own code, so that a page can say it in its own words."""
    folder = ann.mutation("folders:create", name="State")
    lesson = ann.mutation("sessions:create", folder=folder, title="State")

    def refused(kind: str, path: str, beginning: str, **args: Any) -> None:
        check_call_refused(call(http, ann, kind, path, **args), row(FUNCTIONS, beginning))

    for name in (" ", "\u200b", "\t\n"):
        refused("mutation", "folders:create", "a name that shows nothing", name=name)
    refused("mutation", "sessions:join", "an invitation that is none", code="no such code")
    refused("mutation", "sessions:leave", "the owner leaving", session=lesson)
    refused("mutation", "quizzes:generate", "a quiz while nothing", session=lesson)
    ann.mutation("sessions:end", session=lesson)
    refused("mutation", "sessions:end", "a step that the session's state", session=lesson)


def test_documents_that_cannot_be_had(http: httpx.Client, ann: Account, bob: Account) -> None:
    """Files of others, files twice, files that are read or not."""
    folder = ann.mutation("folders:create", name="Documents")

    def refused(kind: str, path: str, beginning: str, **args: Any) -> None:
        check_call_refused(call(http, ann, kind, path, **args), row(FUNCTIONS, beginning))

    address = bob.mutation("documents:generateUploadUrl")
    foreign = http.post(address, content=b"# Bob's\n\nA secret is a thing kept.").json()["storageId"]
    refused("mutation", "documents:add", "a file that was never uploaded", folder=folder, storageId=foreign, name="x.md")
    address = ann.mutation("documents:generateUploadUrl")
    stored = http.post(address, content=b"# Waves\n\nA wave is a disturbance.").json()["storageId"]
    document = ann.mutation("documents:add", folder=folder, storageId=stored, name="../../etc/passwd\x00.md")
    refused("mutation", "documents:add", "a file that is a document already", folder=folder, storageId=stored, name="x.md")
    ann.wait_until_read(document)
    refused("mutation", "documents:cancel", "stopping a document", document=document)
    if ann.query("documents:get", document=document)["status"] == "ready":
        refused("mutation", "documents:retry", "reading again a document", document=document)
        refused("query", "documents:page", "a page that the document does not have", document=document, page=99)
    refused("query", "documents:page", "arguments that do not fit", document=document, page=0)
    junk = ann.upload(folder, "junk.pdf", b"%PDF-1.7 and then nothing", "application/pdf")
    row_of_junk = ann.wait_until_read(junk)
    assert row_of_junk["status"] == "failed"
    check_sentence(row_of_junk["error"]["message"])
    refused("query", "documents:page", "a page of a document that is not read", document=junk, page=1)
