"""What the text relates, with its own words on the edge."""

from collections.abc import Callable

import pytest

from tutorium.app.reading.findings import Analysis

Analysed = Callable[[str], Analysis]

BREAD = (
    "# Bread\n\n**Yeast** is a fungus that feeds on sugar. **Gluten** is a protein that makes dough elastic. "
    "**Kneading** is the repeated folding of dough. **Starch** is a store of sugar in the grain. "
    "A **dough** is a mixture of flour.\n\n"
)


def _edges(analysis: Analysis) -> set[tuple[str, str, str]]:
    return {(relation.source, relation.label, relation.target) for relation in analysis.relations}


@pytest.mark.parametrize(
    ("sentence", "edge"),
    [
        ("Kneading strengthens the gluten.", ("kneading", "strengthens", "gluten")),
        ("Dough consists of starch and water and salt.", ("dough", "consists of", "starch")),
        ("Gluten is found in dough that was kneaded.", ("gluten", "is found in", "dough")),
        ("Kneading slowly produces strong gluten from flour.", None),
        ("Kneading produces strong gluten.", ("kneading", "produces", "strong-gluten")),
        ("Kneading may strengthen the gluten.", None),
        ("Kneading does not strengthen the gluten.", None),
        ("If yeast is fresh, kneading strengthens the gluten.", None),
        ("Kneading strengthens the gluten network of the loaf.", None),
        ("Scientists use gluten in bread.", None),
    ],
)
def test_an_edge_is_what_a_plain_sentence_says(analysed: Analysed, sentence: str, edge: tuple[str, str, str] | None) -> None:
    """Only plain statements in the present between known terms become edges; doubt, denial and conditions do not."""
    said = {e for e in _edges(analysed(BREAD + sentence + "\n")) if e[1] not in ("explained with", "is a", "is a kind of")}
    assert edge in said if edge is not None else not said


def test_an_enumeration_gives_its_kinds(analysed: Analysed) -> None:
    """ "There are three types of X" makes each member a kind of X."""
    text = "# T\n\nA **plate boundary** is a zone where plates meet. A **fault boundary** is one that slides. "
    text += "A **rift boundary** is one that opens.\n\n"
    text += "There are two types of plate boundaries: fault boundaries and rift boundaries.\n"
    edges = _edges(analysed(text))
    assert {("fault-boundary", "is a kind of", "plate-boundary"), ("rift-boundary", "is a kind of", "plate-boundary")} <= edges


def test_a_definition_gives_its_kind(analysed: Analysed) -> None:
    """The kind named by a definition is an edge when it is a known term."""
    text = "# T\n\nA **budget** is a plan for money that comes and goes. A **cash budget** is a budget that plans cash.\n"
    assert ("cash-budget", "is a", "budget") in _edges(analysed(text))


def test_definitions_are_explained_with_what_they_mention(analysed: Analysed) -> None:
    """A concept named in the definition of another explains it."""
    text = "# T\n\nThe **crust** is the outer layer of the planet. A **volcano** is an opening in the crust that emits ash.\n"
    assert ("volcano", "explained with", "crust") in _edges(analysed(text))


def test_edges_quote_the_sentence_they_rest_on(fixture_text: Analysed) -> None:
    """The words of a stated relation stand in its quotation, and both ends are concepts."""
    analysis = fixture_text("plate_tectonics")
    keys = {concept.key for concept in analysis.concepts}
    stated = [r for r in analysis.relations if r.type not in ("explained-with", "is-a")]
    assert stated
    for relation in stated:
        assert all(word in relation.quote.text for word in relation.label.split())
        assert {relation.source, relation.target} <= keys
