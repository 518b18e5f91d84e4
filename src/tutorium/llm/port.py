"""A language model as the agents see it: prompts in, words or checked values out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked. `temperature` in [0, 2]; `max_output_tokens` bounds the reply.

    `time_limit_seconds` bounds a filled form as a whole, and in a stream each wait for more words.
    """

    instructions: str
    message: str
    temperature: float = 0.3
    max_output_tokens: int = 1200
    time_limit_seconds: float = 60.0


@dataclass(slots=True)
class Usage:
    """What one call used. Tokens as the provider counted them, 0 where it did not say; filled when the call has ended."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(slots=True)
class Reply:
    """A reply that is still being written: read `words` to its end, then `usage` is complete."""

    words: AsyncIterator[str]
    usage: Usage = field(default_factory=Usage)


class LanguageModel(Protocol):
    """A chat model. Every failure is a `ModelError` of `llm.errors`, whatever library or server is behind it."""

    @property
    def name(self) -> str:
        """The model's name as a person would say it, e.g. `gpt-4o-mini`."""
        ...

    def stream(self, prompt: Prompt) -> Reply:
        """Start a reply in words. Nothing is sent before the first word is asked for."""
        ...

    async def fill(self, prompt: Prompt, form: type[T]) -> tuple[T, Usage]:
        """Return an instance of `form`, validated; raises UnusableReplyError when the model cannot fill it."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
