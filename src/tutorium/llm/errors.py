"""Why a model gave no usable reply, in the classes that decide what to do next.

::

    ModelError (unavailable)
    ├── ModelUnreachableError     model_unreachable     no connection, or the server failed: worth another try later
    ├── ModelBusyError            model_busy            rate limited or overloaded: wait `retry_after_seconds`
    ├── ModelTimedOutError        model_timed_out       over the agent's time limit
    ├── ModelRefusedError         model_refused         key, model name or request rejected: the operator must act
    └── UnusableReplyError        unusable_reply        an answer came, but not one that can be used
"""

from typing import ClassVar

from tutorium.errors import UnavailableError


class ModelError(UnavailableError):
    """The language model gave no usable reply; the tutor goes on by its own rules."""

    code: ClassVar[str] = "model_error"
    is_worth_retrying: ClassVar[bool] = False


class ModelUnreachableError(ModelError):
    """The language model's server cannot be reached or failed. Check that it runs and that the address is right."""

    code = "model_unreachable"
    is_worth_retrying = True


class ModelBusyError(ModelError):
    """The language model has too much to do, or its quota is spent. Wait, or raise the limits at the provider."""

    code = "model_busy"
    is_worth_retrying = True


class ModelTimedOutError(ModelError):
    """The language model took too long. A smaller model or a longer time limit would help."""

    code = "model_timed_out"


class ModelRefusedError(ModelError):
    """The provider refused the request. Check the key and the model's name in the settings."""

    code = "model_refused"


class UnusableReplyError(ModelError):
    """The language model answered, but not in a form that can be used."""

    code = "unusable_reply"
