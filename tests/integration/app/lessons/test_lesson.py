"""A lesson from start to end, by the rules' mind, as its events tell it."""

import json
from typing import Any

import pytest

from tutorium.app.lessons import judging
from tutorium.app.quizzes.items import PreparedItem
from tutorium.realtime.tutor_stream.commands import Answer, Help, Next, Pace, Point, Say, Start, Stop

pytestmark = pytest.mark.anyio

SECRETS = {"answer", "key", "correct", "solution", "accept"}


async def start(room: Any) -> dict[str, Any]:
    """Start the lesson and return the item it asks first."""
    await room.send(Start())
    return (await room.wait_for("item.asked"))["item"]


async def prepared(room: Any, item: dict[str, Any]) -> PreparedItem:
    """Return an item with its answer, as only the server knows it."""
    return (await room.engine.run_query(judging.item_by_id, item=item["id"])).prepared


async def answer(room: Any, item: dict[str, Any], *, right: bool, **extra: Any) -> dict[str, Any]:
    """Answer an item and return how it was judged."""
    known = await prepared(room, item)
    before = len([event for event in await room.events() if event["type"] == "attempt.judged"])
    if known.kind == "choice":
        assert known.correct is not None
        choice = known.correct if right else (known.correct + 1) % len(known.choices)
        command = Answer(item=item["id"], choice=choice, **extra)
    else:
        command = Answer(item=item["id"], text=known.accept[0] if right else "zebra", **extra)
    await room.send(command)
    return await room.wait_for("attempt.judged", count=before + 1)


