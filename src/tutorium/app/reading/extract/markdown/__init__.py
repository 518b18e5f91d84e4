"""Reading Markdown: an own line reader for the blocks, and one pattern for the marks inside a line. Not: a renderer."""

from tutorium.app.reading.extract.markdown.reader import read_markdown

__all__ = ["read_markdown"]
