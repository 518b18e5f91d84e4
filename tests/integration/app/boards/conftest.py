"""A product with live boards on an engine in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tutorium.app import boards, sessions
from tutorium.app.auth.functions import create_member
from tutorium.app.boards import EngineRoomStore, TutorBoards, use_boards
from tutorium.app.sessions.housekeeping import purge_session
from tutorium.engine import Engine, Functions, Id, Identity, MutationContext, Registry, StoredFile, internal
from tutorium.engine.functions.outcome import Caller, Failure
from tutorium.engine.testing import open_test_engine
from tutorium.realtime.whiteboard import RoomRegistry, open_room_registry
from tutorium.server.features import FUNCTIONS, TABLES

happenings = Functions("happenings")
"""What other features would do."""


@happenings.mutation(guard=internal)
async def purge_all(ctx: MutationContext, *, session: Id[sessions.Session]) -> list[int]:
    """Purge the session; return how many rows of boards, and of stored files, are left."""
    while await ctx.db.get(session) is not None:
        await purge_session(ctx, session, 3)
    tables = (boards.BoardUpdate, boards.BoardHead, boards.BoardSnapshot, StoredFile)
    return [len(await ctx.db.query(table).collect()) for table in tables]


class Refused(Exception):
    """A call was answered with an error of this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account who calls public functions as a client does."""

    engine: Engine
    id: str

    async def call(self, path: str, **args: Any) -> Any:
        """Call a public function by its path; raise Refused when it is refused."""
        identity = Identity(subject=self.id, issuer="test", token_identifier=f"test|{self.id}")
        _, outcome = await self.engine.calls.call(path, msgspec.json.encode(args), Caller(identity=identity))
        if isinstance(outcome, Failure):
            raise Refused(outcome.code)
        return msgspec.json.decode(outcome.value_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classroom:
    """An engine, its live boards, and people."""

    engine: Engine
    rooms: RoomRegistry
    tutor: TutorBoards

    async def person(self, name: str) -> Person:
        """Return a new account."""
        email = f"{name.lower()}@example.org"
        opened = await self.engine.run_mutation(create_member, email=email, name=name, password_hash="x", expires_at=9e15)
        return Person(engine=self.engine, id=opened.user.id)

    async def session_of(self, owner: Person) -> str:
        """Return a new session in a new folder."""
        folder = await owner.call("folders:create", name="Physics")
        return await owner.call("sessions:create", folder=folder, title="Waves")


@pytest.fixture
async def classroom() -> AsyncIterator[Classroom]:
    """A fresh classroom."""
    registry = Registry(
        # Every feature: what a session takes along when it ends or is purged is said by each of them.
        tables=TABLES,
        functions=[*FUNCTIONS, happenings],
    )
    async with (
        open_test_engine(registry) as engine,
        open_room_registry(EngineRoomStore(engine), runtime=engine.runtime) as rooms,
    ):
        with use_boards(rooms):
            yield Classroom(engine=engine, rooms=rooms, tutor=TutorBoards(rooms))
