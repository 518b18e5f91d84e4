"""Markdown to blocks."""

import time

import pytest

from tutorium.app.reading.extract.markdown import read_markdown
from tutorium.app.reading.extract.markdown.inline import parse_inline
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.material import Block


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_markdown(text, "name").blocks]


def only(text: str) -> Block:
    (block,) = read_markdown(text, "name").blocks
    return block


@pytest.mark.parametrize(
    ("raw", "clean", "emphasis"),
    [
        ("a **b** c", "a b c", [("b", "bold")]),
        ("a __b__ c *d* _e_", "a b c d e", [("b", "bold"), ("d", "italic"), ("e", "italic")]),
        ("**bold with *both* in it**", "bold with both in it", [("bold with both in it", "bold"), ("both", "italic")]),
        ("***all*** of it", "all of it", [("all", "bold")]),
        ("`x = *y*` here", "x = *y* here", [("x = *y*", "code")]),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name", []),
        ('[text](http://a.b/c_(d) "t") and [ref][1]', "text and ref", []),
        ("![picture](a.png)see", "see", []),
        ("note[^1] here", "note here", []),
        ("<https://a.b/c_d_e> <b>x</b>", "https://a.b/c_d_e x", []),
        ("caf&eacute; \\*not\\* ~~gone~~", "café *not* gone", []),
        ("energy $E = m * c * c$ now", "energy $E = m * c * c$ now", []),
        ("costs $5 or $6", "costs $5 or $6", []),
        ("unclosed **bold", "unclosed **bold", []),
    ],
)
def test_marks_inside_a_line(raw: str, clean: str, emphasis: list[tuple[str, str]]) -> None:
    """Marks go, their words stay, and emphasis points at the right words."""
    text, found = parse_inline(raw)
    assert text == clean
    assert [(text[mark.start : mark.end], mark.style) for mark in found] == emphasis


def test_headings_give_levels_and_paths() -> None:
    """Both kinds of headings count, and each block knows the headings above it."""
    extract = read_markdown("Title\n=====\n\nOne.\n\nPart\n----\n\n### Deep ###\n\nTwo.\n\n## Next\n\nThree.\n", "name")
    assert [(b.level, b.text) for b in extract.blocks if b.kind == "heading"] == [
        (1, "Title"),
        (2, "Part"),
        (3, "Deep"),
        (2, "Next"),
    ]
    assert [b.path for b in extract.blocks if b.kind == "paragraph"] == [
        ("Title",),
        ("Title", "Part", "Deep"),
        ("Title", "Next"),
    ]
    assert [b.id for b in extract.blocks] == list(range(len(extract.blocks)))


def test_lists_are_items_with_their_numbers() -> None:
    """Bullets go, numbers stay, nested and continued items are whole."""
    text = "- one\n  goes on\n- [x] two\n    - deep\n\n1. first\n2) second\n"
    assert blocks(text) == [
        ("item", "one goes on"),
        ("item", "two"),
        ("item", "deep"),
        ("item", "1. first"),
        ("item", "2) second"),
    ]


def test_tables_keep_their_cells() -> None:
    """Cells are exact: escaped bars, marks and missing cells included."""
    table = only("| A | B |\n|---|:-:|\n| 1 | **x** \\| y |\n| 2 |\n")
    assert table.kind == "table"
    assert table.rows == (("A", "B"), ("1", "x | y"), ("2", ""))
    assert table.text.split("\n")[0] == "A | B"


@pytest.mark.parametrize(
    ("text", "kind", "content"),
    [
        ("```python\nx = 1\n\ny = **2**\n```\n", "code", "x = 1\n\ny = **2**"),
        ("~~~\nnever closed", "code", "never closed"),
        ("    indented\n      more\n", "code", "indented\n  more"),
        ("```math\na = b\n```\n", "formula", "a = b"),
        ("$$\nE = mc^2\n$$\n", "formula", "E = mc^2"),
        ("$$ E = mc^2 $$\n", "formula", "E = mc^2"),
        ("\\[ a\n+ b \\]\n", "formula", "a + b"),
        ("> quoted\n> words\n", "quote", "quoted words"),
        ("<div>some <b>html</b></div>\n", "paragraph", "some html"),
    ],
)
def test_other_blocks(text: str, kind: str, content: str) -> None:
    """Code, formulas, quotes and HTML come out as what they are."""
    block = only(text)
    assert (block.kind, block.text) == (kind, content)


def test_a_formula_that_never_closes_is_text() -> None:
    """Two dollars alone do not swallow the rest of the document."""
    assert blocks("$$ costs\n\nnext paragraph here\n")[-1] == ("paragraph", "next paragraph here")


def test_front_matter_gives_the_title() -> None:
    """The title of the front matter comes first, then a single top heading, then the name."""
    assert read_markdown('---\ntitle: "From above"\n---\n# Heading\n\nText here.\n', "name").title == "From above"
    assert read_markdown("# Heading\n\nText here.\n", "name").title == "Heading"
    assert read_markdown("## Small\n\nText here.\n", "name").title == "name"
    assert read_markdown("---\nnot closed\n\nText.\n", "name").title == "name"


def test_what_only_points_elsewhere_is_left_out() -> None:
    """Contents and references go with all below them; a glossary stays."""
    front = "# Book\n\n## Contents\n\n- One\n\n## One\n\nText here.\n\n"
    extract = read_markdown(front + "## References\n\n### Papers\n\nA, B. 1999.\n\n## Glossary\n\nWave.\n", "name")
    assert [b.text for b in extract.blocks] == ["Book", "One", "Text here.", "Glossary", "Wave."]


def test_rules_comments_and_references_are_no_text() -> None:
    """Lines that only a renderer needs are left out."""
    assert blocks("one\n\n***\n\n[1]: http://a.b\n\n<!-- note -->\n\n<hr>\n\ntwo\n") == [
        ("paragraph", "one"),
        ("paragraph", "two"),
    ]


def test_an_empty_document_is_refused() -> None:
    """Marks without words are no text."""
    with pytest.raises(UnreadableError) as refusal:
        read_markdown("***\n\n---\n", "name")
    assert refusal.value.code == "empty"


@pytest.mark.parametrize("mark", ["*", "[", "`", "$", "<a", "_ ", "**a", "[^", "\\(", "> ", "| a ", "- ", "![", "&#"])
def test_hostile_marks_cost_no_more_than_their_length(mark: str) -> None:
    """Forty thousand repetitions of any mark are read in a moment."""
    begun = time.process_time()
    read_markdown("# a\n\nword " + mark * 40_000 + "\n" + mark * 2_000, "name")
    assert time.process_time() - begun < 5
