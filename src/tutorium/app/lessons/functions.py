"""Where the lesson's functions are declared; all are `lessons:…`, and only those that say so are public."""

from tutorium.engine import Functions

functions = Functions("lessons")
