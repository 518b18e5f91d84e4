"""A configured provider, against a server that speaks the real wire format over a real port."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import BaseModel

from tests.support.provider import Act, Provider, running_provider
from tutorium.llm import (
    ModelBusyError,
    ModelError,
    ModelRefusedError,
    ModelTimedOutError,
    ModelUnreachableError,
    Prompt,
    UnusableReplyError,
)
from tutorium.llm.openai_compatible import OpenAICompatibleModel

pytestmark = pytest.mark.anyio

PROMPT = Prompt(instructions="Be brief.", message="Why is the sky blue?", time_limit_seconds=5)


class Verdict(BaseModel):
    """A form to fill."""

    verdict: str
    score: int


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A running provider."""
    with running_provider() as running:
        yield running


@pytest.fixture
async def model(provider: Provider) -> AsyncIterator[OpenAICompatibleModel]:
    """A model behind the running provider."""
    model = OpenAICompatibleModel(base_url=provider.base_url, model="test-model", api_key="secret-key")
    yield model
    await model.close()


async def test_stream_yields_the_words_in_order_and_counts_tokens(provider: Provider, model: OpenAICompatibleModel) -> None:
    """A streamed reply arrives word by word, and its usage is what the provider counted."""
    provider.will(Act(text="Short waves scatter more."))
    reply = model.stream(PROMPT)
    pieces = [piece async for piece in reply.words]
    assert "".join(pieces) == "Short waves scatter more."
    assert len(pieces) > 1
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 4)


async def test_request_carries_instructions_message_and_settings(provider: Provider, model: OpenAICompatibleModel) -> None:
    """The provider gets the instructions as system text, the message as the user's, and the key as a bearer token."""
    provider.will(Act(text="ok"))
    async for _ in model.stream(PROMPT).words:
        pass
    sent = provider.requests[0]
    texts = {message["role"]: message["content"] for message in sent["messages"]}
    assert "Be brief." in str(texts.get("system", texts.get("developer")))
    assert texts["user"] == "Why is the sky blue?"
    assert sent["model"] == "test-model"
    assert sent["temperature"] == PROMPT.temperature
    assert provider.keys == ["Bearer secret-key"]


async def test_fill_returns_a_validated_form(provider: Provider, model: OpenAICompatibleModel) -> None:
    """A reply in JSON by the form's schema becomes the form."""
    provider.will(Act(text='{"verdict": "right", "score": 1}'))
    form, usage = await model.fill(PROMPT, Verdict)
    assert form == Verdict(verdict="right", score=1)
    assert usage.input_tokens == 11


async def test_fill_asks_once_more_when_the_form_does_not_validate(provider: Provider, model: OpenAICompatibleModel) -> None:
    """A form that does not validate is sent back once, with what is wrong, and may be mended."""
    provider.will(Act(text='{"verdict": "right"}'), Act(text='{"verdict": "right", "score": 1}'))
    form, _ = await model.fill(PROMPT, Verdict)
    assert form.score == 1
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (Act(status=429), ModelBusyError),
        (Act(status=500), ModelUnreachableError),
        (Act(status=503), ModelUnreachableError),
        (Act(status=401), ModelRefusedError),
        (Act(status=404), ModelRefusedError),
        (Act(text="this is no JSON"), UnusableReplyError),
        (Act(garbage=True), ModelError),
    ],
)
async def test_fill_tells_why_there_is_no_form(
    provider: Provider, model: OpenAICompatibleModel, act: Act, error: type[ModelError]
) -> None:
    """Every way a provider fails becomes the error that says who must act."""
    provider.will(act)
    with pytest.raises(error):
        await model.fill(PROMPT, Verdict)


async def test_a_reply_that_breaks_off_raises_after_its_words(provider: Provider, model: OpenAICompatibleModel) -> None:
    """Words that came before the connection broke are kept; then the error says that the rest is missing."""
    provider.will(Act(text="one two three four", break_after=2))
    words = ""
    reply = model.stream(PROMPT).words
    while words != "one two":
        words += await anext(reply)
    with pytest.raises(ModelUnreachableError):
        await anext(reply)


async def test_a_silent_provider_times_out(provider: Provider, model: OpenAICompatibleModel) -> None:
    """A provider that says nothing within the limit is given up."""
    provider.will(Act(text="late", delay=2.0))
    prompt = Prompt(instructions="", message="?", time_limit_seconds=0.2)
    with pytest.raises(ModelTimedOutError):
        await anext(model.stream(prompt).words)


async def test_errors_name_neither_key_nor_prompt(provider: Provider, model: OpenAICompatibleModel) -> None:
    """What a learner or a log sees of a failure holds no secret."""
    provider.will(Act(status=401))
    with pytest.raises(ModelRefusedError) as caught:
        await model.fill(PROMPT, Verdict)
    assert "secret-key" not in str(caught.value)
    assert "sky" not in str(caught.value)
