"""What may be on a board."""

import base64
import math
from typing import Any

import pytest

from tutorium.errors import TooLargeError
from tutorium.realtime.whiteboard.files import file_id_of, inline_file, uploaded_file
from tutorium.realtime.whiteboard.validation import (
    MAX_POINTS,
    InvalidElementError,
    check_new_element,
    fixes_for,
    is_safe_link,
    is_valid_file,
)

PNG = b"\x89PNG\r\n\x1a\n tiny"


def box(**keys: Any) -> dict[str, Any]:
    """A rectangle that keeps the rules."""
    return {"id": "a", "type": "rectangle", "x": 0, "y": 0, "width": 5, "height": 5, "index": "a0", "seed": 1, **keys}


@pytest.mark.rule("RM31")
@pytest.mark.parametrize(
    "element",
    [
        box(),
        box(customData={"ours": {"created": 1.7e12}}, link="https://example.org/a?b=c", seed=2**31 - 1),
        box(type="text", text="x" * 20_000, link="/session/1"),
        box(type="freedraw", points=[[0, 0], [1.5, 2]], pressures=[0.5, 0.25]),
        box(type="line", points=[[0, 0]] * MAX_POINTS),
        box(unknownKey={"deep": [1, {"er": "x"}]}),
    ],
)
def test_proper_elements_are_left_alone(element: dict[str, Any]) -> None:
    """An element that keeps the rules needs no fix, whatever else it carries."""
    assert fixes_for(element) == {}


@pytest.mark.rule("RM26")
@pytest.mark.parametrize(
    "element",
    [box(type="embeddable"), box(type="iframe"), box(type=None), box(type="text", text="x" * 20_001)],
)
def test_what_cannot_be_mended_is_deleted(element: dict[str, Any]) -> None:
    """Forbidden types, elements without a type and endless text are deleted, once."""
    assert fixes_for(element) == {"isDeleted": True}
    assert fixes_for({**element, "isDeleted": True}) == {}


@pytest.mark.rule("RM26")
@pytest.mark.parametrize(
    ("key", "value", "fixed"),
    [
        ("x", math.nan, 0),
        ("x", math.inf, 1e6),
        ("y", -2e6, -1e6),
        ("x", None, 0),
        ("width", "wide", 0),
        ("seed", -1, 0),
        ("seed", 2**31, 0),
        ("opacity", 1e9, 1e6),
        ("link", "javascript:alert(1)", None),
        ("link", "//evil.example", None),
        ("roundness", {"type": math.nan}, {"type": 0}),
        ("strokeColor", b"bytes", "#1e1e1e"),
        ("strokeColor", 7, "#1e1e1e"),
        ("groupIds", "g", []),
        ("locked", 1, False),
        ("angle", "north", 0),
        ("frameId", bytearray(b"x"), None),
        ("customData", {"n": math.nan}, {"n": 0}),
    ],
)
def test_wrong_values_are_mended(key: str, value: object, fixed: object) -> None:
    """Numbers become finite and clamped, unsafe links go, everything else stays."""
    assert fixes_for(box(**{key: value})) == {key: fixed}


@pytest.mark.rule("RM26")
def test_strokes_are_bounded_and_well_formed() -> None:
    """Too many points are cut, points that are none empty the stroke, numbers in points are clamped."""
    assert len(fixes_for(box(type="line", points=[[0, 0]] * (MAX_POINTS + 5)))["points"]) == MAX_POINTS
    assert fixes_for(box(type="line", points=[[0, 0], [1]])) == {"points": []}
    assert fixes_for(box(type="line", points=[[0, 0], "x"])) == {"points": []}
    assert fixes_for(box(type="freedraw", points="no", pressures=[True])) == {"points": [], "pressures": []}
    assert fixes_for(box(type="line", points=[[0, 0], [math.inf, 1]])) == {"points": [[0, 0], [1e6, 1]]}


@pytest.mark.rule("RM26")
def test_text_without_text_is_empty() -> None:
    """A text element always has a text."""
    assert fixes_for(box(type="text", text=5)) == {"text": ""}


