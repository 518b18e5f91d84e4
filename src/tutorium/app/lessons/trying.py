"""A first lesson without an account: a folder with the sample document, already read, and a session in it."""

from tutorium.app.auth import current_user, signed_in
from tutorium.app.documents import install_sample, prepare_sample
from tutorium.app.folders import Folder
from tutorium.app.sessions.functions import create, functions
from tutorium.app.sessions.tables import Session
from tutorium.engine import ActionContext, Id, MutationContext, internal

FOLDER_NAME = "My first lesson"
SESSION_TITLE = "How tides work"


@functions.action(guard=signed_in)
async def try_lesson(ctx: ActionContext) -> Id[Session]:
    """Return a new session on the sample document, in a new folder of the caller's.

    On a server that has just been started for the first time this waits until the sample has been read.
    """
    await prepare_sample(ctx)
    return await ctx.run_mutation(begin_trial)


@functions.mutation(guard=internal)
async def begin_trial(ctx: MutationContext) -> Id[Session]:
    """Make folder, document and session in one commit."""
    owner = await current_user(ctx)
    folder = await ctx.db.insert(Folder(owner=owner, name=FOLDER_NAME))
    await install_sample(ctx, owner, folder)
    return await ctx.run_mutation(create, folder=folder, title=SESSION_TITLE)
