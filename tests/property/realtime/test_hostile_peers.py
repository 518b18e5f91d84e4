"""Whatever a peer writes, repair neither fails nor goes on for ever, and what is shown afterwards keeps the rules."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map

from tutorium.realtime.whiteboard.defaults import ELEMENT_TYPES, FORBIDDEN_TYPES, defaults_of
from tutorium.realtime.whiteboard.digest import digest_of
from tutorium.realtime.whiteboard.elements import BoardElements
from tutorium.realtime.whiteboard.messages import MalformedMessageError, decode_awareness, decode_message
from tutorium.realtime.whiteboard.repair import plan_board_repairs, plan_element_repairs
from tutorium.realtime.whiteboard.validation import fixes_for, is_valid_file
from tutorium.realtime.whiteboard.writes import apply_writes

IDS = ["a", "b", "c", "d"]
numbers = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(width=64), st.sampled_from([0, 1.5, -3]))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8), st.binary(max_size=4), st.sampled_from(IDS)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)
keys = st.one_of(
    st.sampled_from(
        sorted(
            {"x", "y", "width", "height", "index", "seed", "text", "originalText", "customData", "id", "link"}
            | {key for element_type in ELEMENT_TYPES for key in defaults_of(element_type)}
        )
    ),
    st.text(min_size=1, max_size=5),
)
types = st.one_of(st.sampled_from(sorted(ELEMENT_TYPES | FORBIDDEN_TYPES)), values)
elements = st.builds(lambda kind, rest: {**rest, "type": kind}, types, st.dictionaries(keys, values, max_size=8))
likely = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "rectangle", "arrow", "freedraw"])},
    optional={
        "index": st.sampled_from(["a0", "a1", "a1V", "zz", "", None]),
        "containerId": st.sampled_from([*IDS, "nobody"]),
        "startBinding": st.builds(lambda i: {"elementId": i}, st.sampled_from([*IDS, "nobody", 5])),
        "points": st.lists(st.lists(numbers, max_size=3), max_size=4),
        "isDeleted": st.booleans(),
    },
)


@pytest.mark.rule("RM26")
@pytest.mark.rule("RM27")
@pytest.mark.rule("RM28")
@pytest.mark.rule("RM31")
@settings(max_examples=300, deadline=None)
@given(
    board=st.dictionaries(st.sampled_from(IDS), st.one_of(elements, likely), max_size=4),
    entries=st.dictionaries(keys, values, max_size=2),
)
def test_repair_copes_with_everything(board: dict[str, dict[str, Any]], entries: dict[str, Any]) -> None:
    """One pass over any elements and files leaves a board on which a second pass finds nothing to do."""
    doc: Doc[Any] = Doc()
    read = BoardElements(doc)
    shared: Map[Any] = doc.get("elements", type=Map)
    for element_id, element in board.items():
        shared[element_id] = Map(element)
    for file_id, entry in entries.items():
        doc.get("files", type=Map)[file_id] = entry

    def one_pass() -> bool:
        ids, files = set(shared.keys()), set(read.files())
        wrote = False
        for plan in (lambda: plan_element_repairs(read, ids, files), lambda: plan_board_repairs(read, ids)):
            writes = plan()
            wrote = wrote or bool(writes)
            with doc.transaction():
                apply_writes(doc, writes)
        return wrote

    one_pass()
    assert not one_pass()
    live = read.live()
    assert all(fixes_for(element) == {} for element in live)
    assert digest_of(live) == digest_of(read.live())


@settings(max_examples=200, deadline=None)
@given(file_id=st.text(max_size=70), entry=values)
def test_no_entry_breaks_the_check_of_files(file_id: str, entry: object) -> None:
    """A random entry is refused, never an error."""
    assert is_valid_file(file_id, entry) is False


@pytest.mark.rule("RM3")
@settings(max_examples=500, deadline=None)
@given(data=st.binary(max_size=40))
def test_no_bytes_break_the_codec(data: bytes) -> None:
    """Any bytes are a message, an unknown one, or malformed."""
    for decode in (decode_message, decode_awareness):
        try:
            decode(data)
        except MalformedMessageError:
            continue
