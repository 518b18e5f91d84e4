"""Files over HTTP: uploads to signed addresses, downloads for whoever has the address."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tutorium.engine.errors import UploadRefusedError
from tutorium.engine.functions.files import Download, Files
from tutorium.engine.sync.byte_ranges import RangeNotSatisfiableError, parse_range
from tutorium.engine.sync.file_answer import FileAnswer
from tutorium.engine.sync.http_answers import error_answer, json_answer
from tutorium.engine.sync.http_api import open_to_browsers
from tutorium.engine.sync.http_requests import BadBodyError
from tutorium.engine.sync.settings import SyncSettings

MAX_CONTENT_TYPE_CHARACTERS: Final = 255

# What a browser may show in place: it runs no script in any of these. Everything else is downloaded.
_SHOWN: Final = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "application/pdf",
    "text/plain",
    "audio/",
    "video/",
)


class UploadTooSlowError(UploadRefusedError):
    """The upload took too long. Check the connection and start again."""

    code = "upload_too_slow"
    http_status = 408


class _Stored(msgspec.Struct, frozen=True, rename="camel"):
    storage_id: str


class StorageApi:
    """The file routes of one engine."""

    def __init__(self, files: Files, settings: SyncSettings) -> None:
        """Serve `files`."""
        self._files = files
        self._settings = settings

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        upload, download = open_to_browsers(self._upload), open_to_browsers(self._download)
        return [
            Route("/api/storage/upload", upload, methods=["POST", "OPTIONS"], include_in_schema=False),
            Route("/api/storage/{blob}", download, methods=["GET", "HEAD", "OPTIONS"], include_in_schema=False),
        ]

    async def _upload(self, request: Request) -> Response:
        token = request.query_params.get("token", "")
        content_type = request.headers.get("content-type")
        if content_type is not None and not _is_content_type(content_type):
            raise BadBodyError("The Content-Type header cannot be kept.")
        digest = _announced_digest(request.headers.get("digest"))
        try:
            async with asyncio.timeout(self._settings.upload_seconds):
                storage_id = await self._files.upload(token, _chunks(request), content_type, digest)
        except TimeoutError as error:
            raise UploadTooSlowError from error
        return json_answer(_Stored(storage_id))

    async def _download(self, request: Request) -> Response:
        found = await self._files.find(str(request.path_params["blob"]))
        size = found.file.size
        headers = _headers_of(found)
        try:
            wanted = parse_range(request.headers.get("range"), size)
        except RangeNotSatisfiableError as error:
            refusal = error_answer(error)
            refusal.headers["content-range"] = f"bytes */{size}"
            return refusal
        start, end = wanted or (0, size)
        headers["content-length"] = str(end - start)
        status = HTTPStatus.OK
        if wanted is not None:
            status = HTTPStatus.PARTIAL_CONTENT
            headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        return FileAnswer(found.read(start, end), status, headers)


def _headers_of(found: Download) -> dict[str, str]:
    content_type = found.file.content_type
    kind = content_type if content_type is not None and _is_content_type(content_type) else "application/octet-stream"
    headers = {
        "content-type": kind,
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=2592000",
        "digest": f"sha-256={found.file.sha256}",
        # Files come from anybody: nothing in them may run as a page of this server.
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    }
    if not kind.lower().startswith(_SHOWN):
        headers["content-disposition"] = "attachment"
        headers["content-security-policy"] += "; sandbox"
    return headers


def _is_content_type(text: str) -> bool:
    return 0 < len(text) <= MAX_CONTENT_TYPE_CHARACTERS and text.isascii() and text.isprintable() and "/" in text


def _announced_digest(header: str | None) -> bytes | None:
    """Return the SHA-256 in a `Digest` header. Raises BadBodyError."""
    if header is None:
        return None
    name, _, value = header.partition("=")
    try:
        digest = b64decode(value, validate=True)
    except ValueError:
        digest = b""
    if name.strip().lower() != "sha-256" or len(digest) != 32:
        raise BadBodyError("The Digest header is `sha-256=<base64>`.")
    return digest


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect as error:
        raise BadBodyError("The upload broke off.") from error
