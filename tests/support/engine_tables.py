"""Tables and functions of a small application for the engine's tests: accounts, notes in folders, a counter."""

from typing import Annotated, Any

import msgspec

from tutorium.engine import (
    Functions,
    Guard,
    GuardContext,
    Id,
    Int64,
    MutationContext,
    Page,
    PaginationOptions,
    QueryContext,
    Row,
    SearchIndex,
    internal,
    public,
)
from tutorium.engine.system_tables import SYSTEM_TABLES
from tutorium.errors import ForbiddenError, NotSignedInError


class Account(Row, table="accounts", indexes={"by_owner": ("owner",), "by_size": ("size",)}):
    owner: str
    balance: int = 0
    size: Int64 = Int64(0)


class Note(
    Row,
    table="notes",
    indexes={"by_folder": ("folder", "rank"), "by_rank": ("rank",)},
    search={"by_text": SearchIndex("text", filters=("folder", "done"))},
):
    folder: str
    rank: float = 0.0
    text: str | None = ""
    done: bool = False
    tags: tuple[str, ...] = ()


class Member(Row, table="members", indexes={"by_user": ("user", "folder")}):
    user: str
    folder: str


ALL_TABLES = (*SYSTEM_TABLES, Account, Note, Member)

functions = Functions("notes")


async def _member(ctx: GuardContext, args: Any) -> None:
    identity = await ctx.auth.identity()
    if identity is None:
        raise NotSignedInError
    if await ctx.db.query(Member).index("by_user").eq(user=identity.subject, folder=args["folder"]).first() is None:
        raise ForbiddenError(folder=args["folder"])


member = Guard(describe="members of the folder", check=_member)
runs: list[str] = []
"""The names of query bodies in the order in which they ran; tests clear it."""


@functions.query(guard=member)
async def list_(ctx: QueryContext, *, folder: str) -> list[Note]:
    """List the notes of a folder by rank."""
    runs.append("list")
    ctx.log.info("listing", folder=folder)
    return await ctx.db.query(Note).index("by_folder").eq(folder=folder).collect()


@functions.query(guard=public)
async def mine(ctx: QueryContext, *, folder: str) -> str:
    """Say who asks."""
    runs.append("mine")
    identity = await ctx.auth.identity()
    count = len(await ctx.db.query(Note).index("by_folder").eq(folder=folder).collect())
    return f"{identity.subject if identity else 'nobody'}: {count}"


@functions.query(guard=public)
async def page(ctx: QueryContext, *, folder: str, pagination_opts: PaginationOptions, down: bool = False) -> Page[Note]:
    """Page through a folder."""
    query = ctx.db.query(Note).index("by_folder").eq(folder=folder)
    return await query.order("desc" if down else "asc").paginate(pagination_opts)


@functions.mutation(guard=public)
async def add(
    ctx: MutationContext,
    *,
    folder: str,
    rank: float = 0.0,
    text: Annotated[str, msgspec.Meta(max_length=200)] = "",
) -> Id[Note]:
    """Add a note."""
    return await ctx.db.insert(Note(folder=folder, rank=rank, text=text))


@functions.mutation(guard=public)
async def remove(ctx: MutationContext, *, note: Id[Note]) -> None:
    """Take a note away."""
    await ctx.db.delete(note)


@functions.mutation(guard=internal)
async def join(ctx: MutationContext, *, user: str, folder: str) -> Id[Member]:
    """Make a member."""
    return await ctx.db.insert(Member(user=user, folder=folder))


@functions.mutation(guard=internal)
async def leave(ctx: MutationContext, *, user: str, folder: str) -> None:
    """Unmake a member."""
    row = await ctx.db.query(Member).index("by_user").eq(user=user, folder=folder).unique()
    assert row is not None
    await ctx.db.delete(row.id)
