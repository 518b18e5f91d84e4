"""Language models behind one port.

Here: the port, its errors, any OpenAI-compatible server, and a scripted double for tests. Not here: prompts and what to do
with a reply (`app/agents`), nor any choice of provider (`server`).
"""

from tutorium.llm.errors import (
    ModelBusyError,
    ModelError,
    ModelRefusedError,
    ModelTimedOutError,
    ModelUnreachableError,
    UnusableReplyError,
)
from tutorium.llm.port import LanguageModel, Prompt, Reply, Usage
from tutorium.llm.scripted import ScriptedModel

__all__ = [
    "LanguageModel",
    "ModelBusyError",
    "ModelError",
    "ModelRefusedError",
    "ModelTimedOutError",
    "ModelUnreachableError",
    "Prompt",
    "Reply",
    "ScriptedModel",
    "UnusableReplyError",
    "Usage",
]
