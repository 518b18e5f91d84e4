"""Names that people give to folders and sessions. Pure: text in, text or an error out."""

import unicodedata

from tutorium.app.folders.errors import BlankNameError


def clean_name(name: str) -> str:
    """Return `name` in NFC with runs of white space made one space and control characters removed. Raises BlankNameError."""
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if c.isspace() or unicodedata.category(c) != "Cc")
    cleaned = " ".join(visible.split())
    # joiners are kept, for emoji and many scripts need them, but alone they show nothing
    if all(unicodedata.category(c)[0] in "CZ" for c in cleaned):
        raise BlankNameError
    return cleaned
