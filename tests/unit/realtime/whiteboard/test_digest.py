"""The canonical digest."""

import pytest

from tutorium.realtime.whiteboard.digest import canonical_element, digest_of

BOX = {"id": "a", "type": "rectangle", "x": 1, "y": 2.5, "width": 3, "height": 4, "index": "a0"}


@pytest.mark.rule("RM44")
def test_what_does_not_show_does_not_count() -> None:
    """Defaults written out, 1 for 1.0, key order and index values leave the digest as it is."""
    other = {**dict(reversed(BOX.items())), "x": 1.0, "opacity": 100, "index": "b05", "version": 9}
    assert digest_of([BOX]) == digest_of([other])


@pytest.mark.rule("RM44")
def test_what_shows_counts() -> None:
    """A moved element, another order and a missing element change the digest."""
    second = {**BOX, "id": "b"}
    digests = {digest_of(e) for e in ([BOX, second], [second, BOX], [BOX], [{**BOX, "x": 2}, second], [])}
    assert len(digests) == 5


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e16, "10000000000000000"),
        (1e21, "1e+21"),
        (1.5, "1.5"),
        (1e-5, "0.00001"),
        (-1.25e-5, "-0.0000125"),
        (1e-7, "1e-7"),
        (0.7853981633974483, "0.7853981633974483"),
    ],
)
def test_numbers_are_spelled_as_javascript_does(number: float, text: str) -> None:
    """A browser that computes the digest with JSON.stringify gets the same text."""
    assert canonical_element({"id": "a", "type": "line", "x": number}) == f'["a",{{"type":"line","x":{text}}}]'


def test_nested_values_are_canonical() -> None:
    """Objects inside an element have sorted keys, strings keep their letters."""
    element = {"id": "a", "type": "text", "customData": {"b": [True, None], "a": "ü"}}
    assert canonical_element(element) == '["a",{"customData":{"a":"ü","b":[true,null]},"type":"text"}]'
