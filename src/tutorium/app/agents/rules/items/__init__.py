"""Writing items: gaps and choices made from quoted sentences, each checked for leaks and for a second right answer."""

from tutorium.app.agents.rules.items.hints import hint
from tutorium.app.agents.rules.items.writer import write_items

__all__ = ["hint", "write_items"]
