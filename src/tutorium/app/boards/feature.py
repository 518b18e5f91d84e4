"""The name under which all functions of boards are called."""

from tutorium.engine import Functions

functions = Functions("boards")
