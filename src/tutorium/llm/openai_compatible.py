"""Any server that speaks OpenAI's chat completions, through pydantic-ai, which is imported only when a model is configured."""

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel

from tutorium.llm.errors import (
    ModelBusyError,
    ModelRefusedError,
    ModelTimedOutError,
    ModelUnreachableError,
    UnusableReplyError,
)
from tutorium.llm.port import Prompt, Reply, Usage

T = TypeVar("T", bound=BaseModel)

#: One more try when the filled form does not validate; small models often mend it when told what is wrong.
FORM_RETRIES = 1
#: The SDK's own retries hide rate limits behind long waits; the agents decide instead.
TRANSPORT_RETRIES = 0


class OpenAICompatibleModel:
    """A chat model behind `base_url` (with `/v1`). `api_key` may be empty for local servers."""

    def __init__(self, *, base_url: str, model: str, api_key: str = "") -> None:
        """Import the client library and prepare a connection pool; nothing is sent yet."""
        from openai import AsyncOpenAI
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        self._client = AsyncOpenAI(base_url=base_url, api_key=api_key or "none", max_retries=TRANSPORT_RETRIES)
        provider = OpenAICompatibleProvider("configured", openai_client=self._client)
        self._model = OpenAIChatModel(model, provider=provider)
        self._name = model

    @property
    def name(self) -> str:
        """The configured model name."""
        return self._name

    def stream(self, prompt: Prompt) -> Reply:
        """Start a streamed reply."""
        usage = Usage()
        return Reply(words=self._words(prompt, usage), usage=usage)

    async def _words(self, prompt: Prompt, usage: Usage) -> AsyncIterator[str]:
        from pydantic_ai import Agent

        agent: Any = Agent(self._model, instructions=prompt.instructions, retries=0)
        with _translated_errors():
            async with AsyncExitStack() as stack:
                # The limit holds for each wait, not for the whole reply: whoever speaks the words may take their time.
                async with asyncio.timeout(prompt.time_limit_seconds):
                    run = await stack.enter_async_context(agent.run_stream(prompt.message, model_settings=_settings(prompt)))
                pieces = run.stream_text(delta=True, debounce_by=None)
                while True:
                    async with asyncio.timeout(prompt.time_limit_seconds):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    yield piece
                _count(usage, run.usage)

    async def fill(self, prompt: Prompt, form: type[T]) -> tuple[T, Usage]:
        """Ask for JSON by the form's schema and validate it."""
        from pydantic_ai import Agent, NativeOutput

        agent: Any = Agent(self._model, instructions=prompt.instructions, output_type=NativeOutput(form), retries=FORM_RETRIES)
        usage = Usage()
        with _translated_errors():
            async with asyncio.timeout(prompt.time_limit_seconds):
                run = await agent.run(prompt.message, model_settings=_settings(prompt))
        _count(usage, run.usage)
        return run.output, usage

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.close()


def _settings(prompt: Prompt) -> dict[str, Any]:
    return {"temperature": prompt.temperature, "max_tokens": prompt.max_output_tokens, "timeout": prompt.time_limit_seconds}


def _count(usage: Usage, run_usage: Any) -> None:
    usage.input_tokens = int(run_usage.input_tokens or 0)
    usage.output_tokens = int(run_usage.output_tokens or 0)


@contextmanager
def _translated_errors() -> Generator[None]:
    """Turn the library's errors into ours, the narrowest first. Texts of the provider stay out: they may hold keys."""
    from openai import OpenAIError
    from pydantic_ai import exceptions as theirs

    try:
        yield
    except TimeoutError as error:
        raise ModelTimedOutError() from error
    except (theirs.ModelRateLimitError, theirs.ModelQuotaExceededError, theirs.ModelOverloadedError) as error:
        raise ModelBusyError(retryAfterSeconds=error.retry_after) from error
    except theirs.ModelTimeoutError as error:
        raise ModelTimedOutError() from error
    except (theirs.ModelConnectionError, theirs.ModelServerError, theirs.ModelUnavailableError) as error:
        raise ModelUnreachableError() from error
    except theirs.ModelRequestRejectedError as error:
        raise ModelRefusedError() from error
    except theirs.ModelHTTPError as error:
        raise (ModelUnreachableError() if error.status_code >= 500 else ModelRefusedError()) from error
    except theirs.ModelAPIError as error:
        raise ModelUnreachableError() from error
    except (theirs.AgentRunError, OpenAIError, ValueError) as error:
        raise UnusableReplyError() from error
