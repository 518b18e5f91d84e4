"""Why a passage was found."""

import pytest

from tutorium.app.documents.snippets import SNIPPET_CHARS, snippet_of

LONG = ("Nothing of interest stands here at all. " * 20) + "The amphidromic point has no tide. " + ("More of the same. " * 30)


def marked(text: str, query: str) -> list[str]:
    snippet = snippet_of(text, query)
    return [snippet.text[start:end] for start, end in snippet.matches]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("Tides rise and fall.", "tides", ["Tides"]),
        ("Tides and a tide.", "tide", ["Tides", "tide"]),
        ("The café is Größe.", "CAFE grosse größe", ["café", "Größe"]),
        ("art and artful", "art", ["art"]),
        ("Nothing fits.", "tides", []),
        (LONG, "amphidromic tide", ["amphidromic", "tide"]),
    ],
)
def test_words_that_were_looked_for_are_marked(text: str, query: str, words: list[str]) -> None:
    """Forms of a word count where the word is long; case and accents do not."""
    assert marked(text, query) == words


def test_a_long_passage_is_cut_around_its_hits() -> None:
    """The snippet is short, shows the hit, and has an ellipsis where it was cut."""
    snippet = snippet_of(LONG, "amphidromic")
    assert len(snippet.text) <= SNIPPET_CHARS + 2
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")


def test_a_short_passage_is_shown_whole() -> None:
    """Nothing is cut from what fits; lines become one."""
    assert snippet_of("One\ntwo.", "two").text == "One two."
