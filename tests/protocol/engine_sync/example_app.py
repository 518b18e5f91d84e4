"""A small application on the engine, served on a port: what the official clients are tried on.

`python -m tests.protocol.engine_sync.example_app PORT FOLDER`; data stays in FOLDER over restarts.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tutorium.engine import (
    ActionContext,
    Engine,
    EngineSettings,
    Functions,
    Id,
    Identity,
    Int64,
    MutationContext,
    Outcome,
    Page,
    PaginationOptions,
    QueryContext,
    Registry,
    Row,
    internal,
    open_engine,
    public,
)
from tutorium.engine.functions import Caller, Guard, GuardContext
from tutorium.engine.sync import SyncSettings, http_routes, open_sync_endpoint
from tutorium.errors import ConflictError, NotSignedInError
from tutorium.runtime import SystemRuntime
from tutorium.sockets import SocketRoutes, SocketServer, SocketSettings, protocol_class_of

KEY = "a key that only tests know, long enough for HMAC"
ISSUER = "https://tests.example"

messages = Functions("messages")
values = Functions("values")
people = Functions("people")


class Message(Row, table="messages", indexes={"by_room": ("room",)}):
    """Something said in a room."""

    room: str
    text: str
    likes: int = 0


async def _check_signed_in(ctx: GuardContext, args: Any) -> None:
    await ctx.auth.identity_or_raise()


signed_in = Guard(describe="signed in", check=_check_signed_in)


@messages.query(guard=public)
async def list_(ctx: QueryContext, *, room: str) -> list[Message]:
    return await ctx.db.query(Message).index("by_room").eq(room=room).collect()


@messages.query(guard=public)
async def count(ctx: QueryContext, *, room: str) -> int:
    return len(await ctx.db.query(Message).index("by_room").eq(room=room).collect())


@messages.query(guard=public)
async def page(ctx: QueryContext, *, room: str, pagination_opts: PaginationOptions) -> Page[Message]:
    return await ctx.db.query(Message).index("by_room").eq(room=room).paginate(pagination_opts)


@messages.mutation(guard=public)
async def add(ctx: MutationContext, *, room: str, text: str) -> Id[Message]:
    return await ctx.db.insert(Message(room=room, text=text))


@messages.mutation(guard=public)
async def refuse(ctx: MutationContext, *, room: str) -> None:
    await ctx.db.insert(Message(room=room, text="never"))
    raise ConflictError("The room is full.", room=room, left=0)


@messages.mutation(guard=public)
async def crash(ctx: MutationContext) -> None:
    raise RuntimeError("secret details")


@messages.mutation(guard=public)
async def nothing(ctx: MutationContext) -> None:
    return None


@messages.query(guard=public)
async def failing(ctx: QueryContext, *, room: str) -> int:
    rows = await ctx.db.query(Message).index("by_room").eq(room=room).collect()
    if rows:
        raise ConflictError("No longer empty.")
    return 0


@messages.query(guard=internal)
async def secret(ctx: QueryContext) -> str:
    return "secret"


@messages.action(guard=public)
async def add_twice(ctx: ActionContext, *, room: str, text: str) -> int:
    await ctx.run_mutation(add, room=room, text=f"{text} 1")
    await ctx.run_mutation(add, room=room, text=f"{text} 2")
    return await ctx.run_query(count, room=room)


@messages.action(guard=public)
async def wait(ctx: ActionContext, *, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


@messages.mutation(guard=public)
async def upload_url(ctx: MutationContext) -> str:
    return await ctx.storage.generate_upload_url(max_bytes=100_000)


@messages.query(guard=public)
async def file_url(ctx: QueryContext, *, file: str) -> str | None:
    return await ctx.storage.get_url(file)  # type: ignore[arg-type]


Anything = None | bool | float | Int64 | str | bytes | list[Any] | dict[str, Any]


@values.query(guard=public)
async def echo(ctx: QueryContext, *, value: Any) -> Any:
    return value


@values.query(guard=public)
async def large(ctx: QueryContext, *, size: int) -> str:
    return "ä" * size


@people.query(guard=public)
async def me(ctx: QueryContext) -> str | None:
    identity = await ctx.auth.identity()
    return None if identity is None else identity.subject


@people.query(guard=signed_in)
async def private(ctx: QueryContext) -> str:
    return "only for those signed in"


@people.mutation(guard=signed_in)
async def who_writes(ctx: MutationContext) -> str:
    identity = await ctx.auth.identity_or_raise()
    return identity.subject


def registry() -> Registry:
    """The application."""
    return Registry(tables=[Message], functions=[messages, values, people])


def token(subject: str, *, seconds: float = 3600, key: str = KEY) -> str:
    """A token that the application takes, for `seconds`."""
    now = time.time()
    return jwt.encode({"sub": subject, "iss": ISSUER, "iat": now, "exp": now + seconds, "nonce": time.perf_counter_ns()}, key)


class Tokens:
    """Checks tokens."""

    async def authenticate(self, token: str) -> Identity:
        """Return who holds the token."""
        try:
            claims = jwt.decode(token, KEY, algorithms=["HS256"], issuer=ISSUER)
        except jwt.InvalidTokenError as error:
            raise NotSignedInError(f"The token is not good: {error}") from error
        return Identity(
            subject=claims["sub"],
            issuer=ISSUER,
            token_identifier=f"{ISSUER}|{claims['sub']}",
            expires_at=float(claims["exp"]),
        )


@dataclass
class CuttingCalls:
    """The engine's calls, which cut every connection after the next mutation has committed, when told to."""

    engine: Engine
    sockets: SocketServer | None = None
    cut_next: bool = False

    async def mutation(self, path: str, args_json: bytes, caller: Caller, **options: Any) -> Outcome:
        """Commit, then perhaps cut."""
        outcome = await self.engine.calls.mutation(path, args_json, caller, **options)
        if self.cut_next and options:
            self.cut_next = False
            assert self.sockets is not None
            for connection in self.sockets.connections:
                connection._carrier.abort()
            await asyncio.sleep(0.05)
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine.calls, name)


@contextlib.asynccontextmanager
async def open_example(
    folder: Path | None, *, library: Any = "auto", **options: Any
) -> AsyncGenerator[tuple[Starlette, SocketServer]]:
    """Open the application: its HTTP side and its sockets."""
    async with open_engine(registry(), EngineSettings(data_dir=folder), authenticator=Tokens(), **options) as engine:
        calls = CuttingCalls(engine)
        settings = SyncSettings(chunk_bytes=200_000)
        async with open_sync_endpoint(
            calls=calls,
            subscriptions=engine.subscriptions,
            authenticator=engine.authenticator,
            runtime=SystemRuntime(),
            settings=settings,
        ) as endpoint:
            calls.sockets = SocketServer(SocketRoutes(endpoint.routes()), SocketSettings(library=library))

            async def cut(request: Request) -> Response:
                calls.cut_next = True
                return Response()

            async def make_token(request: Request) -> Response:
                seconds = float(request.query_params.get("seconds", "3600"))
                return JSONResponse(token(request.query_params["subject"], seconds=seconds))

            routes = http_routes(
                calls=calls, files=engine.files, authenticator=engine.authenticator, version="tests", settings=settings
            )
            extra = [Route("/test/cut", cut, methods=["POST"]), Route("/test/token", make_token)]
            yield Starlette(routes=[*extra, *routes]), calls.sockets


async def main(port: int, folder: Path) -> None:
    """Serve until killed."""
    async with open_example(folder) as (app, sockets):
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, ws=await protocol_class_of(sockets), lifespan="off", log_level="warning"
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
