"""Slow checks, run by `make soak` and not by the tests: a server killed over and over, and one that teaches many at once."""
