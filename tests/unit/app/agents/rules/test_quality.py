"""Questions that need a thought, and an answer key that finds them in the text."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from tests.support.answer_key import choice_of, gap_of
from tutorium.app.agents.rules import explain, opening_steps, plan_lesson, write_items
from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.items import thinking
from tutorium.app.agents.rules.items.drafts import GAP
from tutorium.app.agents.rules.planner import units_of
from tutorium.app.reading.findings import SourceDocument

Source = Callable[[str], SourceDocument]

FRUIT = """# Kitchen plants

## Roots

A carrot is a root that stores sugar for the second year. Farmers sow the carrot in sandy soil at the end of March.

A turnip is a root that feeds cattle and people in winter. Old cooks say that the turnip tastes best after the first frost.

A radish is a root that grows from seed to plate within a month. Children like to grow the radish because it is never slow.
"""


def _text(source: SourceDocument) -> str:
    return " ".join(block.text for block in source.extract.blocks)


def test_a_use_is_asked_with_other_ideas_as_rivals(source: Source) -> None:
    """Each option is a sentence of the text with its own idea taken out; the right one is about the idea asked for."""
    made = source(FRUIT)
    catalog = Catalog.of([made])
    unit, *_ = units_of(catalog, "concepts")
    drafts = list(thinking.use_choices(catalog, unit, catalog.quotable, (), random.Random(1)))
    assert drafts
    for draft in drafts:
        options = [draft.key, *(rival.text for rival in draft.rivals)]
        assert all(option.count(GAP) == 1 for option in options)
        assert options[choice_of(draft.stem, options, _text(made))] == draft.key


def test_order_and_span_are_about_dated_events(library: dict[str, SourceDocument]) -> None:
    """What came first, last or next, and how many years lie between, follow from the years of the text."""
    made = library["panama_canal"]
    seen: set[str] = set()
    for unit in units_of(Catalog.of([made]), "history"):
        for seed in range(12):
            chance = random.Random(seed)
            for draft in (*thinking.order_choices(unit, chance), *thinking.span_choices(unit, chance)):
                seen.add(draft.stem.split("?")[0].split("“")[0].strip())
                options = [draft.key, *(rival.text for rival in draft.rivals)]
                assert len(set(options)) == len(options)
                years = {fact.year for fact in unit.facts}
                if draft.family == "span":
                    assert int(draft.key.split()[0]) <= max(filter(None, years)) - min(filter(None, years))
                    assert draft.solution is not None
                    assert draft.key in draft.solution
    assert {"Which of these came first", "Which of these came last", "How many years lie between these two"} <= seen


def test_no_sentence_is_asked_twice_with_two_gaps(text_source: SourceDocument) -> None:
    """A second gap in the sentence just asked about would only test short memory."""
    plan = plan_lesson([text_source], known={})
    for objective in plan.objectives:
        gaps = [item for item in write_items([text_source], plan, objective.key, seed=1) if item.kind == "cloze"]
        spans = [(item.quote.document, item.quote.span) for item in gaps]
        assert len(set(spans)) == len(spans)


def test_the_answer_key_answers_gaps(library: dict[str, SourceDocument]) -> None:
    """An attentive reader finds the word of a gap in the text."""
    made = library["plate_tectonics"]
    plan = plan_lesson([made], known={})
    items = [item for o in plan.objectives for item in write_items([made], plan, o.key, seed=1) if item.kind == "cloze"]
    assert items
    found = [gap_of(item.prompt, _text(made)) for item in items]
    assert sum(any(key.lower() in word for key in item.accept) for item, word in zip(items, found, strict=True)) == len(items)


def test_each_part_begins_a_page_with_its_title(text_source: SourceDocument) -> None:
    """The first step of every objective draws its title before anything else, and no other step draws one."""
    plan = plan_lesson([text_source], known={})
    for objective in plan.objectives:
        first, *rest = explain([text_source], plan, objective.key)
        assert first.drawings[0]["kind"] == "title"
        assert not any(drawing["kind"] == "title" for step in rest for drawing in step.drawings)


def test_no_edge_is_drawn_twice(text_source: SourceDocument) -> None:
    """A map of a part shows what the map of the opening did not."""
    plan = plan_lesson([text_source], known={})
    opening = _edges(drawing for step in opening_steps([text_source], plan) for drawing in step.drawings)
    for objective in plan.objectives:
        own = _edges(drawing for step in explain([text_source], plan, objective.key) for drawing in step.drawings)
        assert not opening & own


def _edges(drawings: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    maps = [drawing for drawing in drawings if drawing["kind"] == "concept_map"]
    named = [({node["id"]: node["text"] for node in drawing["nodes"]}, drawing["edges"]) for drawing in maps]
    return {(names[edge["from"]], names[edge["to"]]) for names, edges in named for edge in edges}


def test_a_lesson_says_why_it_matters_when_the_text_does(source: Source) -> None:
    """The opening quotes the sentence that says so of the subject; a text without one is not given a reason."""
    telling = source(FRUIT.replace("## Roots", "The carrot is important for every kitchen of the world.\n\n## Roots"))
    (first, *_) = opening_steps([telling], plan_lesson([telling], known={}))
    assert "Why it matters" in first.text
    assert "important for every kitchen" in first.text
    silent = source(FRUIT)
    (first, *_) = opening_steps([silent], plan_lesson([silent], known={}))
    assert "Why it matters" not in first.text


def test_a_text_in_another_language_is_told_so(source: Source) -> None:
    """The notice says frankly that the tutor's own sentences stay English."""
    german = (
        "# Die Kartoffel\n\nEine Kartoffel ist eine Pflanze, die in der Erde Knollen bildet. Die Bauern pflanzen die "
        "Kartoffel im Frühjahr in lockeren Boden und ernten sie im Herbst mit der Maschine.\n\nEine Knolle "
        "ist ein verdickter Teil "
        "der Pflanze, in dem sie Stärke für den Winter aufhebt. Die Knolle wächst unter der Erde.\n\n"
    )
    plan = plan_lesson([source(german * 2)], known={})
    assert plan.notice is not None
    assert "in German" in plan.notice


def test_a_long_text_of_few_ideas_is_filled_with_close_reading(source: Source) -> None:
    """Where definitions are few, parts to be read closely join them, and the plan says that the text gave little."""
    filler = " ".join(f"Workers carried heavy stones along the river to the village number {word}." for word in WORDS)
    sections = "\n\n".join(f"## Along the {word} road\n\n{filler}" for word in WORDS[:9])
    plan = plan_lesson(
        [source(f"# The road\n\nA milestone is a stone that tells how far the town is.\n\n{sections}\n")], known={}
    )
    assert any(objective.title.startswith("Read closely") for objective in plan.objectives)
    assert plan.notice is not None


WORDS = ("amber", "birch", "cedar", "dusty", "ember", "frosty", "golden", "hazel", "ivory", "juniper", "kindly", "lonely")
WORDS += ("misty", "northern", "olive", "pearly", "quiet", "rosy", "silver", "tawny", "umber", "velvet", "windy", "yellow")


def test_the_very_same_sources_share_a_catalog(library: dict[str, SourceDocument]) -> None:
    """What is found out about a set of sources is found out once."""
    sources = [library["plate_tectonics"]]
    assert Catalog.of(sources) is Catalog.of(list(sources))
    assert Catalog.of(sources) is not Catalog.of([library["panama_canal"]])
