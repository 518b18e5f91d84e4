"""Bringing a board back to an earlier state, as new edits that everybody sees and anybody can go on from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tutorium.realtime.whiteboard.defaults import LOCAL_ONLY_KEYS, Element, defaults_of, same_value
from tutorium.realtime.whiteboard.editor import BoardEditor
from tutorium.realtime.whiteboard.elements import is_live

# One transaction, one loop turn.
RESTORED_IN_PIECE = 200


def in_pieces(elements: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Split a snapshot into what one edit restores."""
    for start in range(0, len(elements), RESTORED_IN_PIECE):
        yield elements[start : start + RESTORED_IN_PIECE]


def restore_piece(editor: BoardEditor, piece: Sequence[Mapping[str, Any]]) -> None:
    """Make these elements what they were. Raises InvalidElementError when a file of theirs is gone."""
    for element in piece:
        element_id = str(element["id"])
        present = editor.find(element_id)
        if present is None:
            editor.add(element_id, element)
        else:
            editor.patch(element_id, _changes_back(present, element))


def delete_others(editor: BoardEditor, kept: frozenset[str]) -> None:
    """Delete what the snapshot did not have."""
    for element in editor.elements:
        if element["id"] not in kept:
            editor.delete(element["id"])


def _changes_back(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Element:
    """Return what to set so that `present` looks like `wanted`; keys that were absent go back to their default."""
    defaults = defaults_of(str(wanted.get("type")))
    changes: Element = {key: value for key, value in wanted.items() if key not in LOCAL_ONLY_KEYS}
    if "isDeleted" not in changes and not is_live(present):
        changes["isDeleted"] = False
    for key, value in present.items():
        if key not in wanted and key not in LOCAL_ONLY_KEYS:
            default = defaults.get(key)
            if not same_value(value, default):
                changes[key] = default
    return changes
