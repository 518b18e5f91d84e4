"""Boards of sessions through the public functions: drawing, snapshots, words, access."""

from typing import Any

import pytest

from tests.integration.app.boards.conftest import Classroom, Refused, purge_all
from tutorium.app.auth import AccessClaims
from tutorium.app.boards import BoardAccess, BoardsNotOpenError, current_boards, draw_step
from tutorium.app.boards import snapshots as snapshot_functions
from tutorium.app.boards.layout import Box, check_step, parse_intent
from tutorium.app.sessions import Session
from tutorium.engine import Id
from tutorium.errors import NotFoundError
from tutorium.sockets.connection import UpgradeRequest

pytestmark = pytest.mark.anyio

STEP: list[dict[str, Any]] = [
    {"kind": "title", "text": "Waves"},
    {"kind": "list", "items": ["Crest", "Trough"], "heading": "Parts"},
    {"kind": "formula", "tex": "v = f \\lambda"},
    {"kind": "no such kind"},
]
STROKE = {
    "type": "freedraw", "x": 100.0, "y": 300.0, "width": 200.0, "height": 10.0, "points": [[0, 0], [100, 10], [200, 0]],
}  # fmt: skip


async def test_a_step_is_drawn_once(classroom: Classroom) -> None:
    """Asked again for a step, the tutor finds it on the board and returns the same elements."""
    session = await classroom.session_of(await classroom.person("Ann"))
    first = await classroom.tutor.draw(session, "turn1.0", STEP)
    again = await classroom.tutor.draw(session, "turn1.0", STEP)
    board = await classroom.rooms.snapshot(session)
    assert first.elements == again.elements == tuple(e["id"] for e in board)
    assert first.alt == again.alt == "Waves\nParts: Crest; Trough\nv = f \\lambda"
    assert [place.kind for place in first.places] == ["title", "list", "formula"]


async def test_a_formula_comes_with_its_file(classroom: Classroom) -> None:
    """The image's file entry is on the board in the same step."""
    session = await classroom.session_of(await classroom.person("Ann"))
    await classroom.tutor.draw(session, "s", STEP)
    images = [e for e in await classroom.rooms.snapshot(session) if e["type"] == "image"]
    assert [image["fileId"] for image in images] == list(await classroom.rooms.files(session))


async def test_the_tutor_draws_beside_what_people_drew(classroom: Classroom) -> None:
    """Nothing of a step comes near an earlier stroke."""
    session = await classroom.session_of(await classroom.person("Ann"))
    await classroom.rooms.edit(session, lambda e: e.add("a" * 20, STROKE), by="ann")
    before = await classroom.rooms.snapshot(session)
    await draw_step(classroom.rooms, session, "s", [_intent(one) for one in STEP[:3]], [Box(0, 0, 1200, 700)])
    after = await classroom.rooms.snapshot(session)
    new = [e for e in after if e["id"] != "a" * 20]
    assert len(new) == len(after) - 1 > 5
    assert check_step(new, before) == []


async def test_a_verdict_replaces_the_one_before(classroom: Classroom) -> None:
    """A second answer to a question is judged in the same place."""
    session = await classroom.session_of(await classroom.person("Ann"))
    await classroom.tutor.draw(session, "q", [{"kind": "question", "prompt": "Which?", "options": ["a", "b"]}])
    await classroom.tutor.draw(session, "f1", [{"kind": "feedback", "of": "b1", "verdict": "wrong", "text": "Not quite."}])
    await classroom.tutor.draw(session, "f2", [{"kind": "feedback", "of": "b1", "verdict": "right", "text": "Yes."}])
    texts = [e.get("text") for e in await classroom.rooms.snapshot(session)]
    assert "Yes." in texts
    assert "Not quite." not in texts


async def test_a_step_that_people_deleted_stays_deleted(classroom: Classroom) -> None:
    """A lesson taken up again does not bring back what somebody wiped away."""
    session = await classroom.session_of(await classroom.person("Ann"))
    drawn = await classroom.tutor.draw(session, "s", STEP[:2])
    await classroom.rooms.edit(session, lambda e: [e.delete(one) for one in drawn.elements], by="ann")
    await classroom.tutor.draw(session, "s", STEP[:2])
    assert await classroom.rooms.snapshot(session) == []


