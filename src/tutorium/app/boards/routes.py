"""The routes under which pages put and get the images of boards."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from tutorium.app.auth import bearer_token
from tutorium.app.boards.images import MAX_IMAGE_BYTES, BoardImages
from tutorium.engine import Authenticator
from tutorium.errors import NotSignedInError, TooLargeError

HEADERS = {
    # An image never changes under its hash; only those who are in the session may keep it.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
}


def board_routes(images: BoardImages, authenticator: Authenticator) -> APIRouter:
    """Return the routes `PUT` and `GET /api/boards/{session}/files/{file_id}`; both need an access token."""
    router = APIRouter(tags=["boards"])

    async def caller(request: Request) -> str:
        token = bearer_token(request.headers)
        if token is None:
            raise NotSignedInError
        return (await authenticator.authenticate(token)).subject

    @router.put("/api/boards/{session}/files/{file_id}", status_code=204, response_class=Response)
    async def put_image(session: str, file_id: str, request: Request) -> Response:
        """Keep an image of a board under the SHA-256 of its bytes. The body is the image, at most 10 MiB."""
        user = await caller(request)
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > MAX_IMAGE_BYTES:
            raise TooLargeError("Images on a board may have at most 10 MiB.", limit_bytes=MAX_IMAGE_BYTES)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        await images.put(user, session, file_id, content_type, await request.body())
        return Response(status_code=204)

    @router.get("/api/boards/{session}/files/{file_id}", response_class=StreamingResponse)
    async def get_image(session: str, file_id: str, request: Request) -> StreamingResponse:
        """Return an image of a board."""
        content_type, chunks = await images.get(await caller(request), session, file_id)
        return StreamingResponse(chunks, media_type=content_type, headers=HEADERS)

    return router
