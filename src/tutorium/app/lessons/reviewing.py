"""Looking back on a session that has ended: gathers what happened, has it worded, and keeps it."""

import msgspec

from tutorium.app.agents.handovers import ReviewedAttempt, SessionRecord
from tutorium.app.agents.team import AgentTeam
from tutorium.app.lessons.log import lesson_of
from tutorium.app.lessons.tables import SessionReviewRow
from tutorium.app.lessons.turns import plan_of
from tutorium.app.quizzes.tables import Attempt
from tutorium.app.sessions.tables import Session
from tutorium.engine import Engine, Functions, Id, MutationContext, QueryContext, internal

functions = Functions("lessonReviews")
