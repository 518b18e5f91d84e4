"""The sample document on which anybody can try a lesson: read once for the whole server, copied to each guest already read."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import msgspec

from tutorium.app.auth import User, current_user
from tutorium.app.documents.errors import SampleMissingError, TooManyDocumentsError
from tutorium.app.documents.feature import functions
from tutorium.app.documents.keeping import page_rows, passage_rows
from tutorium.app.documents.one_reading import MATERIAL_TYPE
from tutorium.app.documents.queries import MAX_DOCUMENTS
from tutorium.app.documents.reader import current_reader
from tutorium.app.documents.tables import Document, FileId, PreparedSample
from tutorium.app.folders import Folder, adjust_counts, folder_owner
from tutorium.app.reading.frames import Progress, Reading
from tutorium.engine import ActionContext, Id, MutationContext, QueryContext, internal

SAMPLE_NAME: Final = "How tides work.md"
SAMPLE_TYPE: Final = "text/markdown"
# The document's id in the shared analysis; a copy's own id takes its place when it is opened.
_SAMPLE_ID: Final = "sample"


@cache
def sample_text() -> bytes:
    """Return the text of the sample, as it is shipped."""
    return files("tutorium.app.documents").joinpath("sample.md").read_bytes()


@cache
def sample_version() -> str:
    """Return what changes whenever the sample, or the code that reads it, may have changed."""
    return sha256(sample_text() + version("tutorium").encode()).hexdigest()


async def install_sample(ctx: MutationContext, owner: Id[User], folder: Id[Folder]) -> Id[Document]:
    """Put a copy of the sample, ready to be taught from, into `owner`'s folder, and return it.

    Raises SampleMissingError until `prepare_sample` has run, TooManyDocumentsError when the folder is full.
    """
    prepared = await _find_prepared(ctx)
    if prepared is None:
        raise SampleMissingError
    held = await ctx.db.query(Document).index("by_folder").eq(folder=folder, removed_at=None).take(MAX_DOCUMENTS)
    if len(held) == MAX_DOCUMENTS:
        raise TooManyDocumentsError
    reading = msgspec.msgpack.decode(prepared.reading, type=Reading)
    document = await ctx.db.insert(
        Document(
            folder=folder,
            owner=owner,
            name=SAMPLE_NAME,
            source=prepared.source,
            content_type=SAMPLE_TYPE,
            bytes=len(sample_text()),
            status="ready",
            progress=1.0,
            pages=len(reading.parts),
            pages_read=len(reading.parts),
            paged=reading.paged,
            words=reading.words,
            title=reading.title,
            language=reading.language,
            text_type=reading.text_type,
            material=prepared.material,
            sample=True,
        )
    )
    for row in (*passage_rows(document, folder, reading), *page_rows(document, reading)):
        await ctx.db.insert(row)
    await adjust_counts(ctx, folder, documents=1)
    return document


@functions.mutation(guard=folder_owner())
async def add_sample(ctx: MutationContext, *, folder: Id[Folder]) -> Id[Document]:
    """Put the sample document into the folder, ready to be taught from."""
    return await install_sample(ctx, await current_user(ctx), folder)


@functions.action(guard=internal)
async def prepare_sample(ctx: ActionContext) -> None:
    """Read the sample, unless this version of it was read before. The server calls it when it has started."""
    if await ctx.run_query(is_prepared):
        return
    reading = await current_reader().read(_SAMPLE_ID, _load, _ignore)
    source = await ctx.storage.store(sample_text(), SAMPLE_TYPE)
    material = await ctx.storage.store(reading.material, MATERIAL_TYPE)
    encoded = msgspec.msgpack.encode(msgspec.structs.replace(reading, material=b""))
    if not await ctx.run_mutation(keep_sample, source=source, material=material, reading=encoded):
        await ctx.storage.delete(source)
        await ctx.storage.delete(material)


@functions.query(guard=internal)
async def is_prepared(ctx: QueryContext) -> bool:
    """Whether this version of the sample can be copied."""
    return await _find_prepared(ctx) is not None


@functions.mutation(guard=internal)
async def keep_sample(ctx: MutationContext, *, source: FileId, material: FileId, reading: bytes) -> bool:
    """Keep the prepared sample; return whether nobody else was faster. Older versions stay: copies still use their files."""
    if await _find_prepared(ctx) is not None:
        return False
    await ctx.db.insert(PreparedSample(version=sample_version(), source=source, material=material, reading=reading))
    return True


async def _find_prepared(ctx: QueryContext | MutationContext) -> PreparedSample | None:
    return await ctx.db.query(PreparedSample).index("by_version").eq(version=sample_version()).first()


async def _load() -> tuple[str, bytes]:
    return SAMPLE_NAME, sample_text()


async def _ignore(step: Progress) -> None:
    del step
