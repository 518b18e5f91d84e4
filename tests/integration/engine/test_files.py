"""Files: addresses, uploads, downloads, sweeping."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from tests.support import engine_tables as app
from tutorium.engine import (
    ActionContext,
    Caller,
    Engine,
    Functions,
    Id,
    MutationContext,
    QueryContext,
    Registry,
    StoredFile,
    Success,
    public,
)
from tutorium.engine.errors import UploadRefusedError
from tutorium.engine.file_storage import UploadTokens
from tutorium.engine.testing import VirtualRuntime, open_test_engine
from tutorium.errors import NotFoundError, TooLargeError

pytestmark = pytest.mark.anyio

functions = Functions("files")


@functions.mutation(guard=public)
async def upload_url(ctx: MutationContext, *, limit: int) -> str:
    """Give an upload address."""
    return await ctx.storage.generate_upload_url(max_bytes=limit, owner="ann")


@functions.query(guard=public)
async def url(ctx: QueryContext, *, file: Id[StoredFile]) -> str | None:
    """Give a file's address."""
    return await ctx.storage.get_url(file)


@functions.query(guard=public)
async def metadata(ctx: QueryContext, *, file: Id[StoredFile]) -> StoredFile | None:
    """Give a file's row."""
    return await ctx.storage.get_metadata(file)


@functions.mutation(guard=public)
async def remove(ctx: MutationContext, *, file: Id[StoredFile]) -> None:
    """Take a file away."""
    await ctx.storage.delete(file)


@functions.action(guard=public)
async def copy(ctx: ActionContext, *, file: Id[StoredFile]) -> Id[StoredFile]:
    """Keep a file a second time, backwards; then take away the first."""
    data = await ctx.storage.open(file)
    row = await ctx.storage.get_metadata(file)
    assert row is not None
    stored = await ctx.storage.store(data[::-1], row.content_type, owner="bob")
    assert (await ctx.storage.get_url(stored) or "").startswith("https://x/api/storage/")
    assert "token=" in await ctx.storage.generate_upload_url(max_bytes=1)
    await ctx.storage.delete(file)
    assert await ctx.storage.get_url(file) is None
    return stored


@pytest.fixture
def runtime() -> VirtualRuntime:
    return VirtualRuntime()


@pytest.fixture
async def engine(runtime: VirtualRuntime) -> AsyncGenerator[Engine, None]:
    async with open_test_engine(Registry([app.Note], [functions]), runtime=runtime) as opened:
        yield opened


async def body(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def token(engine: Engine, limit: int = 100) -> str:
    address = await engine.acting_as(None, "https://x").run_mutation(upload_url, limit=limit)
    assert address.startswith("https://x/api/storage/upload?token=")
    return address.partition("token=")[2]


@pytest.mark.rule("FI1")
async def test_a_file_goes_up_and_comes_down(engine: Engine) -> None:
    """An uploaded file is found by the last part of its address; its row says what it is and whose."""
    data = b"hello file"
    file = await engine.files.upload(await token(engine), body(data), "text/plain", hashlib.sha256(data).digest())
    row = await engine.run_query(metadata, file=file)  # type: ignore[arg-type]
    assert row is not None
    assert (row.size, row.content_type, row.owner) == (10, "text/plain", "ann")
    assert row.sha256 == b64encode(hashlib.sha256(data).digest()).decode()
    address = await engine.acting_as(None, "https://y").run_query(url, file=file)  # type: ignore[arg-type]
    assert address == f"https://y/api/storage/{row.blob}"
    download = await engine.files.find(row.blob)
    assert b"".join([chunk async for chunk in download.read(6)]) == b"file"
    with pytest.raises(NotFoundError):
        await engine.files.find("nothing")


@pytest.mark.rule("LQ5")
async def test_addresses_are_those_of_the_callers_origin(engine: Engine) -> None:
    """Two connections through different hosts see the file at their own; the query runs for each of them."""
    file = await engine.files.upload(await token(engine), body(b"x"), None)
    seen = []
    for origin in ("https://a", "https://b", "https://a"):
        live = engine.subscriptions.open(lambda: None)
        live.watch("files:url", f'{{"file":"{file}"}}'.encode(), Caller(origin=origin))
        (outcome,) = (await live.advance()).outcomes.values()
        assert isinstance(outcome, Success)
        seen.append(outcome.value_json.partition(b"/api")[0])
    assert seen == [b'"https://a', b'"https://b', b'"https://a']


@pytest.mark.rule("FI2")
async def test_upload_addresses_are_checked(engine: Engine, runtime: VirtualRuntime) -> None:
    """Wrong, changed and old tokens, too much, and a wrong digest are refused, and nothing is kept."""
    good = await token(engine, limit=5)
    for wrong in ("", "x", "x.y", good[:-2] + "AA", good.replace(".", "A."), "é.é"):
        with pytest.raises(UploadRefusedError):
            await engine.files.upload(wrong, body(b"x"), None)
    foreign = UploadTokens(b"k" * 32).sign(engine.files.check_token(good))
    with pytest.raises(UploadRefusedError):
        engine.files.check_token(foreign)
    with pytest.raises(TooLargeError):
        await engine.files.upload(good, body(b"123456"), None)
    with pytest.raises(UploadRefusedError, match="digest"):
        await engine.files.upload(good, body(b"12345"), None, b"wrong")
    await runtime.advance(3_601)
    with pytest.raises(UploadRefusedError, match="too old"):
        await engine.files.upload(good, body(b"1"), None)
    assert [key async for key in engine.files.storage.keys_before(-1e9)] == []


async def test_an_action_reads_and_keeps_files(engine: Engine) -> None:
    """An action opens a file, keeps bytes as a new one, and takes the old one away."""
    file = await engine.files.upload(await token(engine), body(b"abc"), "text/plain")
    stored = await engine.acting_as(None, "https://x").run_action(copy, file=file)  # type: ignore[arg-type]
    download = await engine.files.open(stored)
    assert (b"".join([chunk async for chunk in download.read()]), download.file.owner) == (b"cba", "bob")
    with pytest.raises(NotFoundError):
        await engine.files.open(file)


@pytest.mark.rule("FI3")
async def test_bytes_without_a_row_are_swept(engine: Engine, runtime: VirtualRuntime) -> None:
    """The bytes of a deleted file are gone within little more than an hour; those of a file that is there stay."""
    kept = await engine.files.upload(await token(engine), body(b"kept"), None)
    gone = await engine.files.upload(await token(engine), body(b"gone"), None)
    await engine.run_mutation(remove, file=gone)  # type: ignore[arg-type]
    await runtime.advance(3_700 + 600)
    left = [key async for key in engine.files.storage.keys_before(-1e9)]
    assert left == [(await engine.files.open(kept)).file.blob]
    assert await engine.run_query(url, file=gone) is None  # type: ignore[arg-type]


async def test_an_upload_address_takes_one_file(engine: Engine) -> None:
    """The same bytes once more are that file, so that a client may ask again; other bytes are refused and not kept."""
    address = await token(engine)
    first = await engine.files.upload(address, body(b"abc"), "text/plain")
    assert await engine.files.upload(address, body(b"abc"), "text/plain") == first
    with pytest.raises(UploadRefusedError, match="used already"):
        await engine.files.upload(address, body(b"other"), "text/plain")
    assert (await engine.files.open(first)).file.size == 3