@pytest.mark.rule("RM26")
def test_unknown_types_stay() -> None:
    """An element of a newer schema is neither changed nor deleted."""
    assert fixes_for({"id": "a", "type": "hologram", "x": math.nan}) == {}


def test_bottomless_values_are_cut() -> None:
    """A value that nests deeper than any drawing tool writes is cut off."""
    value: Any = 1
    for _ in range(30):
        value = [value]
    assert fixes_for(box(customData=value))["customData"] != value


@pytest.mark.rule("RM42")
@pytest.mark.parametrize(
    ("element_id", "element"),
    [
        ("bad id!", box()),
        ("a", box(type="iframe")),
        ("a", box(type="hologram")),
        ("a", box(x=math.nan)),
        ("a", {"type": "line"}),
    ],
)
def test_the_server_writes_only_proper_elements(element_id: str, element: dict[str, Any]) -> None:
    """What repair would change is refused before it is written."""
    with pytest.raises(InvalidElementError):
        check_new_element(element_id, element)


@pytest.mark.parametrize(
    ("link", "is_safe"),
    [
        ("https://a.example", True),
        ("http://a.example/x", True),
        ("/documents/3#page=2", True),
        ("//a.example", False),
        ("/\\a.example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https:", False),
        ("relative", False),
        ("http://[bad", False),
    ],
)
def test_links_stay_on_the_web(link: str, is_safe: bool) -> None:
    """Links go to http(s) or to this site."""
    assert is_safe_link(link) is is_safe


def test_inline_and_uploaded_files_are_valid() -> None:
    """Entries made by our own functions are accepted."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    for content, mime_type in ((PNG, "image/png"), (svg, "image/svg+xml")):
        assert is_valid_file(file_id_of(content), inline_file(content, mime_type, created_ms=1))
    assert is_valid_file(file_id_of(PNG), uploaded_file(file_id_of(PNG), "image/png", board="b1", size=len(PNG), created_ms=1))


def test_large_files_are_not_inlined() -> None:
    """Above 32 KiB a file is uploaded."""
    with pytest.raises(TooLargeError):
        inline_file(b"x" * (32 * 1024 + 1), "image/png", created_ms=1)


def _entry(**changes: Any) -> dict[str, Any]:
    entry = {**inline_file(PNG, "image/png", created_ms=1), **changes}
    return {key: value for key, value in entry.items() if value is not None}


@pytest.mark.rule("RM29")
@pytest.mark.parametrize(
    "entry",
    [
        None,
        "text",
        _entry(id="0" * 64),
        _entry(mimeType="text/html"),
        _entry(dataURL=None),
        _entry(url="/api/boards/b/files/" + file_id_of(PNG)),
        _entry(dataURL="data:image/png;base64,AAAA"),
        _entry(dataURL="data:image/png;base64,A"),
        _entry(dataURL="data:image/gif;base64," + base64.b64encode(PNG).decode()),
        _entry(dataURL="http://evil.example/x.png"),
        _entry(dataURL="data:image/png;base64," + "A" * 60_000),
        _entry(dataURL=None, url="https://evil.example/files/" + file_id_of(PNG)),
        _entry(dataURL=None, url=7),
    ],
)
def test_bad_files_are_refused(entry: object) -> None:
    """The id is the hash, the type is an image, the content is here or at the board's own address."""
    assert not is_valid_file(file_id_of(PNG), entry)


@pytest.mark.rule("RM29")
@pytest.mark.parametrize(
    "svg",
    [
        b"<svg><script>1</script></svg>",
        b"<svg onload=x></svg>",
        b"<svg><foreignObject/></svg>",
        b'<svg><a href="javascript:x"/></svg>',
        b"<!ENTITY x>",
    ],
)
def test_svg_that_could_run_is_refused(svg: bytes) -> None:
    """An inline SVG carries no script, no handler and no foreign page."""
    assert not is_valid_file(file_id_of(svg), inline_file(svg, "image/svg+xml", created_ms=1))


def test_file_ids_are_hashes() -> None:
    """A file under any other name is refused."""
    assert not is_valid_file("../x", _entry(id="../x"))
