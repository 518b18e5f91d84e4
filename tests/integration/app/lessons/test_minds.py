"""The tutor with a language model: what it helps with, and what happens when it does not."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tutorium.app.agents.analyzer import RecordedReader
from tutorium.app.agents.recording import runs
from tutorium.app.agents.runs import FinishedRun
from tutorium.app.reading.failures import UnreadableError
from tutorium.app.reading.pool import ReadingPool
from tutorium.llm import ModelBusyError, ModelUnreachableError, ScriptedModel
from tutorium.realtime.tutor_stream.commands import Start
from tutorium.runtime import SystemRuntime

pytestmark = pytest.mark.anyio

WORDS = "The sea rises and falls because the Moon pulls unevenly on the near and the far side of the Earth."


class TalkativeModel(ScriptedModel):
    """A model that words every step the same way and refuses to fill any form."""

    def _next_reply(self, prompt: Any) -> str:
        self.prompts.append(prompt)
        if "You are a warm, exact tutor" in prompt.instructions:
            return WORDS
        raise ModelBusyError


class BrokenModel(ScriptedModel):
    """A model that never answers."""

    def _next_reply(self, prompt: Any) -> str:
        self.prompts.append(prompt)
        raise ModelBusyError


async def test_the_model_words_the_steps_and_the_rules_open_the_lesson(open_classroom: Any) -> None:
    """The opening is the rules', so that it is there at once; the explanations are in the model's words, cited as before."""
    model = TalkativeModel(replies=[], name="small-model")
    async with open_classroom(model) as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        events = await room.events()
        minds = [event["mind"] for event in events if event["type"] == "turn.started"]
        assert minds == ["rules", "small-model"]
        spoken = "".join(event["text"] for event in events if event.get("turn") == "t2" and event["type"] == "text.delta")
        assert spoken.count(WORDS) == spoken.count("\n\n") + 1
        assert any(event.get("citations") for event in events if event["type"] == "text.delta")


async def test_a_model_that_fails_leaves_the_lesson_to_the_rules(open_classroom: Any) -> None:
    """Every call of the model fails, and the learner gets the whole lesson all the same; the record says why."""
    model = BrokenModel(replies=[], name="broken")
    async with open_classroom(model) as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        kinds = {event["type"] for event in await room.events()}
        assert "turn.failed" not in kinds
        recorded = (await room.engine.run_query(runs)).page
        assert {(run.outcome, run.error) for run in recorded} == {("fell_back", "model_busy")}
        assert {run.agent for run in recorded} >= {"planner", "tutor", "item_writer"}


async def test_a_reply_that_breaks_off_is_completed_by_the_rules(open_classroom: Any) -> None:
    """Half a sentence of the model is followed by the step's own text in a new paragraph."""

    class InterruptedModel(TalkativeModel):
        async def _words(self, prompt: Any, usage: Any) -> AsyncIterator[str]:
            self._next_reply(prompt)
            yield "The sea rises and "
            raise ModelUnreachableError

    async with open_classroom(InterruptedModel(replies=[], name="flaky")) as room:
        await room.send(Start())
        await room.wait_for("item.asked")
        spoken = [event for event in await room.events() if event.get("turn") == "t2" and event["type"] == "text.delta"]
        text = "".join(event["text"] for event in spoken)
        assert text.startswith("The sea rises and \n\n")
        assert "“" in text


async def test_forms_are_checked_before_anybody_sees_them(open_classroom: Any) -> None:
    """A plan with a key that the model made up is not used; items that give their answer away are dropped."""

    class InventiveModel(TalkativeModel):
        def _next_reply(self, prompt: Any) -> str:
            self.prompts.append(prompt)
            if "You plan a lesson" in prompt.instructions:
                return json.dumps(
                    {"title": "Tides", "why": "Because.", "objectives": [{"key": "made-up", "title": "Magic", "why": "No."}]}
                )
            if "You write questions" in prompt.instructions:
                quotation = json.loads(prompt.message)["quotations"][0]
                leak = {
                    "quotation": quotation,
                    "prompt": "Is it the Moon that raises the sea, or what else?",
                    "choices": ["the Moon", "the wind", "ships"],
                    "correct": 0,
                    "why": ["yes", "no", "no"],
                    "hints": ["Look up.", "At night."],
                }
                return json.dumps({"items": [leak]})
            return WORDS

    async with open_classroom(InventiveModel(replies=[], name="inventive")) as room:
        await room.send(Start())
        item = (await room.wait_for("item.asked"))["item"]
        planned = await room.wait_for("lesson.planned")
        assert "made-up" not in {objective["id"] for objective in planned["objectives"]}
        assert "the wind" not in (item.get("choices") or [])
        errors = {run.agent: run.error for run in (await room.engine.run_query(runs)).page}
        assert (errors["planner"], errors["item_writer"]) == ("unusable_reply", "unusable_reply")


async def test_a_good_plan_and_good_items_of_the_model_are_used(open_classroom: Any) -> None:
    """Chosen objectives come in the model's order and words, and its checked item is asked first."""

    class HelpfulModel(TalkativeModel):
        def _next_reply(self, prompt: Any) -> str:
            self.prompts.append(prompt)
            material = json.loads(prompt.message)
            if "You plan a lesson" in prompt.instructions:
                chosen = [
                    {"key": one["key"], "title": f"Grasp {one['key']}", "why": "It matters."}
                    for one in material["candidates"][1::-1]
                ]
                return json.dumps({"title": "Tides, briefly", "why": "They shape coasts.", "objectives": chosen})
            if "You write questions" in prompt.instructions:
                good = {
                    "quotation": material["quotations"][0],
                    "prompt": "Which of these does your text speak of here?",
                    "choices": ["an aqueduct", "a glacier", "something of the sea"],
                    "correct": 2,
                    "why": ["not in the text", "not in the text", "as quoted"],
                    "hints": ["It is wet.", "It has a shore."],
                }
                return json.dumps({"items": [good]})
            return WORDS

    async with open_classroom(HelpfulModel(replies=[], name="helpful")) as room:
        await room.send(Start())
        item = (await room.wait_for("item.asked"))["item"]
        planned = await room.wait_for("lesson.planned")
        assert (planned["title"], planned["mind"], len(planned["objectives"])) == ("Tides, briefly", "helpful", 2)
        assert planned["objectives"][0]["title"].startswith("Grasp ")
        assert item["choices"] == ["an aqueduct", "a glacier", "something of the sea"]


async def test_reading_a_document_is_a_recorded_run_of_the_analyzer() -> None:
    """What was read, how long it took, and a file that could not be read with its reason, are in the record."""
    finished: list[FinishedRun] = []

    async def keep(run: FinishedRun) -> None:
        finished.append(run)

    async def ignore(_: Any) -> None:
        return None

    reader = RecordedReader(ReadingPool(), keep, SystemRuntime())

    async def text() -> tuple[str, bytes]:
        return "notes.md", b"# Tides\n\nA tide is the rise and fall of the sea.\n"

    async def nothing() -> tuple[str, bytes]:
        return "empty.md", b""

    await reader.read("d1", text, ignore)
    with pytest.raises(UnreadableError):
        await reader.read("d2", nothing, ignore)
    assert [(run.agent, run.subject, run.outcome, run.error) for run in finished] == [
        ("analyzer", "d1", "done", None),
        ("analyzer", "d2", "failed", "empty"),
    ]
    assert all(run.latency_ms > 0 for run in finished)
