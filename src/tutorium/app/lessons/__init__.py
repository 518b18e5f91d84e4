"""The lesson: what people ask of the tutor is kept, done in order, spoken and drawn step by step, and never lost.

Brings the agents, the material, the board and mastery together. Knows no socket and no model; `stream` adapts it to the tutor
socket, `runner` gives the lessons of a process.
"""

from tutorium.app.lessons import commands, judging, planning, purging, queries, reviewing, trying, turns
from tutorium.app.lessons.board import LessonBoard
from tutorium.app.lessons.functions import functions
from tutorium.app.lessons.material import EngineMaterialLoader, Material, MaterialLoader
from tutorium.app.lessons.quizzing import functions as quiz_functions
from tutorium.app.lessons.reviewing import review_ended_sessions
from tutorium.app.lessons.runner import LessonRunner
from tutorium.app.lessons.stream import EngineCommandSink, EngineEventLog, SessionLessonAccess
from tutorium.app.lessons.tables import Lesson, LessonCounters, SessionReviewRow, StoredCommand, StoredEvent, Turn

# Imported for the functions and steps that they register.
_PARTS = (commands, judging, planning, purging, queries, reviewing, trying, turns)

tables = [Lesson, LessonCounters, StoredEvent, StoredCommand, Turn, SessionReviewRow]

__all__ = [
    "EngineCommandSink",
    "EngineEventLog",
    "EngineMaterialLoader",
    "Lesson",
    "LessonBoard",
    "LessonRunner",
    "Material",
    "MaterialLoader",
    "SessionLessonAccess",
    "functions",
    "quiz_functions",
    "review_ended_sessions",
    "tables",
]
