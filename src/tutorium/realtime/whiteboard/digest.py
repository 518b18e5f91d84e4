"""A canonical digest of a board's elements: equal digests mean that two boards look the same.

Written so that a browser can compute the same: JSON with sorted keys and numbers as JavaScript prints them, defaults left out,
one line per live element in paint order. The index itself is left out: repair may change it without changing the order.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from tutorium.realtime.whiteboard.defaults import without_defaults

# JavaScript switches to exponents at these powers of ten, Python at others.
_JS_LARGEST_PLAIN = 1e21
_JS_SMALLEST_PLAIN = 1e-6


def digest_of(elements: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 (hex) of live `elements`, which come in paint order and carry their `id`."""
    digest = hashlib.sha256()
    for element in elements:
        digest.update(canonical_element(element).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def canonical_element(element: Mapping[str, Any]) -> str:
    """Return the canonical JSON text of one element."""
    content = without_defaults(element)
    content.pop("index", None)
    return _canonical([element["id"], content])


def _canonical(value: object) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = sorted(cast("Mapping[str, object]", value).items())
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_canonical(item)}" for key, item in pairs) + "}"
    return "[" + ",".join(_canonical(item) for item in cast("Iterable[object]", value)) + "]"


def _number(value: float) -> str:
    if value == 0:
        return "0"
    size = abs(value)
    if size < _JS_LARGEST_PLAIN and float(value).is_integer():
        return str(int(value))
    mantissa, _, exponent = repr(float(value)).partition("e")
    if not exponent:
        return mantissa
    if size >= _JS_SMALLEST_PLAIN and size < 1:
        digits = mantissa.lstrip("-").replace(".", "")
        return ("-" if value < 0 else "") + "0." + "0" * (-int(exponent) - 1) + digits
    return f"{mantissa}e{int(exponent):+d}"
