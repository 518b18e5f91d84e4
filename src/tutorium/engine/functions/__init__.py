"""Functions: declared, guarded, called by name, run in transactions."""
