"""What a text means, as far as patterns and word lists can tell: concepts, definitions, relations, facts.

Pure and deterministic; no model, no parser. How a file becomes text is `reading.extract`; what is taught is the agents'.
"""

from tutorium.app.reading.analysis.analyzer import analyze

__all__ = ["analyze"]
