"""What holds of every lesson the rules make: nothing is shown that is not quoted, nothing is given away."""

import re
from collections.abc import Iterator

from tutorium.app.agents import rules
from tutorium.app.agents.handovers import LessonPlan, PreparedItem, Response, Step
from tutorium.app.agents.rules.catalog import Catalog
from tutorium.app.agents.rules.items.drafts import GAP
from tutorium.app.agents.rules.items.leaks import leaks
from tutorium.app.agents.rules.ordering import needs_of
from tutorium.app.agents.rules.secrets import keys_of, reveals
from tutorium.app.boards.layout.intents import parse_intent
from tutorium.app.reading.findings import SourceDocument

QUOTED = re.compile(r"“([^“”]+)”")


def _plan(source: SourceDocument) -> LessonPlan:
    return rules.plan_lesson([source], known={})


def _steps(source: SourceDocument) -> Iterator[Step]:
    plan = _plan(source)
    yield from rules.opening_steps([source], plan)
    for objective in plan.objectives:
        yield from rules.explain([source], plan, objective.key)
        yield from rules.simpler([source], plan, objective.key)
        yield from rules.example([source], plan, objective.key)
    yield from rules.summary_steps([source], plan)


def _items(source: SourceDocument, seed: int = 1) -> list[PreparedItem]:
    plan = _plan(source)
    return [item for objective in plan.objectives for item in rules.write_items([source], plan, objective.key, seed=seed)]


def _whole(source: SourceDocument) -> str:
    parts = [" ".join(block.text.split()) for block in source.extract.blocks]
    return "\n".join([*parts, *(" ".join(quote.text.split()) for quote in source.analysis.sentences)])


def test_every_quoted_sentence_stands_in_the_text(text_source: SourceDocument) -> None:
    """Whatever stands in quotation marks in an explanation is in the source, letter by letter."""
    whole = _whole(text_source)
    plan = _plan(text_source)
    for objective in plan.objectives:
        for step in rules.explain([text_source], plan, objective.key):
            for quotation in QUOTED.findall(step.text):
                assert quotation in whole


def test_every_step_says_something_and_draws_what_the_board_knows(text_source: SourceDocument) -> None:
    """Each step has words and at most one drawing, which the board reads as it was meant."""
    for step in _steps(text_source):
        assert step.text.strip()
        assert len([drawing for drawing in step.drawings if drawing["kind"] != "title"]) <= 1
        for drawing in step.drawings:
            intent = parse_intent({key: value for key, value in drawing.items() if key != "cite"})
            assert intent is not None
            for field in ("items", "events", "nodes", "edges", "steps", "rows"):
                assert len(drawing.get(field, ())) == len(getattr(intent, field, ()))


def test_drawings_cite_where_they_come_from(text_source: SourceDocument) -> None:
    """Every drawing but the title says which characters of which block it rests on."""
    blocks = text_source.extract.blocks
    for step in _steps(text_source):
        for drawing in step.drawings:
            if drawing["kind"] == "title":
                continue
            assert drawing["cite"]
            for cite in drawing["cite"]:
                assert cite["document"] == text_source.id
                assert 0 <= cite["start"] < cite["end"] <= len(blocks[cite["block"]].text)


def test_quotations_of_steps_are_exact(text_source: SourceDocument) -> None:
    """A step's quotes are the characters of their spans."""
    for step in _steps(text_source):
        for quote in step.quotes:
            assert text_source.extract.blocks[quote.span.block].text[quote.span.start : quote.span.end] == quote.text


def test_objectives_are_few_and_distinct(text_source: SourceDocument) -> None:
    """One to six objectives, each with its own key, a title, a reason, concepts and quotations."""
    plan = _plan(text_source)
    assert 1 <= len(plan.objectives) <= 6
    assert len({objective.key for objective in plan.objectives}) == len(plan.objectives)
    for objective in plan.objectives:
        assert objective.title
        assert objective.why
        assert objective.concepts
        assert objective.quotes


def test_needs_come_before_uses(library: dict[str, SourceDocument]) -> None:
    """No objective needs a concept of a later one, unless that one needs it back."""
    for name in ("plate_tectonics", "quadratic_functions"):
        source = library[name]
        plan = _plan(source)
        home = {concept: number for number, objective in enumerate(plan.objectives) for concept in objective.concepts}
        needs = needs_of(Catalog.of([source]), home)
        later = {(home[key], home[need]) for key in home for need in needs[key] if home[need] > home[key]}
        earlier = {(home[need], home[key]) for key in home for need in needs[key] if home[need] < home[key]}
        assert later <= earlier


def test_edges_of_maps_are_real(text_source: SourceDocument) -> None:
    """Each edge is a relation of the analysis; ends exist and differ."""
    catalog = Catalog.of([text_source])
    known = {(catalog.name(r.source).lower(), catalog.name(r.target).lower()) for r in catalog.relations}
    for step in _steps(text_source):
        for drawing in step.drawings:
            if drawing["kind"] != "concept_map":
                continue
            names = {node["id"]: node["text"].lower() for node in drawing["nodes"]}
            assert len(set(names.values())) == len(names)
            for edge in drawing["edges"]:
                assert edge["from"] != edge["to"]
                assert (names[edge["from"]], names[edge["to"]]) in known


