"""The name under which all functions of documents are called."""

from tutorium.engine import Functions

functions = Functions("documents")
