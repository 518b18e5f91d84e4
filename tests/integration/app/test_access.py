"""Who may call what: every public function of the product, called by everybody. What is not listed here is refused.

The list is the specification: a new function without a line in it fails the test, and so does one that admits anybody more.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from tutorium.engine import camel_case
from tutorium.server.features import build_registry

pytestmark = pytest.mark.anyio

EVERYBODY = frozenset({"owner", "editor", "viewer", "stranger", "guest", "nobody"})
SIGNED_IN = EVERYBODY - {"nobody"}
IN_SESSION = frozenset({"owner", "editor", "viewer"})
EDITORS = frozenset({"owner", "editor"})
OWNER = frozenset({"owner"})
ADMIN: frozenset[str] = frozenset({"admin"})

ADMITTED: Mapping[str, frozenset[str]] = {
    "agents:runs": ADMIN,
    "analytics:overview": ADMIN,
    "auth:me": SIGNED_IN | ADMIN,
    "boards:asText": IN_SESSION,
    "boards:get": IN_SESSION,
    "boards:removeSnapshot": EDITORS,
    "boards:restoreSnapshot": EDITORS,
    "boards:saveSnapshot": EDITORS,
    "boards:snapshots": IN_SESSION,
    "documents:add": OWNER,
    "documents:addSample": OWNER,
    "documents:cancel": OWNER,
    "documents:generateUploadUrl": SIGNED_IN | ADMIN,
    "documents:get": IN_SESSION,
    "documents:list": IN_SESSION,
    "documents:page": IN_SESSION,
    "documents:passage": IN_SESSION,
    "documents:remove": OWNER,
    "documents:rename": OWNER,
    "documents:restore": OWNER,
    "documents:retry": OWNER,
    "documents:search": IN_SESSION,
    "documents:source": IN_SESSION,
    "folders:create": SIGNED_IN | ADMIN,
    "folders:list": SIGNED_IN | ADMIN,
    "folders:remove": OWNER,
    "folders:rename": OWNER,
    "folders:restore": OWNER,
    "jobs:cancel": ADMIN,
    "jobs:list": ADMIN,
    "jobs:retry": ADMIN,
    "lessons:get": IN_SESSION,
    "mastery:summary": SIGNED_IN | ADMIN,
    "messages:list": IN_SESSION,
    "quizzes:answer": OWNER,
    "quizzes:generate": EDITORS,
    "quizzes:get": OWNER,
    "quizzes:list": IN_SESSION,
    "sessions:archive": OWNER,
    "sessions:create": OWNER,
    "sessions:end": OWNER,
    "sessions:get": IN_SESSION,
    "sessions:join": SIGNED_IN | ADMIN,
    "sessions:leave": IN_SESSION,
    "sessions:list": SIGNED_IN | ADMIN,
    "sessions:members": IN_SESSION,
    "sessions:pause": EDITORS,
    "sessions:remove": OWNER,
    "sessions:removeMember": OWNER,
    "sessions:rename": OWNER,
    "sessions:restore": OWNER,
    "sessions:resume": EDITORS,
    "sessions:review": IN_SESSION,
    "sessions:setRole": OWNER,
    "sessions:share": OWNER,
    "sessions:stopSharing": OWNER,
    "sessions:tryLesson": SIGNED_IN | ADMIN,
}

REFUSALS = {"not_signed_in", "forbidden", "not_found"}
"""What a guard says. Any other code comes from the function's body, which means that the guard let the caller in."""

PRODUCT = build_registry()
FUNCTIONS = sorted(path for path, function in PRODUCT.functions.items() if not function.is_internal)


async def populate(world: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the people by what they are to a session, and arguments that fit every function."""
    admin = await world.person("Admin", admin=True)
    owner, editor, viewer, stranger = [await world.person(name) for name in ("Owner", "Editor", "Viewer", "Stranger")]
    guest = await world.person("Guest", kind="guest")
    folder = await owner.call("folders:create", name="Physics")
    session = await owner.call("sessions:create", folder=folder, title="Waves")
    for person, role in ((editor, "editor"), (viewer, "viewer")):
        await person.call("sessions:join", code=(await owner.call("sessions:share", session=session, role=role))["code"])
    people = {
        "admin": admin,
        "owner": owner,
        "editor": editor,
        "viewer": viewer,
        "stranger": stranger,
        "guest": guest,
        "nobody": world.nobody(),
    }
    code = (await owner.call("sessions:share", session=session, role="viewer"))["code"]
    arguments = {
        "folder": folder,
        "session": session,
        "name": "A name",
        "title": "A title",
        "role": "viewer",
        "user": viewer.id,
        "code": code,
        "job": await world.some_job(),
        **await world.fill(session),
        "text": "energy",
        "page": 1,
        "query": "waves",
        "storage_id": await world.file(),
    }
    return people, arguments


async def attempt(path: str, who: str, people: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Call the function as `who`, in a state in which it could be called at all."""
    if path == "folders:restore":
        await people["owner"].call("folders:remove", folder=arguments["folder"])
    if path == "sessions:restore":
        await people["owner"].call("sessions:remove", session=arguments["session"])
    if path == "documents:restore":
        await people["owner"].call("documents:remove", document=arguments["document"])
    handler = PRODUCT.functions[path].handler
    wanted = [name for name in inspect.signature(handler).parameters if name in arguments]
    await people[who].call(path, **{camel_case(name): arguments[name] for name in wanted})


def test_every_public_function_has_a_line() -> None:
    """Nothing becomes public without somebody deciding for whom."""
    assert sorted(ADMITTED) == FUNCTIONS


@pytest.mark.parametrize("path", FUNCTIONS)
async def test_those_not_listed_are_refused(world: Any, refused: Any, path: str) -> None:
    """By the guard, and not by accident further inside."""
    people, arguments = await populate(world)
    for who in sorted(set(people) - ADMITTED[path]):
        with pytest.raises(refused) as error:
            await attempt(path, who, people, arguments)
        assert error.value.code in REFUSALS, (who, error.value.code)


@pytest.mark.parametrize(("path", "who"), [(path, who) for path in FUNCTIONS for who in sorted(ADMITTED.get(path, ()))])
async def test_those_listed_are_let_in(world: Any, refused: Any, path: str, who: str) -> None:
    """What the function then says may still be an error of its own."""
    people, arguments = await populate(world)
    code = None
    try:
        await attempt(path, who, people, arguments)
    except refused as error:
        code = error.code
    assert code not in REFUSALS


@pytest.mark.parametrize("path", ["auth:findCredentials", "auth:createMember", "sessions:age", "folders:purgeRemoved"])
async def test_internal_functions_do_not_exist_for_clients(world: Any, refused: Any, path: str) -> None:
    """Not even for administrators."""
    admin = await world.person("Admin", admin=True)
    with pytest.raises(refused, match="function_not_found"):
        await admin.call(path)
