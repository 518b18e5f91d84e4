"""What may be in an element or a file entry (whiteboard model, sections 2, 3, 7 and 10). Pure: values in, fixes out."""

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from tutorium.errors import BadRequestError
from tutorium.realtime.whiteboard.defaults import ELEMENT_TYPES, FORBIDDEN_TYPES, Element, defaults_of

# Far outside any screen at any zoom, and safe to add up in floats.
MAX_NUMBER = 1e6
# A stroke of ten minutes at 30 points a second.
MAX_POINTS = 20_000
MAX_TEXT_LENGTH = 20_000
# What a browser still draws at all; measured boards hold 5,000 with ease.
MAX_LIVE_ELEMENTS = 10_000
# Everything Excalidraw writes nests four deep at most.
MAX_DEPTH = 8
# A file this small travels inside the document; a larger one is uploaded.
MAX_INLINE_FILE_BYTES = 32 * 1024

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"})

_ELEMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE_ID = re.compile(r"[0-9a-f]{64}")
_DATA_URL = re.compile(r"data:(?P<type>[a-z0-9.+/-]+);base64,(?P<data>[A-Za-z0-9+/]*={0,2})")
_UNSAFE_SVG = re.compile(rb"<\s*(?:script|foreignobject|iframe|text)\b|\bon[a-z]+\s*=|javascript:|<!ENTITY", re.IGNORECASE)
_CHECKED_KEYS = frozenset({"link", "seed", "points", "pressures"})
_REQUIRED_NUMBERS = ("x", "y", "width", "height", "seed")
_MAX_SEED = 2**31 - 1


class InvalidElementError(BadRequestError):
    """The element does not fit the board's schema. The message names the key that is wrong."""


def is_allowed_type(element_type: object) -> bool:
    """Say whether elements of the type are shown. Unknown types are kept but passed over; forbidden ones are deleted."""
    return isinstance(element_type, str) and element_type in ELEMENT_TYPES


def fixes_for(element: Mapping[str, Any]) -> Element:
    """Return the keys to write so that a peer's element keeps the rules; empty when it does.

    An element of a forbidden type, without a type, or with too much text is deleted; numbers are clamped, other wrong values
    go back to their defaults. An unknown type is left alone: a newer client may know it.
    """
    element_type = element.get("type")
    if not isinstance(element_type, str) or element_type in FORBIDDEN_TYPES:
        return _deletion_of(element)
    if element_type not in ELEMENT_TYPES:
        return {}
    if any(len(element[key]) > MAX_TEXT_LENGTH for key in ("text", "originalText") if isinstance(element.get(key), str)):
        return _deletion_of(element)
    fixes: Element = {}
    defaults = defaults_of(element_type)
    kinds = _kinds_of(element_type)
    for key, value in element.items():
        if key not in _CHECKED_KEYS and _is_plain(value, kinds.get(key)):
            continue
        default = defaults.get(key)
        fixed = _fixed_value(key, value, default) if _is_same_kind(value, default) else default
        if fixed is not value:
            fixes[key] = fixed
    fixes.update({key: 0 for key in _REQUIRED_NUMBERS if not _is_any_number(element.get(key))})
    if element_type == "text" and not isinstance(element.get("text"), str):
        fixes["text"] = ""
    return fixes


def check_new_element(element_id: str, element: Mapping[str, Any]) -> None:
    """Raise InvalidElementError when the server is about to write an element that `fixes_for` would change."""
    if not _ELEMENT_ID.fullmatch(element_id):
        raise InvalidElementError(f"{element_id!r} is no element id")
    if not is_allowed_type(element.get("type")):
        raise InvalidElementError(f"elements of type {element.get('type')!r} cannot be drawn")
    _refuse(element_id, fixes_for(element).keys())


