"""The page of errors: it holds everything that is refused, nothing that is not, and each of its rows is tried from outside."""

import ast
import importlib
import inspect
from pathlib import Path
from typing import get_args

import pytest

from tutorium.app.reading.failures import FailureCode
from tutorium.errors import TutoriumError
from tutorium.server import refusals
from tutorium.server.error_answers import CODES
from tutorium.server.errors_reference import error_classes, errors_reference
from tutorium.server.refusals import DOORS, DoorTable, Refusal
from tutorium.server.startup import ExitCode
from tutorium.sockets.close_codes import CloseCode

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference"
DOOR_TESTS = ROOT / "tests" / "integration" / "doors"
SOURCE = ROOT / "src" / "tutorium"

HELD_ELSEWHERE = {
    ("EVERY_REQUEST", "a head that is not complete"): "tests.unit.server.test_http_protocol:test_heads_that_do_not_end",
    ("EVERY_REQUEST", "a body that is not complete"): "tests.unit.server.test_door:test_bodies_that_do_not_end",
    ("EVERY_REQUEST", "anything that goes wrong"): "tests.unit.server.test_door:test_what_nobody_foresaw",
    ("CALLS", "any call while"): "tests.integration.engine.test_functions",
    ("FUNCTIONS", "more folders, documents"): "tests.integration.app.folders.test_folders",
    ("FUNCTIONS", "the same for documents"): "tests.integration.app.documents.test_documents",
    ("FUNCTIONS", "the same for snapshots"): "tests.integration.app.boards.test_boards",
    ("FUNCTIONS", "the same for members"): "tests.integration.app.sessions.test_sessions",
    ("FUNCTIONS", "a board too large"): "tests.integration.app.boards.test_boards",
    ("FUNCTIONS", "a file above 50 MiB"): "tests.integration.app.documents.test_documents",
    ("FUNCTIONS", "the sample before"): "tests.integration.app.documents.test_sample",
    ("FUNCTIONS", "an answer to a question"): "tests.integration.app.lessons.test_lesson",
    ("FUNCTIONS", "an answer of the wrong kind"): "tests.integration.app.lessons.test_lesson",
    ("FUNCTIONS", "stopping a job"): "tests.integration.app.jobs.test_jobs",
    ("FUNCTIONS", "making again a job"): "tests.integration.app.jobs.test_jobs",
    ("FUNCTIONS", "a function that reads"): "tests.integration.engine.test_functions",
    ("FUNCTIONS", "a function that takes longer"): "tests.integration.engine.test_functions",
    ("FILES", "an upload that takes longer"): "tests.integration.engine_sync.test_http_api",
    ("IMAGES", "more than 500"): "tests.integration.app.boards.test_images",
    ("UPGRADES", "any while the server stops"): "tests.protocol.sockets",
    ("FRAMES", "a client that does not read"): "tests.protocol.sockets",
    ("FRAMES", "a client that says nothing"): "tests.protocol.sockets",
    ("SYNC", "more mutations or actions"): "tests.integration.engine_sync.test_identity_and_limits",
    ("SYNC", "more messages than"): "tests.integration.engine_sync.test_identity_and_limits",
    ("BOARD", "no token, or one"): "tests.integration.doors.test_sockets",
    ("BOARD", "a session that"): "tests.integration.doors.test_sockets",
    ("BOARD", "an update that breaks"): "tests.unit.realtime.whiteboard.test_rooms",
    ("BOARD", "more than 100,000"): "tests.unit.realtime.whiteboard.test_hostile_peers",
    ("BOARD", "a board above 64 MiB"): "tests.unit.realtime.whiteboard.test_rooms",
    ("LESSON", "no token, or one"): "tests.integration.doors.test_sockets",
    ("LESSON", "a session that"): "tests.integration.doors.test_sockets",
    ("LESSON", "more than 100 commands"): "tests.integration.app.lessons.test_lesson",
    ("LESSON", "a start while documents"): "tests.integration.app.lessons.test_lesson",
    ("LESSON", "a turn that was cut off"): "tests.integration.app.lessons.test_taking_up",
}
"""Rows that need a clock, a failure or a quantity that a server from outside cannot be given."""


def tables() -> dict[str, DoorTable]:
    """Return the tables by the name they have in code."""
    return {name: value for name, value in vars(refusals).items() if isinstance(value, DoorTable)}


