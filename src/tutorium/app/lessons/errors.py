"""Why a lesson cannot take a command.

::

    BadRequestError
    └── WrongAnswerKindError     wrong_answer_kind
    ConflictError
    ├── ItemClosedError          item_closed
    ├── NothingToTeachError      nothing_to_teach
    ├── NothingToAskError        nothing_to_ask
    └── StillReadingError        still_reading
    RateLimitedError
    └── TooManyCommandsError     too_many_commands
"""

from typing import ClassVar

from tutorium.errors import BadRequestError, ConflictError, RateLimitedError


class WrongAnswerKindError(BadRequestError):
    """This question takes either one of its choices (`choice`, counted from 0) or a text (`text`), not what was sent."""

    code: ClassVar[str] = "wrong_answer_kind"


class ItemClosedError(ConflictError):
    """This question is not open: it was answered already, or never asked here."""

    code: ClassVar[str] = "item_closed"


class NothingToTeachError(ConflictError):
    """There is nothing to teach from yet. Add a document to the folder and start again."""

    code: ClassVar[str] = "nothing_to_teach"


class NothingToAskError(ConflictError):
    """There are no questions left to ask from this lesson. Go on with the lesson first, or start one on other material."""

    code: ClassVar[str] = "nothing_to_ask"


class StillReadingError(ConflictError):
    """The documents are still being read. Start again in a moment."""

    code: ClassVar[str] = "still_reading"


class TooManyCommandsError(RateLimitedError):
    """The tutor has too many requests to answer in this session. Wait until it has caught up."""

    code: ClassVar[str] = "too_many_commands"
