"""Looking back on a session that has ended: gathers what happened, has it worded, and keeps it."""