async def test_a_snapshot_brings_the_board_back(classroom: Classroom) -> None:
    """What came later is gone, what was wiped away is there again, and the state before is kept."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    drawn = await classroom.tutor.draw(session, "s", STEP)
    digest = await classroom.rooms.digest(session)
    snapshot = await ann.call("boards:saveSnapshot", session=session, name="  Before   lunch ")
    await classroom.rooms.edit(session, lambda e: e.delete(drawn.elements[0]), by="ann")
    await classroom.rooms.edit(session, lambda e: e.add("b" * 20, STROKE), by="ann")
    await ann.call("boards:restoreSnapshot", session=session, snapshot=snapshot)
    assert await classroom.rooms.digest(session) == digest
    listed = (await ann.call("boards:snapshots", session=session))["page"]
    assert [row["name"] for row in listed] == ["↩ Before lunch", "Before lunch"]
    assert [row["elementCount"] for row in listed] == [len(drawn.elements), len(drawn.elements)]
    assert listed[1]["_id"] == snapshot


async def test_a_snapshot_of_another_session_is_not_found(classroom: Classroom) -> None:
    """A snapshot belongs to its board."""
    ann = await classroom.person("Ann")
    here, there = await classroom.session_of(ann), await classroom.session_of(ann)
    snapshot = await ann.call("boards:saveSnapshot", session=here, name="x")
    with pytest.raises(Refused, match="not_found"):
        await ann.call("boards:restoreSnapshot", session=there, snapshot=snapshot)
    with pytest.raises(Refused, match="not_found"):
        await ann.call("boards:removeSnapshot", session=there, snapshot=snapshot)
    await ann.call("boards:removeSnapshot", session=here, snapshot=snapshot)
    assert (await ann.call("boards:snapshots", session=here))["page"] == []


async def test_snapshots_have_a_limit(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is refused with its own code, and so is a name of spaces."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    monkeypatch.setattr(snapshot_functions, "MAX_SNAPSHOTS", 1)
    await ann.call("boards:saveSnapshot", session=session, name="one")
    with pytest.raises(Refused, match="too_many_snapshots"):
        await ann.call("boards:saveSnapshot", session=session, name="two")
    with pytest.raises(Refused, match="blank_name"):
        await ann.call("boards:saveSnapshot", session=session, name="   ")
    monkeypatch.setattr(snapshot_functions, "MAX_SNAPSHOT_BYTES", 1)
    with pytest.raises(Refused, match="snapshot_too_large"):
        await ann.call("boards:saveSnapshot", session=session, name="three")


async def test_strangers_see_nothing_of_a_board(classroom: Classroom) -> None:
    """To those who are no members the session does not exist."""
    ann, eve = await classroom.person("Ann"), await classroom.person("Eve")
    session = await classroom.session_of(ann)
    for path, more in (("get", {}), ("snapshots", {}), ("asText", {}), ("saveSnapshot", {"name": "x"})):
        with pytest.raises(Refused, match="not_found"):
            await eve.call(f"boards:{path}", session=session, **more)


async def test_a_board_is_told_in_words(classroom: Classroom) -> None:
    """The tutor's drawings come in order, then what people drew."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    await classroom.tutor.draw(session, "s", STEP)
    note = {"type": "text", "x": 0.0, "y": 900.0, "width": 50.0, "height": 25.0, "text": "my note"}
    await classroom.rooms.edit(session, lambda e: e.add("c" * 20, note), by=ann.id)
    told = await ann.call("boards:asText", session=session)
    assert told["text"].split("\n") == ["Waves", "Parts: Crest; Trough", "v = f \\lambda", "my note"]
    assert [part["id"] for part in told["parts"]] == ["b1", "b2", "b3", "c" * 20]
    assert told["parts"][3]["by"] == ann.id
    assert await classroom.tutor.describe(session, "c" * 20) == "my note"
    assert await classroom.tutor.describe(session, "nothing") is None


async def test_the_epoch_can_be_asked_for(classroom: Classroom) -> None:
    """It begins at 0 and follows compactions."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    assert await ann.call("boards:get", session=session) == {"epoch": 0, "compactedAt": None}
    await classroom.tutor.draw(session, "s", STEP)
    assert (await ann.call("boards:get", session=session))["epoch"] == 0


async def test_without_boards_functions_say_so(classroom: Classroom) -> None:
    """A process that serves no boards answers that they are unavailable."""
    from tutorium.app.boards import live

    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    kept = list(live._chosen)
    live._chosen.clear()
    try:
        with pytest.raises(Refused, match="unavailable"):
            await ann.call("boards:asText", session=session)
        with pytest.raises(BoardsNotOpenError):
            current_boards()
    finally:
        live._chosen.extend(kept)


async def test_a_purged_session_takes_its_board_along(classroom: Classroom) -> None:
    """Log, head, snapshots and their files go."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    await classroom.tutor.draw(session, "s", STEP)
    await ann.call("boards:saveSnapshot", session=session, name="x")
    left = await classroom.engine.run_mutation(purge_all, session=Id[Session](session))
    assert left == [0, 0, 0, 0]


class Door:
    """Knows one person, whoever asks."""

    def __init__(self, user: str) -> None:
        self.user = user

    def identify(self, request: UpgradeRequest) -> AccessClaims:
        """Return the claims of the person."""
        return AccessClaims(
            user=self.user, name="Ann", kind="member", login="l", issued_at=0, expires_at=9_999_999_999, issuer="test"
        )


REQUEST = UpgradeRequest(path="/", query={}, headers={}, client_address="", server_origin="")


async def test_members_enter_their_board(classroom: Classroom) -> None:
    """With the role they have in the session; others are told that there is no such board."""
    ann, eve = await classroom.person("Ann"), await classroom.person("Eve")
    session = await classroom.session_of(ann)
    participant = await BoardAccess(classroom.engine, Door(ann.id)).authorize(session, REQUEST)
    assert (participant.user, participant.role) == (ann.id, "owner")
    for room, user in ((session, eve.id), ("nonsense", ann.id), (session, "nonsense"), (ann.id, ann.id)):
        with pytest.raises(NotFoundError):
            await BoardAccess(classroom.engine, Door(user)).authorize(room, REQUEST)


async def test_an_ended_session_is_only_looked_at(classroom: Classroom) -> None:
    """After the end even its owner is a viewer of the board."""
    ann = await classroom.person("Ann")
    session = await classroom.session_of(ann)
    await ann.call("sessions:end", session=session)
    participant = await BoardAccess(classroom.engine, Door(ann.id)).authorize(session, REQUEST)
    assert participant.role == "viewer"


def _intent(obj: dict[str, Any]) -> Any:
    intent = parse_intent(obj)
    assert intent is not None
    return intent
