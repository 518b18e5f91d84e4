"""What counts as saying what something is."""

from collections.abc import Callable

import pytest

from tutorium.app.reading.findings import Analysis

Analysed = Callable[[str], Analysis]


def _defined(analysis: Analysis) -> dict[str, str]:
    return {definition.concept: " ".join(quote.text for quote in definition.quotes) for definition in analysis.definitions}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("A **lock** is a chamber with gates that raises ships.", "lock"),
        ("**Magma** is molten rock below the surface of the Earth.", "magma"),
        ("**Enzymes** are proteins that speed up reactions in cells.", "enzyme"),
        ("The **mean** of a list is defined as the sum divided by its length.", "mean"),
        ("The term **inflation** refers to a general rise in prices.", "inflation"),
        ("Writing a sum as a product of factors is called **factoring**.", "factoring"),
        ("A function is called **injective** if no value is taken twice.", "injective-function"),
        ("Below the crust lies the **mantle**, a layer of hot rock that reaches deep down.", "mantle"),
        ("- **Yeast**: a fungus that feeds on sugar", "yeast"),
        ("**Definition 2.1.** A **group** is a set with an operation that is associative.", "group"),
        ("A **zero** of a function is a number at which it vanishes.", "zero"),
        ("The **vertex** is the highest or lowest point of a curve.", "vertex"),
        ("Economists call a lasting rise in prices **inflation**.", "inflation"),
    ],
)
def test_patterns_find_the_term(analysed: Analysed, text: str, concept: str) -> None:
    """Each way of defining gives the concept, with the sentence as its quotation."""
    assert concept in _defined(analysed(f"# Title\n\n{text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "The winner is the person who runs faster than the others.",
        "The weights are the numbers that the network learns.",
        "A convenient unit is the parsec for most stars.",
        "Bread is the most widely eaten food of the world.",
        "where T is the temperature of the gas in kelvin.",
        "The cost is 1000/100 for each of the parts.",
        "Baking can be a useful skill that saves money.",
        "Figure 3: The oven is a box that heats bread.",
        "There is a house that stands in the valley.",
        "This is a sentence that points at nothing in particular.",
        "Panama was then a part of Colombia and of its army.",
        "It is a kind of bread that is made of rye.",
        "config.txt is a file that holds the settings.",
        "Right after the release of **Buster**, the meeting of developers took place in Brazil.",
        "The graph is a parabola that opens downward.",
        "Joel, who was also known as Espy, died in July.",
    ],
)
def test_lookalikes_are_rejected(analysed: Analysed, text: str) -> None:
    """Remarks, captions, praise, situations and fragments define nothing."""
    assert _defined(analysed(f"# Title\n\n{text}\n")) == {}


def test_a_pronoun_brings_the_sentence_before(analysed: Analysed) -> None:
    """ "This process is called" is quoted with what it points at."""
    analysis = analysed("# Bread\n\nYeast breaks sugar down into gas. This process is called **fermentation**.\n")
    (definition,) = analysis.definitions
    assert [quote.text for quote in definition.quotes] == [
        "Yeast breaks sugar down into gas.",
        "This process is called fermentation.",
    ]


def test_a_pronoun_without_a_lead_is_no_definition(analysed: Analysed) -> None:
    """When the sentence before points backwards itself, nothing is quoted."""
    assert analysed("# Bread\n\nThey do it all day long. This is called **fermentation**.\n").definitions == ()


def test_the_better_definition_wins(analysed: Analysed) -> None:
    """A concept defined twice keeps the clearer sentence."""
    text = "# T\n\nA router is a machine.\n\nA **router** is a machine that connects several networks to each other.\n"
    assert "connects" in _defined(analysed(text))["router"]


def test_short_forms_keep_their_letters(analysed: Analysed) -> None:
    """BIOS is not the plural of BIO."""
    assert "bios" in _defined(analysed("# T\n\nThe **BIOS** is a program that starts the computer.\n"))


def test_other_names_are_kept(analysed: Analysed) -> None:
    """Short forms and "also called" become aliases."""
    text = (
        "# T\n\nThe **Domain Name System** (DNS) is a directory that maps names to addresses.\n\n"
        "A **thermometer** is an instrument that measures heat. A thermometer is also called a heat meter.\n"
    )
    names = {concept.key: concept.aliases for concept in analysed(text).concepts}
    assert names["domain-name-system"] == ("DNS",)
    assert names["thermometer"] == ("heat meter",)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Die Hefe ist ein einzelliger Pilz, der Zucker in Gas verwandelt. Die Hefe lebt im warmen Teig.", "hefe"),
        ("Unter Inflation versteht man den allgemeinen Anstieg der Preise in einem Land. Inflation schadet.", "inflation"),
        ("La levure est un champignon qui transforme le sucre en gaz dans la pâte. La levure vit.", "levure"),
        ("La levadura es un hongo que transforma el azúcar en gas dentro de la masa. La levadura vive.", "levadura"),
    ],
)
def test_other_languages_have_a_few_patterns(analysed: Analysed, text: str, concept: str) -> None:
    """German, French and Spanish texts give definitions too."""
    assert concept in _defined(analysed(f"# Titel\n\n{text}\n"))
