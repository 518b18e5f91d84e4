"""The element schema both languages share: defaults, groups of keys and types, read from `board-defaults.json`.

The browser imports the same file. Changing a value needs schema 2 (whiteboard model, section 4).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec

Element = dict[str, Any]
"""An element as plain JSON values, sparse; `id` is added when it leaves the board."""


class _Groups(msgspec.Struct, frozen=True):
    position: tuple[str, ...]
    size: dict[str, tuple[str, ...]]


class _Schema(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    schema: int
    common: dict[str, Any]
    types: dict[str, dict[str, Any]]
    groups: _Groups
    local_only: frozenset[str]
    forbidden_types: frozenset[str]


_schema = msgspec.json.decode(files("tutorium.realtime.whiteboard").joinpath("board-defaults.json").read_bytes(), type=_Schema)

SCHEMA_VERSION = _schema.schema
ELEMENT_TYPES = frozenset(_schema.types)
FORBIDDEN_TYPES = _schema.forbidden_types
LOCAL_ONLY_KEYS = _schema.local_only


@cache
def defaults_of(element_type: str) -> Mapping[str, Any]:
    """Return the value each optional key of the type has when it is absent; those of every element if the type is unknown."""
    return MappingProxyType({**_schema.common, **_schema.types.get(element_type, {})})


def with_defaults(element: Mapping[str, Any]) -> Element:
    """Return a full copy of a sparse element."""
    return {**defaults_of(str(element.get("type"))), **element}


def without_defaults(element: Mapping[str, Any]) -> Element:
    """Return a sparse copy without local-only keys: what is written when an element is created."""
    defaults = defaults_of(str(element.get("type")))
    return {
        key: value
        for key, value in element.items()
        if key not in LOCAL_ONLY_KEYS and not (key in defaults and same_value(defaults[key], value))
    }


def same_value(one: object, other: object) -> bool:
    """Compare as JSON does: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def grouped_keys(element_type: str, changed: Iterable[str]) -> set[str]:
    """Return `changed` and every key that must be written with it, so that one peer wins a whole group (section 5)."""
    keys = set(changed)
    groups = [_schema.groups.position]
    if size := _schema.groups.size.get(element_type):
        groups.append(size)
    for group in groups:
        if not keys.isdisjoint(group):
            keys.update(group)
    return keys
