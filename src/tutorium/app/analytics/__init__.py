"""What there is and how much of it, for administrators. Counts rows of the features below; others add their own counters."""

from tutorium.app.analytics.counters import COUNT_LIMIT, overview_counter
from tutorium.app.analytics.functions import functions

tables = ()
crons = ()

__all__ = ["COUNT_LIMIT", "crons", "functions", "overview_counter", "tables"]
