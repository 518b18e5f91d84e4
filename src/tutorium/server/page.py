"""The built web page, served from memory of what was there at the start: a path that is no built file cannot be asked for."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from tutorium.server.error_answers import error_body

PAGE_DIRECTORY = Path(__file__).parent / "page"

NOT_PAGES = ("/api/", "/auth/", "/ws/", "/.well-known/")
"""Under these there is no page: a wrong address must say so, instead of answering with HTML."""

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"

NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Tutorium: the page is not built</title>
<body><h1>The page is not built yet</h1>
<p>The server runs, but this checkout has no built page. Stop it, run <code>make setup</code>, and start it again.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p></body></html>
"""


class PageRoute(Route):
    """Takes GET for every address that is no API's: elsewhere a wrong method is 405 and a wrong address 404."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the page answers this request."""
        is_ours = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and not scope["path"].startswith(NOT_PAGES)
        return super().matches(scope) if is_ours else (Match.NONE, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """One file of the built page. `packed` is its gzip form where it is worth having."""

    path: Path
    packed: Path | None
    media_type: str
    etag: str
    cache_control: str


class Page:
    """Answers GET for everything that is no API: files as they are, any other address with the page's frame."""

    def __init__(self, directory: Path = PAGE_DIRECTORY) -> None:
        """Take in the built files of `directory`; none is fine and is told to whoever asks for the page."""
        self._files = {f"/{one.path.relative_to(directory).as_posix()}": one for one in _built_files(directory)}

    @property
    def is_built(self) -> bool:
        """Whether there is a page."""
        return "/index.html" in self._files

    def answer(self, request: Request) -> Response:
        """Return the file at the request's path, the page's frame for an address inside the page, or 404."""
        path = request.url.path
        file = self._files.get(path)
        is_no_page = path.startswith(NOT_PAGES) or (file is None and "." in path.rpartition("/")[2])
        if is_no_page:
            return JSONResponse(error_body("not_found", f"There is nothing at {path}.", request.scope.get("request_id")), 404)
        if file is None:
            file = self._files.get("/index.html")
        if file is None:
            return HTMLResponse(NOT_BUILT, 503)
        return _file_answer(file, request)


def _file_answer(file: BuiltFile, request: Request) -> Response:
    headers = {"ETag": file.etag, "Cache-Control": file.cache_control, "Vary": "Accept-Encoding"}
    if file.etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if file.packed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        return FileResponse(file.packed, media_type=file.media_type, headers=headers)
    return FileResponse(file.path, media_type=file.media_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0")
    return False


def _built_files(directory: Path) -> list[BuiltFile]:
    files: list[BuiltFile] = []
    for path in sorted(directory.rglob("*")) if directory.is_dir() else []:
        if not path.is_file() or path.suffix == ".gz" or path.name.startswith("."):
            continue
        packed = path.with_name(f"{path.name}.gz")
        media_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
        is_hashed = "assets" in path.relative_to(directory).parts
        files.append(
            BuiltFile(
                path=path,
                packed=packed if packed.exists() else None,
                media_type=media_type or "application/octet-stream",
                etag=f'"{_digest(path)}"',
                cache_control=FOREVER if is_hashed else REVALIDATE,
            )
        )
    return files


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:20]
