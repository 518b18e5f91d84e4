"""Every feature of the tutor: its tables, its functions, what it does on a clock."""

from tutorium.app import (
    agents,
    analytics,
    auth,
    boards,
    documents,
    folders,
    jobs,
    lessons,
    mastery,
    messages,
    quizzes,
    sessions,
)
from tutorium.engine import Registry
from tutorium.server import overview_counters

TABLES = (
    *auth.tables,
    *folders.tables,
    *sessions.tables,
    *documents.tables,
    *boards.tables,
    *quizzes.tables,
    *mastery.tables,
    *messages.tables,
    *agents.tables,
    *lessons.tables,
)

FUNCTIONS = (
    auth.functions,
    folders.functions,
    sessions.functions,
    documents.functions,
    boards.functions,
    mastery.functions,
    messages.functions,
    analytics.functions,
    jobs.functions,
    agents.functions,
    lessons.functions,
    lessons.quiz_functions,
)

# Imported for the counters that it registers.
_COUNTERS = overview_counters

CRONS = (*auth.crons, *folders.crons, *sessions.crons, *documents.crons)


def build_registry() -> Registry:
    """Return all tables, functions and crons of the product."""
    return Registry(tables=TABLES, functions=FUNCTIONS, crons=CRONS)
