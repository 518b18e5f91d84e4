"""The conversation of a session as rows: what a page shows at once, before it follows the live stream.

Folded from lesson events; never written by anything else.
"""

from tutorium.app.messages.folding import changes_of, turn_of
from tutorium.app.messages.queries import functions
from tutorium.app.messages.tables import Message, MessageAttempt

tables = [Message]

__all__ = ["Message", "MessageAttempt", "changes_of", "functions", "tables", "turn_of"]
