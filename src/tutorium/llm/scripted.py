"""A language model that says what it was told to say: the double for tests of everything above this package."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from tutorium.llm.errors import ModelError, UnusableReplyError
from tutorium.llm.port import Prompt, Reply, Usage

T = TypeVar("T", bound=BaseModel)


@dataclass(slots=True)
class ScriptedModel:
    """Answers calls with `replies`, one each, in order; an exception in the list is raised. Keeps every prompt in `prompts`."""

    replies: Sequence[str | ModelError]
    name: str = "scripted"
    prompts: list[Prompt] = field(default_factory=list[Prompt])

    def stream(self, prompt: Prompt) -> Reply:
        """Stream the next reply word by word; usage counts words."""
        usage = Usage()
        return Reply(words=self._words(prompt, usage), usage=usage)

    async def _words(self, prompt: Prompt, usage: Usage) -> AsyncIterator[str]:
        for word in self._next_reply(prompt).split(" "):
            usage.output_tokens += 1
            yield word if usage.output_tokens == 1 else " " + word

    async def fill(self, prompt: Prompt, form: type[T]) -> tuple[T, Usage]:
        """Read the next reply as JSON into `form`."""
        reply = self._next_reply(prompt)
        try:
            return form.model_validate_json(reply), Usage(output_tokens=len(reply.split()))
        except ValidationError as error:
            raise UnusableReplyError() from error

    async def close(self) -> None:
        """Nothing is open."""

    def _next_reply(self, prompt: Prompt) -> str:
        self.prompts.append(prompt)
        reply = self.replies[len(self.prompts) - 1]
        if isinstance(reply, ModelError):
            raise reply
        return reply
