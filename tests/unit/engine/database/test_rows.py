"""Declaring tables."""

from typing import Any

import pytest

from tutorium.engine import Row, SearchIndex
from tutorium.engine.database.schema import open_schema
from tutorium.engine.errors import SchemaError
from tutorium.engine.persistence import MemoryStore
from tutorium.engine.testing import VirtualRuntime

pytestmark = pytest.mark.anyio


class Note(Row, table="notes", indexes={"by_author": ("author", "text")}, search={"by_text": SearchIndex("text")}):
    author: str
    text: str = ""


def test_a_row_is_a_value() -> None:
    """Rows compare by their fields, carry no id before they are inserted, and cannot be assigned to."""
    assert Note(author="a") == Note(author="a", text="")
    assert Note(author="a").id == ""
    assert Note(author="a").creation_time == 0.0
    with pytest.raises(AttributeError):
        Note(author="a").author = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    "options",
    [
        {"indexes": {"by_x": ("x",)}},
        {"indexes": {"by_a": ()}},
        {"indexes": {"by_a": ("a", "a")}},
        {"indexes": {"by_creation_time": ("a",)}},
        {"search": {"s": SearchIndex("x")}},
        {"search": {"s": SearchIndex("a", filters=("x",))}},
        {"indexes": {"s": ("a",)}, "search": {"s": SearchIndex("a")}},
    ],
)
def test_wrong_indexes_are_refused_when_declared(options: dict[str, Any]) -> None:
    """An index must name fields of its row, once each, under a name of its own."""
    with pytest.raises(SchemaError):
        type(Row)("Wrong", (Row,), {"__annotations__": {"a": str}}, table="wrong", **options)


@pytest.mark.parametrize("field", ["_hidden", "x" * 65, "é"])
def test_wrong_field_names_are_refused_when_declared(field: str) -> None:
    """Fields are identifiers of at most 64 characters that do not begin with an underscore."""
    with pytest.raises(SchemaError):
        type(Row)("Wrong", (Row,), {"__annotations__": {field: str}}, table="wrong")


async def test_a_stored_row_that_fits_no_more_is_said() -> None:
    """A row that was stored under another declaration and lacks a field names its table."""
    schema = await open_schema(MemoryStore(), [Note], VirtualRuntime())
    with pytest.raises(SchemaError, match="notes"):
        schema.table(Note).decode(b"\x80")


@pytest.mark.parametrize("name", ["_mine", "1st", "a-b", "___", "x" * 65])
async def test_wrong_names_are_refused(name: str) -> None:
    """Table names are identifiers of at most 64 characters, and the engine keeps those with an underscore."""
    wrong = type(Row)("Wrong", (Row,), {"__annotations__": {"a": str}}, table=name)
    with pytest.raises(SchemaError):
        await open_schema(MemoryStore(), [wrong], VirtualRuntime())


async def test_tables_need_a_name_and_a_name_needs_one_table() -> None:
    """A row class without a table, or two with one name, cannot be opened."""
    bare = type(Row)("Bare", (Row,), {"__annotations__": {"a": str}})
    twin = type(Row)("Twin", (Row,), {"__annotations__": {"a": str}}, table="notes")
    for classes in ([bare], [Note, twin]):
        with pytest.raises(SchemaError):
            await open_schema(MemoryStore(), classes, VirtualRuntime())


async def test_numbers_are_kept_from_start_to_start() -> None:
    """Tables and indexes keep their numbers, and user tables begin at 10001."""
    store = MemoryStore()
    first = await open_schema(store, [Note], VirtualRuntime())
    commits = store.newest_ts
    again = await open_schema(store, [Note], VirtualRuntime())
    assert first.table(Note).number == again.table(Note).number == 10_001
    assert first.table(Note).indexes == again.table(Note).indexes
    assert store.newest_ts == commits
    assert again.named("notes") is again.numbered(10_001) is again.table(Note)
    with pytest.raises(SchemaError):
        again.number_for("Nobody")
