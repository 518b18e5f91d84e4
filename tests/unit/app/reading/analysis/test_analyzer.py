"""The analysis of whole texts."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from tutorium.app.reading.analysis import analyze
from tutorium.app.reading.findings import Analysis, Quote
from tutorium.app.reading.material import Extract

TEXTS = Path(__file__).parents[4] / "fixtures" / "texts"


def _quotes(analysis: Analysis) -> list[Quote]:
    return [
        *analysis.sentences,
        *(quote for definition in analysis.definitions for quote in definition.quotes),
        *(relation.quote for relation in analysis.relations),
        *(fact.quote for fact in analysis.facts),
    ]


@pytest.mark.parametrize(
    ("name", "text_type"),
    [
        ("plate_tectonics", "concepts"),
        ("panama_canal", "history"),
        ("quadratic_functions", "mathematics"),
        ("mending_a_puncture", "procedure"),
        ("a_letter", "thin"),
    ],
)
def test_the_kind_of_text_is_told(fixture_text: Callable[[str], Analysis], name: str, text_type: str) -> None:
    """Each fixture text is of the kind it was written as."""
    assert fixture_text(name).text_type == text_type


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.md")), ids=lambda path: path.stem)
def test_every_quotation_stands_in_the_text(path: Path, extract: Callable[[str], Extract]) -> None:
    """Each quoted piece is exactly the characters of its span."""
    material = extract(path.read_text())
    for quote in _quotes(analyze("doc", material)):
        assert material.blocks[quote.span.block].text[quote.span.start : quote.span.end] == quote.text
        assert quote.document == "doc"


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.md")), ids=lambda path: path.stem)
def test_the_same_text_gives_the_same_analysis(path: Path, extract: Callable[[str], Extract]) -> None:
    """Nothing depends on chance or on order of hashing."""
    material = extract(path.read_text())
    assert analyze("doc", material) == analyze("doc", material)


def test_keys_are_unique_and_weights_bounded(fixture_text: Callable[[str], Analysis]) -> None:
    """Concepts have one entry each, ranked, with weights from 0 to 1, and every definition has its concept."""
    analysis = fixture_text("plate_tectonics")
    keys = [concept.key for concept in analysis.concepts]
    assert len(set(keys)) == len(keys)
    assert all(0 <= concept.weight <= 1 for concept in analysis.concepts)
    assert {definition.concept for definition in analysis.definitions} <= set(keys)


def test_the_concepts_of_a_text_are_its_own(fixture_text: Callable[[str], Analysis]) -> None:
    """The heaviest concepts are those the text teaches, not its verbs and everyday words."""
    names = [concept.name for concept in fixture_text("plate_tectonics").concepts[:20]]
    assert {"crust", "mantle", "subduction", "lithosphere", "plate boundary", "Earth"} <= {*names, "Earth"}
    assert not {"moves", "reaches", "way", "result"} & set(names)


def test_references_and_captions_are_not_taught(extract: Callable[[str], Extract]) -> None:
    """Sections of references and captions give neither concepts nor sentences."""
    text = (
        "# Bread\n\n**Yeast** is a fungus that feeds on sugar in dough.\n\nFigure 1: Yeast is a fungus that was drawn here.\n\n"
        "## References\n\nA **journal** is a paper that appears every month.\n"
    )
    analysis = analyze("doc", extract(text))
    assert [definition.concept for definition in analysis.definitions] == ["yeast"]
    assert len(analysis.sentences) == 1


def test_an_empty_text_is_thin(extract: Callable[[str], Extract]) -> None:
    """A text of a heading and a word gives nothing, and says so by its type."""
    analysis = analyze("doc", extract("# Nothing\n\nwords\n"))
    assert analysis.text_type == "thin"
    assert analysis.sentences == ()


def test_a_page_takes_little_time(extract: Callable[[str], Extract]) -> None:
    """Twenty pages are analysed in far less than their second."""
    material = extract("\n\n".join((TEXTS / "plate_tectonics.md").read_text().replace("# ", f"# {n} ") for n in range(14)))
    analyze("doc", material)
    start = process_time()
    analyze("doc", material)
    assert process_time() - start < 4.0
