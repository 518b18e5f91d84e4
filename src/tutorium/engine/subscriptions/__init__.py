"""Read sets kept open; a commit that overlaps one invalidates it."""