def tried_rows() -> set[tuple[str, str]]:
    """Return table and beginning of every `row(TABLE, "…")` in the tests of the doors."""
    calls = [
        node
        for path in DOOR_TESTS.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "row"
    ]
    return {
        (call.args[0].id, call.args[1].value)
        for call in calls
        if isinstance(call.args[0], ast.Name) and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str)
    } | {
        ("FUNCTIONS", call.args[2].value)
        for path in DOOR_TESTS.glob("test_*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "refused"
        if isinstance(call.args[2], ast.Constant) and isinstance(call.args[2].value, str)
    }


def test_the_page_is_the_one_that_is_made() -> None:
    """`python -m tutorium.server.errors_reference` makes it."""
    assert (REFERENCE / "errors.md").read_text() == errors_reference()


def test_every_kind_of_error_is_on_the_page() -> None:
    """A new class must be told."""
    page = errors_reference()
    for kind in error_classes():
        assert f"| `{kind.code}` |" in page, kind
    for code in (*get_args(FailureCode), *CODES.values()):
        assert f"| `{code}` |" in page, code


def test_every_error_has_a_sentence_of_its_own() -> None:
    """The docstring is what people are told."""
    for kind in error_classes():
        sentence = inspect.cleandoc(kind.__doc__ or "")
        assert sentence.endswith((".", ")")), kind
        assert len(sentence.split()) >= 4, kind
        assert 400 <= int(kind.http_status) < 600, kind


def test_every_close_code_is_on_a_page() -> None:
    """In the tables of the doors or among the close codes."""
    pages = errors_reference() + (REFERENCE / "close-codes.md").read_text()
    for code in CloseCode:
        assert f"| {code.value} |" in pages, code


def test_every_exit_code_is_on_the_page() -> None:
    """But for success, and for what nobody foresaw."""
    named = {(one.answer, one.code) for one in refusals.COMMANDS.refusals}
    assert named == {(str(code.value), code.name) for code in ExitCode if code > ExitCode.UNFORESEEN}


@pytest.mark.parametrize("refusal", [one for door in DOORS for one in door.refusals], ids=lambda one: one.code)
def test_every_code_on_the_page_exists(refusal: Refusal) -> None:
    """As a class, or as a text in the source."""
    if refusal.code.isdigit():
        assert int(refusal.code) in set(CloseCode)
        return
    known = {kind.code for kind in error_classes()} | {code.name for code in ExitCode}
    texts = [path.read_text() for path in SOURCE.rglob("*.py") if path.name != "refusals.py"]
    assert refusal.code in known or any(f'"{refusal.code}"' in text for text in texts)


def test_a_status_is_the_one_of_its_code() -> None:
    """Where a code has a class, the table repeats its status."""
    by_code = {kind.code: int(kind.http_status) for kind in error_classes()}
    for door in DOORS:
        for one in door.refusals:
            if one.answer.isdigit() and 400 <= int(one.answer) < 600 and one.code in by_code and one.code != "bad_request":
                assert int(one.answer) == by_code[one.code], one


def test_every_row_is_tried() -> None:
    """From outside, or where it is said."""
    tried = tried_rows()
    for name, door in tables().items():
        if name == "DOCUMENTS":
            continue
        for one in door.refusals:
            held = any(table == name and one.what.startswith(beginning) for table, beginning in (*tried, *HELD_ELSEWHERE))
            assert held, f"nothing tries {name}: {one.what}"


@pytest.mark.parametrize("held", sorted(set(HELD_ELSEWHERE.values())))
def test_what_is_held_elsewhere_is_there(held: str) -> None:
    """Tests that moved are found out."""
    module, _, function = held.partition(":")
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").exists() or path.is_dir()
    if function:
        assert hasattr(importlib.import_module(module), function)


def test_rows_held_elsewhere_are_rows() -> None:
    """And none is named that is gone."""
    for name, beginning in HELD_ELSEWHERE:
        assert [one for one in tables()[name].refusals if one.what.startswith(beginning)], (name, beginning)


def test_a_code_means_one_thing() -> None:
    """No two classes give the same code another status."""
    seen: dict[str, int] = {}
    for kind in error_classes():
        assert issubclass(kind, TutoriumError)
        assert seen.setdefault(kind.code, int(kind.http_status)) == int(kind.http_status), kind