def check_changes(element_id: str, changed: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Raise InvalidElementError when one of `keys`, as it is in the changed element, is wrong.

    What a peer has left wrong in other keys is repair's business and must not keep the tutor from drawing.
    """
    wrong = fixes_for(changed)
    _refuse(element_id, wrong.keys() & set(keys) if "isDeleted" not in wrong else wrong.keys())


def _refuse(element_id: str, wrong: Collection[str]) -> None:
    if wrong:
        raise InvalidElementError(f"element {element_id}: {', '.join(sorted(wrong))} not as the board's schema says")


def is_valid_file(file_id: str, entry: object) -> bool:
    """Say whether a file entry may stay: the id is the hash of the bytes, the type is an image, an inline SVG is harmless."""
    if not _FILE_ID.fullmatch(file_id) or not isinstance(entry, Mapping):
        return False
    fields = cast("Mapping[str, object]", entry)
    mime_type = fields.get("mimeType")
    if fields.get("id") != file_id or not isinstance(mime_type, str) or mime_type not in IMAGE_TYPES:
        return False
    url, data_url = fields.get("url"), fields.get("dataURL")
    if (url is None) == (data_url is None):
        return False
    if url is not None:
        return isinstance(url, str) and url.startswith("/api/boards/") and url.endswith(f"/files/{file_id}")
    content = _inline_bytes(data_url, mime_type)
    if content is None or hashlib.sha256(content).hexdigest() != file_id:
        return False
    return mime_type != "image/svg+xml" or not _UNSAFE_SVG.search(content)


def is_safe_link(link: str) -> bool:
    """Say whether a link goes to the web or stays on this site, and runs nothing."""
    if link.startswith("/"):
        return not link.startswith(("//", "/\\"))
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _deletion_of(element: Mapping[str, Any]) -> Element:
    return {} if element.get("isDeleted") is True else {"isDeleted": True}


def _inline_bytes(data_url: object, mime_type: str) -> bytes | None:
    if not isinstance(data_url, str) or len(data_url) > MAX_INLINE_FILE_BYTES * 4 // 3 + 100:
        return None
    match = _DATA_URL.fullmatch(data_url)
    if match is None or match["type"] != mime_type:
        return None
    try:
        content = base64.b64decode(match["data"], validate=True)
    except binascii.Error:
        return None
    return content if len(content) <= MAX_INLINE_FILE_BYTES else None


def _fixed_value(key: str, value: object, default: object) -> object:
    """Return `value` itself when it may stay, else what to write instead."""
    match key:
        case "link":
            return None if isinstance(value, str) and not is_safe_link(value) else value
        case "seed":
            return value if _is_number(value) and 0 <= cast("float", value) <= _MAX_SEED else 0
        case "points":
            return value if _is_plain_stroke(value) else _fixed_list(value, _is_point, default)
        case "pressures":
            return _fixed_list(value, _is_any_number, default)
        case "id" | "customData" if _is_json(value):
            return value
        case _:
            return _clamped(value, 0)


@cache
def _kinds_of(element_type: str) -> Mapping[str, type]:
    """Return the Python type that Yjs gives the value of each key that has a default which is not null."""
    defaults = defaults_of(element_type).items()
    return {key: _kind_of(default) for key, default in defaults if default is not None}


def _kind_of(default: object) -> type:
    # Yjs has one kind of number.
    return float if _is_any_number(default) else cast("type", type(default))


def _is_plain(value: object, kind: type | None) -> bool:
    """Say quickly of most values that nothing is wrong with them; False means: look closer."""
    actual = type(value)
    if kind is not None and actual is not kind:
        return False
    if actual is float:
        return -MAX_NUMBER <= cast("float", value) <= MAX_NUMBER
    return value is None or actual is str or actual is bool


def _is_plain_stroke(value: object) -> bool:
    """Say quickly of nearly all strokes that nothing is wrong with them; a stroke may have thousands of points."""
    if not isinstance(value, list):
        return False
    points = cast("list[list[float]]", value)
    if len(points) > MAX_POINTS or not set(map(type, points)) <= {list} or min(map(len, points), default=2) < 2:
        return False
    numbers = [number for point in points for number in point]
    if not set(map(type, numbers)) <= {float}:
        return False
    # A sum that is finite holds no NaN, so that the greatest means something.
    return math.isfinite(sum(numbers)) and max(map(abs, numbers), default=0) <= MAX_NUMBER


def _is_same_kind(value: object, default: object) -> bool:
    """Say whether a value is of the JSON kind of its default, which drawing tools rely on; null defaults tell nothing."""
    if default is None:
        return not isinstance(value, bytes | bytearray)
    if _is_any_number(default):
        return _is_any_number(value)
    return isinstance(value, type(default))


def _fixed_list(value: object, is_item: Callable[[object], bool], default: object) -> object:
    if not isinstance(value, list) or not all(map(is_item, cast("list[object]", value))):
        return [] if default is None else default
    items = cast("list[object]", value)
    return items[:MAX_POINTS] if len(items) > MAX_POINTS else _clamped(items, 0)


def _is_point(value: object) -> bool:
    if not isinstance(value, list):
        return False
    pair = cast("list[object]", value)
    return len(pair) >= 2 and all(map(_is_any_number, pair))


def _is_any_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_json(value: object, depth: int = 0) -> bool:
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int | float):
        return math.isfinite(value)
    if depth >= MAX_DEPTH:
        return False
    if isinstance(value, Mapping):
        return all(_is_json(item, depth + 1) for item in cast("Mapping[str, object]", value).values())
    return isinstance(value, list) and all(_is_json(item, depth + 1) for item in cast("list[object]", value))


def _clamped(value: object, depth: int) -> object:
    """Return `value` itself when all numbers in it are finite and small enough, else a copy in which they are."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= MAX_NUMBER else (0 if math.isnan(value) else math.copysign(MAX_NUMBER, value))
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        fixed = {name: _clamped(item, depth + 1) for name, item in fields.items()}
        return fields if all(fixed[name] is fields[name] for name in fixed) else fixed
    if isinstance(value, list):
        items = cast("list[object]", value)
        fixed_items = [_clamped(item, depth + 1) for item in items]
        return items if all(a is b for a, b in zip(items, fixed_items, strict=True)) else fixed_items
    return None
