"""Whose document is read next. Pure."""

from collections import Counter
from collections.abc import Sequence

from tutorium.app.auth import User
from tutorium.app.documents.tables import Document
from tutorium.engine import Id


def fair_choice(waiting: Sequence[Document], served: Sequence[Id[User]], places: int) -> list[Document]:
    """Return up to `places` of the `waiting`, given in the order of the queue: each time the first of whoever is served least.

    `served` names the owner of each document that is being read now.
    """
    shares = Counter(served)
    left = list(waiting)
    chosen: list[Document] = []
    while left and len(chosen) < places:
        row = min(left, key=lambda each: shares[each.owner])
        left.remove(row)
        shares[row.owner] += 1
        chosen.append(row)
    return chosen
