"""What is chosen, in which order, and what is said about it."""

from collections.abc import Callable

from tutorium.app.agents.rules import explain, plan_lesson, write_items
from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.ordering import in_order
from tutorium.app.agents.rules.planner import GUIDED_READING, NOTHING_FOUND
from tutorium.app.reading.findings import SourceDocument

Source = Callable[[str], SourceDocument]


def test_no_sources_are_nothing_to_teach() -> None:
    """Without material there is no objective, and the plan says so."""
    plan = plan_lesson([], known={})
    assert plan.objectives == ()
    assert plan.notice == NOTHING_FOUND


def test_a_text_of_nothing_is_told_frankly(source: Source) -> None:
    """A text in which nothing stands on its own gives no objective and a frank notice."""
    plan = plan_lesson([source("# Hm\n\nyes and no\n")], known={})
    assert plan.objectives == ()
    assert plan.notice == NOTHING_FOUND


def test_a_thin_text_is_read_together(library: dict[str, SourceDocument]) -> None:
    """A text without definitions, dates and steps becomes a guided reading with a frank notice."""
    plan = plan_lesson([library["a_letter"]], known={})
    assert plan.text_type == "thin"
    assert plan.notice == GUIDED_READING
    assert all(objective.title.startswith("Read closely") for objective in plan.objectives)


def test_what_is_known_is_left_out(library: dict[str, SourceDocument]) -> None:
    """Objectives whose concepts are all mastered are not taught again, and the plan names them."""
    sources = [library["plate_tectonics"]]
    full = plan_lesson(sources, known={})
    first = full.objectives[0]
    plan = plan_lesson(sources, known=dict.fromkeys(first.concepts, 0.95))
    assert first.concepts[0] not in [concept for objective in plan.objectives for concept in objective.concepts]
    assert plan.notice is not None
    assert "know it well" in plan.notice


def test_all_known_is_taught_as_review(library: dict[str, SourceDocument]) -> None:
    """When everything is mastered, the lesson still has its objectives."""
    source = library["quadratic_functions"]
    known = {concept.key: 0.99 for concept in source.analysis.concepts}
    plan = plan_lesson([source], known=known)
    assert plan.objectives
    assert plan.notice is None


def test_history_goes_by_periods(library: dict[str, SourceDocument]) -> None:
    """Each part of a history is a period with its years."""
    plan = plan_lesson([library["panama_canal"]], known={})
    assert plan.text_type == "history"
    assert plan.objectives[1].title == "Place in time: The French attempt (1869 to 1889)"


def test_concepts_of_parts_have_names(library: dict[str, SourceDocument]) -> None:
    """The key that mastery is kept for is a concept of the material, with the heading as its name."""
    source = library["panama_canal"]
    plan = plan_lesson([source], known={})
    names = {concept.key: concept.name for concept in source.analysis.concepts}
    assert names[plan.objectives[1].concepts[0]] == "The French attempt"


def test_history_without_headings_is_cut_into_periods(source: Source) -> None:
    """Dates under one heading are cut into periods of equal size."""
    years = "\n\n".join(f"In {1800 + 3 * n}, the town of Marle built bridge number {n} over the river." for n in range(16))
    plan = plan_lesson([source(f"# The bridges\n\n{years}\n")], known={})
    assert len(plan.objectives) >= 2
    assert all("18" in objective.title for objective in plan.objectives)


def test_several_documents_make_one_lesson(library: dict[str, SourceDocument]) -> None:
    """Objectives may come from every document, and the title names them."""
    sources = [library["plate_tectonics"], library["quadratic_functions"], library["a_letter"]]
    plan = plan_lesson(sources, known={})
    documents = {quote.document for objective in plan.objectives for quote in objective.quotes}
    assert plan.title == "Plate tectonics and two more texts"
    assert len(documents) >= 1
    for objective in plan.objectives:
        assert explain(sources, plan, objective.key)
        assert write_items(sources, plan, objective.key, seed=0)


def test_documents_that_went_away_leave_the_plans_quotations(library: dict[str, SourceDocument]) -> None:
    """A plan whose document was removed can still be explained from what it quoted."""
    plan = plan_lesson([library["plate_tectonics"]], known={})
    steps = explain([library["a_letter"]], plan, plan.objectives[0].key)
    assert steps
    assert write_items([library["a_letter"]], plan, plan.objectives[0].key, seed=0) == ()


def test_order_moves_needs_forward_and_keeps_the_rest() -> None:
    """What is needed comes first; otherwise the reading order stands, also between two that need each other."""
    places = {"a": (0, 0, 0), "b": (0, 1, 0), "c": (0, 2, 0), "d": (0, 3, 0)}
    assert in_order(["a", "b", "c", "d"], {"a": {"c"}}, places) == ["c", "a", "b", "d"]
    assert in_order(["a", "b"], {"a": {"b"}, "b": {"a"}}, places) == ["a", "b"]
    assert in_order(["a", "b", "c"], {"a": {"b"}, "b": {"c"}, "c": {"a"}}, places) == ["c", "b", "a"]


def test_the_catalog_finds_plurals(library: dict[str, SourceDocument]) -> None:
    """A concept is found in the plural as well."""
    catalog = Catalog.of([library["plate_tectonics"]])
    assert any("Hotspots" in quote.text for quote in catalog.about(["hotspot"]))
    assert catalog.name("unknown-thing") == "unknown thing"
    assert catalog.weight("unknown-thing") == 0.0
