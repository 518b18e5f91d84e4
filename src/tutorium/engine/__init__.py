"""The reactive backend: tables, transactional functions, live queries, scheduled work, files. Knows nothing of tutoring.

Application code declares tables and functions, collects them in a `Registry` and opens an engine on it::

    class Note(Row, table="notes", indexes={"by_author": ("author",)}):
        author: str
        text: str

    functions = Functions("notes")

    @functions.mutation(guard=public)
    async def add(ctx: MutationContext, *, author: str, text: str) -> Id[Note]:
        return await ctx.db.insert(Note(author=author, text=text))

    async with open_engine(Registry([Note], [functions]), EngineSettings(data_dir=path)) as engine:
        await engine.run_mutation(add, author="Ada", text="hello")
"""

from tutorium.engine.database import DatabaseReader, DatabaseWriter, Page, PaginationOptions, Query, Row, SearchIndex
from tutorium.engine.engine import ActingEngine, Engine, EngineSettings, open_engine
from tutorium.engine.functions import (
    ANONYMOUS,
    ActionContext,
    ActionRef,
    Auth,
    Authenticator,
    Caller,
    Cron,
    Failure,
    FunctionRef,
    Functions,
    Guard,
    GuardContext,
    Identity,
    MutationContext,
    MutationRef,
    Outcome,
    QueryContext,
    QueryRef,
    Registry,
    Retry,
    Success,
    internal,
    public,
)
from tutorium.engine.system_tables import ScheduledFunction, StoredFile
from tutorium.engine.values import Id, Int64, View, camel_case
from tutorium.engine.workers import WorkerSettings

__all__ = [
    "ANONYMOUS",
    "ActingEngine",
    "ActionContext",
    "ActionRef",
    "Auth",
    "Authenticator",
    "Caller",
    "Cron",
    "DatabaseReader",
    "DatabaseWriter",
    "Engine",
    "EngineSettings",
    "Failure",
    "FunctionRef",
    "Functions",
    "Guard",
    "GuardContext",
    "Id",
    "Identity",
    "Int64",
    "MutationContext",
    "MutationRef",
    "Outcome",
    "Page",
    "PaginationOptions",
    "Query",
    "QueryContext",
    "QueryRef",
    "Registry",
    "Retry",
    "Row",
    "ScheduledFunction",
    "SearchIndex",
    "StoredFile",
    "Success",
    "View",
    "WorkerSettings",
    "camel_case",
    "internal",
    "open_engine",
    "public",
]
