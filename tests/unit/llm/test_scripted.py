"""The model that says what it was told to say."""

import pytest
from pydantic import BaseModel, Field

from tutorium.llm import ModelBusyError, Prompt, ScriptedModel, UnusableReplyError

pytestmark = pytest.mark.anyio

ASKED = Prompt(instructions="Be brief.", message="Why is the sea salt?")


class Form(BaseModel):
    """A small form."""

    why: str
    sure: float = Field(ge=0, le=1)


async def test_replies_are_streamed_word_by_word() -> None:
    """The words make up the very reply, and usage counts them when the stream has ended."""
    model = ScriptedModel(replies=["Rivers carry  salt."])
    reply = model.stream(ASKED)
    assert (reply.usage.output_tokens, model.prompts) == (0, [])
    words = [word async for word in reply.words]
    assert "".join(words) == "Rivers carry  salt."
    assert reply.usage.output_tokens == len(words) == 4
    assert model.prompts == [ASKED]


async def test_replies_come_in_order_and_fill_forms() -> None:
    """Each call takes the next reply, whether words or a form are asked for."""
    model = ScriptedModel(replies=["Well.", '{"why": "rivers", "sure": 0.5}'])
    assert [word async for word in model.stream(ASKED).words] == ["Well."]
    form, usage = await model.fill(ASKED, Form)
    assert (form, usage.output_tokens) == (Form(why="rivers", sure=0.5), 4)


@pytest.mark.parametrize("reply", ["no JSON", "{}", '{"why": "rivers", "sure": 7}', '{"why": 1, "sure": 0}'])
async def test_a_reply_that_is_no_form_is_unusable(reply: str) -> None:
    """Words, missing fields, and values beyond their bounds are refused."""
    with pytest.raises(UnusableReplyError):
        await ScriptedModel(replies=[reply]).fill(ASKED, Form)


async def test_errors_are_raised_where_a_real_model_would() -> None:
    """In a stream with the first word, in a form at once; the prompt is kept all the same."""
    model = ScriptedModel(replies=[ModelBusyError(), ModelBusyError()])
    reply = model.stream(ASKED)
    with pytest.raises(ModelBusyError):
        await anext(aiter(reply.words))
    with pytest.raises(ModelBusyError):
        await model.fill(ASKED, Form)
    assert len(model.prompts) == 2
    await model.close()