def keys_in(value: Any) -> set[str]:
    """Return every key anywhere in a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*(keys_in(one) for one in value.values()))
    return set().union(*(keys_in(one) for one in value)) if isinstance(value, list) else set()


async def test_start_runs_to_the_first_question(open_classroom: Any) -> None:
    """One command leads through plan, words and drawings to a first question, with numbers without a gap."""
    async with open_classroom() as room:
        item = await start(room)
        events = await room.events()
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        kinds = [event["type"] for event in events]
        assert kinds.index("lesson.planned") < kinds.index("turn.started") < kinds.index("text.delta")
        assert item["kind"] in {"choice", "cloze"}
        drawn = [event for event in events if event["type"] == "board.drawn"]
        on_board = {element["id"] for element in await room.rooms.snapshot(room.session)}
        assert drawn
        assert {element for event in drawn for element in event["elements"]} <= on_board


async def test_nothing_tells_the_answer_before_it_is_judged(open_classroom: Any) -> None:
    """Neither events nor public functions carry a field that could hold the answer of an open item."""
    async with open_classroom() as room:
        item = await start(room)
        shown = [
            *await room.events(),
            await room.call("lessons:get", session=room.session),
            await room.call("messages:list", session=room.session),
        ]
        assert not keys_in(shown) & SECRETS
        solution = (await prepared(room, item)).solution
        assert solution not in json.dumps(shown, ensure_ascii=False)


async def test_a_wrong_answer_gets_a_hint_and_lowers_mastery(open_classroom: Any) -> None:
    """What follows a wrong answer is a hint that does not hold the answer, never the solution."""
    async with open_classroom() as room:
        item = await start(room)
        judged = await answer(room, item, right=False)
        assert (judged["verdict"], judged["closed"], judged["level"]) == ("wrong", False, 1)
        assert "solution" not in judged
        changed = await room.wait_for("mastery.changed")
        assert changed["seq"] == judged["seq"] + 1
        assert changed["after"] < changed["before"]
        lesson = await room.call("lessons:get", session=room.session)
        assert lesson["openItem"]["hints"] == [judged["hint"]]


async def test_a_right_answer_closes_the_item_and_raises_mastery(open_classroom: Any) -> None:
    """A right answer shows the quoted solution, and the bar of its objective moves up for who answered."""
    async with open_classroom() as room:
        item = await start(room)
        before = await room.call("lessons:get", session=room.session)
        judged = await answer(room, item, right=True)
        assert (judged["verdict"], judged["closed"]) == ("right", True)
        assert judged["solution"]
        changed = await room.wait_for("mastery.changed")
        assert changed["after"] > changed["before"]
        after = await room.call("lessons:get", session=room.session)
        assert after["openItem"] is None
        bars = {one["id"]: one["mastery"] for one in before["plan"]["objectives"]}
        assert [one["state"] for one in after["plan"]["objectives"][:2]] == ["done", "now"]
        assert (await room.call("mastery:summary"))[0]["chance"] > min(bars.values())


async def test_wrong_answers_end_with_the_solution(open_classroom: Any) -> None:
    """An item closes with its solution before guessing could win, and another item follows on the same objective."""
    async with open_classroom() as room:
        item = await start(room)
        judged = await answer(room, item, right=False)
        while not judged["closed"]:
            judged = await answer(room, item, right=False)
        assert judged["solution"]
        await room.send(Next())
        again = await room.wait_for("item.asked", count=2)
        assert again["item"]["id"] != item["id"]
        assert again["item"]["objective"] == item["objective"]


async def test_a_whole_lesson_ends_and_is_looked_back_on(open_classroom: Any) -> None:
    """With right answers and `next` the lesson comes to its end; ending the session brings a review with evidence."""
    async with open_classroom() as room:
        await start(room)
        for _ in range(20):
            lesson = await room.call("lessons:get", session=room.session)
            if lesson["state"] == "done":
                break
            if lesson["openItem"] is not None:
                await answer(room, {**lesson["openItem"]}, right=True)
            turns = len([event for event in await room.events() if event["type"] == "turn.finished"])
            await room.send(Next())
            await room.wait_for("turn.finished", count=turns + 1)
        else:
            raise AssertionError("the lesson did not end")
        assert (await room.events())[-1] == {**(await room.events())[-1], "type": "turn.finished", "lessonDone": True}
        assert (await room.call("sessions:get", session=room.session))["progress"] == 1.0
        await room.call("sessions:end", session=room.session)
        review = await room.review()
        assert review["wentWell"]
        assert all(point["evidence"] for points in ("wentWell", "toImprove", "nextSteps") for point in review[points])


async def test_a_command_with_a_known_id_is_done_once(open_classroom: Any) -> None:
    """The same command sent again, as a client does after a lost answer, leaves no second trace."""
    async with open_classroom() as room:
        item = await start(room)
        await answer(room, item, right=False, id="a1")
        await room.send(Answer(item=item["id"], text="again", id="a1"))
        await room.send(Say(text="What is a tide?", id="s1"))
        await room.send(Say(text="What is a tide?", id="s1"))
        await room.wait_for("learner.said")
        await room.wait_for("turn.finished", count=3)
        kinds = [event["type"] for event in await room.events()]
        assert (kinds.count("attempt.judged"), kinds.count("learner.said")) == (1, 1)


async def test_saying_something_gets_a_cited_reply(open_classroom: Any) -> None:
    """A question is answered from the material, with a citation that leads to a passage."""
    async with open_classroom() as room:
        await start(room)
        await room.send(Say(text="What is slack water?"))
        said = await room.wait_for("learner.said")
        await room.wait_for("turn.finished", count=3)
        reply = [event for event in await room.events() if event["seq"] > said["seq"] and event["type"] == "text.delta"]
        assert "current almost stops" in "".join(event["text"] for event in reply)
        citation = next(citation for event in reply for citation in event.get("citations", []))
        passage = await room.call("documents:passage", passage=citation["passage"])
        assert citation["quote"] in passage["text"]


async def test_help_gives_hints_and_examples(open_classroom: Any) -> None:
    """Being stuck brings the next hint of the open item; an example and simpler words bring quotations."""
    async with open_classroom() as room:
        item = await start(room)
        known = await prepared(room, item)
        await room.send(Help(kind="stuck"))
        await room.wait_for("turn.finished", count=3)
        lesson = await room.call("lessons:get", session=room.session)
        assert lesson["openItem"]["hints"] == [known.hints[0]]
        for count, kind in enumerate(("simpler", "example"), start=4):
            await room.send(Help(kind=kind))
            await room.wait_for("turn.finished", count=count)
        messages = (await room.call("messages:list", session=room.session))["page"]
        assert all(message["text"] for message in messages[:3])


async def test_pointing_at_the_board_is_answered(open_classroom: Any) -> None:
    """Pointing at something the tutor drew gets an explanation; at something that is gone, a frank word."""
    async with open_classroom() as room:
        await start(room)
        drawn = [event for event in await room.events() if event["type"] == "board.drawn"]
        await room.send(Point(element=drawn[-1]["elements"][0]))
        await room.wait_for("turn.finished", count=3)
        await room.send(Point(element="nothing-there"))
        await room.wait_for("turn.finished", count=4)
        newest = (await room.call("messages:list", session=room.session))["page"]
        assert "cannot find" in newest[0]["text"]
        assert newest[1]["text"]


async def test_stop_ends_the_turn_and_next_goes_on_with_it(open_classroom: Any) -> None:
    """A stopped explanation says so, and `next` says the rest without drawing anything twice."""
    async with open_classroom(words_per_second=60.0) as room:
        await room.send(Start())
        await room.wait_for("turn.started", count=2)
        await room.wait_for("text.delta", where=lambda event: event["turn"] == "t2")
        await room.send(Next())
        await room.send(Stop())
        stopped = await room.wait_for("turn.finished", where=lambda event: event["turn"] == "t2")
        assert stopped["stopped"] is True
        await room.send(Pace(value=1.5))
        await room.send(Next())
        await room.wait_for("item.asked")
        drawn = [tuple(event["elements"]) for event in await room.events() if event["type"] == "board.drawn"]
        assert len(drawn) == len(set(drawn))
        assert (await room.call("lessons:get", session=room.session))["pace"] == 1.5


async def test_the_conversation_is_the_fold_of_the_events(open_classroom: Any) -> None:
    """What `messages:list` shows is what the stream said, up to `lastSeq`."""
    async with open_classroom() as room:
        item = await start(room)
        await answer(room, item, right=False)
        await room.wait_for("mastery.changed")
        lesson = await room.call("lessons:get", session=room.session)
        events = await room.events()
        assert lesson["lastSeq"] == events[-1]["seq"]
        page = (await room.call("messages:list", session=room.session))["page"]
        for message in page:
            own = [event for event in events if event.get("turn") == message["turn"]]
            assert message["text"] == "".join(event["text"] for event in own if event["type"] == "text.delta")
            assert message["steps"] == [event["step"] for event in own if event["type"] == "board.drawn"]
        assert page[0]["item"]["id"] == item["id"]
        assert page[0]["attempts"][0]["verdict"] == "wrong"


async def test_a_quiz_asks_what_the_lesson_did_not(open_classroom: Any) -> None:
    """A quiz takes prepared items, judges each once with its solution, and is its learner's alone."""
    async with open_classroom() as room:
        await start(room)
        quiz = await room.call("quizzes:generate", session=room.session)
        shown = await room.call("quizzes:get", quiz=quiz)
        assert shown["items"]
        assert not {"accept", "correct"} & keys_in(shown)
        first = shown["items"][0]
        known = await prepared(room, {"id": first["id"]})
        given = {"choice": known.correct} if known.kind == "choice" else {"text": known.accept[0]}
        verdict = await room.call("quizzes:answer", item=first["id"], **given)
        assert (verdict["verdict"], verdict["solution"]) == ("right", known.solution)
        refused = await room.refusal("quizzes:answer", item=first["id"], **given)
        assert refused == "item_closed"
        listed = (await room.call("quizzes:list", session=room.session))["page"]
        assert (listed[0]["answered"], listed[0]["right"]) == (1, 1)
