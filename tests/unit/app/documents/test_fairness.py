"""Whose document is read next, and how much of it is done."""

from tutorium.app.documents.fairness import fair_choice
from tutorium.app.documents.stages import progress_of
from tutorium.app.documents.tables import Document
from tutorium.app.reading.frames import Progress


def waiting(*owners: str) -> list[Document]:
    return [
        Document(folder="f", owner=owner, name=f"{owner}{number}", source="s", content_type="t", bytes=1)
        for number, owner in enumerate(owners)
    ]


def test_whoever_waited_longest_comes_first() -> None:
    """With nobody being served, the queue is served in order, each person once before anybody twice."""
    assert [row.name for row in fair_choice(waiting("a", "a", "b", "a"), [], 3)] == ["a0", "b2", "a1"]


def test_whoever_is_not_served_yet_comes_before() -> None:
    """Somebody with a document being read waits for somebody without."""
    assert [row.name for row in fair_choice(waiting("a", "a", "b"), ["a"], 1)] == ["b2"]


def test_no_more_than_there_are_places_or_documents() -> None:
    """Neither more than places, nor more than wait."""
    assert fair_choice(waiting("a", "b"), [], 0) == []
    assert len(fair_choice(waiting("a", "b"), [], 9)) == 2


def test_progress_never_runs_back() -> None:
    """Page after page, then the analysis: each step is further than the one before, and all lie below the end."""
    steps = [Progress(stage="reading", done=done, total=40) for done in range(1, 41)]
    shares = [progress_of(step) for step in [*steps, Progress(stage="analysing", done=0, total=1)]]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
