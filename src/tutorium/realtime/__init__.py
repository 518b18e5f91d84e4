"""Live channels: shared whiteboards (`whiteboard`) and the tutor's stream of events (`tutor_stream`).

They carry bytes between people and stores they only know as ports; they know no table, no model and no lesson.
"""

__all__: list[str] = []
