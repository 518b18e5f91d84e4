"""Who may do what with a document: the owner of its folder everything, members of the folder's sessions may read."""

from collections.abc import Mapping
from typing import Any

from tutorium.app.auth import current_user
from tutorium.app.documents.tables import Document, Passage
from tutorium.app.folders import Folder, owned_folder
from tutorium.app.sessions import may_read_folder
from tutorium.engine import Guard, GuardContext, Id
from tutorium.errors import ForbiddenError, NotFoundError


def folder_reader(arg: str = "folder") -> Guard:
    """Return a guard that admits whoever may read the folder in argument `arg`; for others it does not exist."""

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        await _require_reader(ctx, args[arg])

    return Guard(describe="owner of the folder and members of its sessions", check=check)


def document_reader(arg: str = "document") -> Guard:
    """Return a guard that admits whoever may read the document in argument `arg`; for others it does not exist."""

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        row = await _present(ctx, args[arg], removed=False)
        await _require_reader(ctx, row.folder)

    return Guard(describe="owner of the document and members of its folder's sessions", check=check)


def passage_reader(arg: str = "passage") -> Guard:
    """Return a guard that admits whoever may read the document of the passage in argument `arg`."""

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        passage: Passage | None = await ctx.db.get(args[arg])
        if passage is None:
            raise NotFoundError
        row = await _present(ctx, passage.document, removed=False)
        await _require_reader(ctx, row.folder)

    return Guard(describe="owner of the document and members of its folder's sessions", check=check)


def document_owner(arg: str = "document", *, removed: bool = False) -> Guard:
    """Return a guard that admits the owner of the document in argument `arg`.

    Those who may only read it are told so (ForbiddenError); for others it does not exist. With `removed` it admits to a
    document that was removed and may be restored; otherwise such a one does not exist.
    """

    async def check(ctx: GuardContext, args: Mapping[str, Any]) -> None:
        row = await _present(ctx, args[arg], removed=removed)
        user = await current_user(ctx)
        try:
            await owned_folder(ctx, row.folder, user)
        except NotFoundError:
            if not removed and await may_read_folder(ctx.db, row.folder, user):
                raise ForbiddenError("Only the owner of the folder may do this.") from None
            raise

    return Guard(describe="owner of the document", check=check)


async def _present(ctx: GuardContext, document: Id[Document], *, removed: bool) -> Document:
    row = await ctx.db.get(document)
    if row is None or (row.removed_at is not None) != removed:
        raise NotFoundError
    return row


async def _require_reader(ctx: GuardContext, folder: Id[Folder]) -> None:
    if not await may_read_folder(ctx.db, folder, await current_user(ctx)):
        raise NotFoundError
