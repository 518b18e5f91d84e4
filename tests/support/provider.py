"""A chat-completions server that speaks the real wire format over a real port, and says or does what a test tells it.

Each request takes the next `Act`. Streams are server-sent events as OpenAI's API sends them.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Act:
    """What the server does with one request: `text` is the reply (for forms: JSON); `status` above 399 refuses instead.

    `break_after` cuts the connection after so many words; `garbage` sends bytes that are no API answer; `delay` waits first.
    """

    text: str = ""
    status: int = 200
    break_after: int | None = None
    garbage: bool = False
    delay: float = 0.0


@dataclass
class Provider:
    """The running server: its address, what it will do, what it was asked."""

    base_url: str = ""
    acts: list[Act] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def will(self, *acts: Act) -> None:
        """Have the next requests answered by `acts`; the last one answers everything after it."""
        self.acts[:] = acts

    def next_act(self) -> Act:
        """Return what to do with the request that has just come."""
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run the server on a free port until the block is left."""
    provider = Provider(acts=[Act(text="ok")])

    async def complete(request: Request) -> Response:
        body = await request.json()
        provider.requests.append(body)
        provider.keys.append(request.headers.get("authorization", ""))
        act = provider.next_act()
        await asyncio.sleep(act.delay)
        if act.status >= 400:
            headers = {"retry-after": "7"} if act.status == 429 else {}
            return JSONResponse({"error": {"message": "refused", "type": "x"}}, status_code=act.status, headers=headers)
        if act.garbage:
            return Response(b"<html>not what you asked for</html>", media_type="text/html")
        if body.get("stream"):
            return StreamingResponse(_events(act), media_type="text/event-stream")
        return JSONResponse(_completion(act.text))

    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])]),
            port=0,
            log_level="critical",
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.base_url = f"http://127.0.0.1:{port}/v1"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(5)


def _chunk(delta: dict[str, Any], finish: str | None = None, usage: dict[str, int] | None = None) -> bytes:
    chunk: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    if usage is not None:
        chunk = {**chunk, "choices": [], "usage": usage}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


async def _events(act: Act) -> AsyncIterator[bytes]:
    yield _chunk({"role": "assistant", "content": ""})
    words: Sequence[str] = act.text.split(" ")
    for number, word in enumerate(words):
        if act.break_after is not None and number >= act.break_after:
            raise ConnectionResetError("cut on purpose")
        yield _chunk({"content": word if number == 0 else " " + word})
    yield _chunk({}, finish="stop")
    yield _chunk({}, usage={"prompt_tokens": 11, "completion_tokens": len(words), "total_tokens": 11 + len(words)})
    yield b"data: [DONE]\n\n"


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16},
    }