def test_timelines_are_in_time_order(library: dict[str, SourceDocument]) -> None:
    """Events stand in the order of their years."""
    drawings = [d for step in _steps(library["panama_canal"]) for d in step.drawings if d["kind"] == "timeline"]
    assert drawings
    for drawing in drawings:
        years = [event["at"] for event in drawing["events"]]
        assert years == sorted(years)


def test_every_objective_has_items(text_source: SourceDocument) -> None:
    """There is something to ask about each objective, and keys of items never repeat."""
    plan = _plan(text_source)
    for objective in plan.objectives:
        assert rules.write_items([text_source], plan, objective.key, seed=1)
    keys = [item.key for item in _items(text_source)]
    assert len(set(keys)) == len(keys)


def test_only_what_was_taught_is_asked(text_source: SourceDocument) -> None:
    """The sentence an item rests on was quoted when its objective was explained."""
    plan = _plan(text_source)
    for objective in plan.objectives:
        taught = {(q.document, q.span.block) for step in rules.explain([text_source], plan, objective.key) for q in step.quotes}
        for item in rules.write_items([text_source], plan, objective.key, seed=2):
            assert (item.quote.document, item.quote.span.block) in taught


def test_no_item_leaks_its_key(text_source: SourceDocument) -> None:
    """A gap's answer cannot be read off its prompt."""
    for item in _items(text_source):
        if item.kind == "cloze":
            assert GAP in item.prompt
            rest = item.prompt
            assert not leaks(rest, item.accept[0]) or item.accept[0] in "quadratic"
            assert item.accept


def test_choices_are_distinct_and_one_is_right(text_source: SourceDocument) -> None:
    """Options differ from each other, are of one format, exactly one is right, and each wrong one says why."""
    for seed in range(3):
        for item in _items(text_source, seed):
            if item.kind != "choice":
                continue
            assert 3 <= len(item.choices) <= 4
            assert len({choice.casefold() for choice in item.choices}) == len(item.choices)
            assert len({choice[:1].isdigit() for choice in item.choices}) == 1
            assert item.correct is not None
            assert item.why_wrong[item.correct] == ""
            assert all(why for number, why in enumerate(item.why_wrong) if number != item.correct)


def test_hints_never_contain_the_key(text_source: SourceDocument) -> None:
    """Three hints, all different, none of which holds the answer."""
    for item in _items(text_source):
        assert len(item.hints) == 3
        assert len(set(item.hints)) == 3
        for hint in item.hints:
            assert not reveals(hint, item)


def test_solutions_quote_the_source(text_source: SourceDocument) -> None:
    """The solution shows the sentence, cell or formula that settles the item, with the key in it."""
    for item in _items(text_source):
        block = text_source.extract.blocks[item.quote.span.block]
        assert block.text[item.quote.span.start : item.quote.span.end] == item.quote.text
        if item.kind == "cloze":
            assert any(key.casefold() in item.solution.casefold() for key in keys_of(item)) or item.accept[0].endswith("y")


def test_the_right_answer_is_graded_right(text_source: SourceDocument) -> None:
    """Every item accepts its own key and no other option."""
    for item in _items(text_source):
        if item.kind == "choice":
            verdicts = [rules.grade(item, Response(choice=n)).verdict for n in range(len(item.choices))]
            assert [n for n, verdict in enumerate(verdicts) if verdict == "right"] == [item.correct]
        else:
            for key in item.accept:
                assert rules.grade(item, Response(text=key)).verdict == "right"


def test_feedback_never_shows_the_key(text_source: SourceDocument) -> None:
    """What is said about a wrong or unclear answer gives nothing away."""
    for item in _items(text_source):
        if item.kind == "choice":
            judged = [rules.grade(item, Response(choice=n)) for n in range(len(item.choices)) if n != item.correct]
        else:
            judged = [
                rules.grade(item, Response(text=text))
                for text in ("no idea", "a banana", "something like a very long answer 12")
            ]
        for judgement in judged:
            assert judgement.verdict != "right"
            assert not reveals(judgement.feedback, item)


def test_questions_never_give_an_open_item_away(text_source: SourceDocument) -> None:
    """Asked anything about an open item, even its prompt or its key, the tutor shows nothing that holds the key."""
    plan = _plan(text_source)
    for objective in plan.objectives:
        for item in rules.write_items([text_source], plan, objective.key, seed=1)[:3]:
            answers = [
                *rules.answer_question([text_source], item.prompt, closed_to=[item]),
                *rules.answer_question([text_source], f"What is {keys_of(item)[0]}?", closed_to=[item]),
                *rules.simpler([text_source], plan, objective.key, closed_to=[item]),
                *rules.example([text_source], plan, objective.key, closed_to=[item]),
            ]
            for step in answers:
                assert not any(reveals(quote.text, item) for quote in step.quotes)
                for drawing in step.drawings:
                    assert not reveals(str({key: value for key, value in drawing.items() if key != "cite"}), item)
                assert not any(reveals(quotation, item) for quotation in QUOTED.findall(step.text))


def test_the_same_text_gives_the_same_lesson(text_source: SourceDocument) -> None:
    """Plans, steps and items repeat exactly."""
    assert _plan(text_source) == _plan(text_source)
    assert list(_steps(text_source)) == list(_steps(text_source))
    assert _items(text_source, 5) == _items(text_source, 5)
