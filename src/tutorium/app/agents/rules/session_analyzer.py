"""Looking back on a session: what went well, what not, what next; each point counted from what happened."""

from collections.abc import Sequence
from typing import Final

from tutorium.app.agents.handovers import ItemRecord, ReviewPoint, SessionRecord, SessionReview
from tutorium.app.agents.rules.wording import capitalised, counted, listed, quoted

MOST_POINTS: Final = 3
#: A concept known with less than this chance is worth coming back to.
SHAKY_BELOW: Final = 0.6
_GAIN: Final = 0.1


def review_session(record: SessionRecord) -> SessionReview:
    """Return what the record shows. Every point names its evidence; a session without answers says so."""
    answered = [item for item in record.items if item.verdicts]
    return SessionReview(
        went_well=tuple(_went_well(record, answered)[:MOST_POINTS]),
        to_improve=tuple(_to_improve(record, answered)[:MOST_POINTS]),
        next_steps=tuple(_next_steps(record, answered)[:MOST_POINTS]),
    )


def _went_well(record: SessionRecord, answered: Sequence[ItemRecord]) -> list[ReviewPoint]:
    points: list[ReviewPoint] = []
    clean = [item for item in answered if item.verdicts[0] == "right" and item.hints_used == 0]
    if clean:
        points.append(
            ReviewPoint(
                text=f"You answered {counted(len(clean), 'question')} of {len(answered)} at the first try and without a hint.",
                evidence=tuple(item.prompt for item in clean),
            )
        )
    recovered = [item for item in answered if "right" in item.verdicts and item.verdicts[0] != "right"]
    if recovered:
        points.append(
            ReviewPoint(
                text=f"You did not give up: {counted(len(recovered), 'question')} came right at a later try.",
                evidence=tuple(
                    f"{item.prompt} ({counted(len(item.verdicts), 'try').replace('trys', 'tries')})" for item in recovered
                ),
            )
        )
    gained = [(name, before, after) for name, before, after in _mastery(answered) if after - before >= _GAIN]
    if gained:
        names = listed([quoted(name) for name, _, _ in gained])
        points.append(
            ReviewPoint(
                text=f"Your hold on {names} grew.",
                evidence=tuple(f"{capitalised(name)}: from {before:.0%} to {after:.0%}" for name, before, after in gained),
            )
        )
    covered = [objective.title for objective in record.objectives if objective.covered]
    if covered and len(points) < MOST_POINTS:
        text = f"You came through {counted(len(covered), 'part')} of {len(record.objectives)}{_in_time(record)}."
        points.append(ReviewPoint(text=text, evidence=tuple(covered)))
    return points


def _in_time(record: SessionRecord) -> str:
    minutes = round(record.duration_seconds / 60)
    return f" in {counted(minutes, 'minute')}" if minutes >= 1 else ""


def _mastery(items: Sequence[ItemRecord]) -> list[tuple[str, float, float]]:
    """Name, first and last mastery of each concept asked about, in order."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    names: dict[str, str] = {}
    for item in items:
        first.setdefault(item.concept, item.mastery_before)
        last[item.concept] = item.mastery_after
        names[item.concept] = item.concept_name
    return [(names[key], first[key], last[key]) for key in first]


def _to_improve(record: SessionRecord, answered: Sequence[ItemRecord]) -> list[ReviewPoint]:
    points: list[ReviewPoint] = []
    if not answered:
        return [
            ReviewPoint(
                text="No question was answered, so nothing can be said about what you know.",
                evidence=(f"{counted(len(record.items), 'question')} asked",) if record.items else ("No question was asked.",),
            )
        ]
    missed = [item for item in answered if "right" not in item.verdicts and "wrong" in item.verdicts]
    if missed:
        concepts = list(dict.fromkeys(item.concept_name for item in missed))
        points.append(
            ReviewPoint(
                text=f"{capitalised(listed([quoted(name) for name in concepts]))} did not come right yet.",
                evidence=tuple(item.prompt for item in missed),
            )
        )
    hinted = [item for item in answered if item.hints_used >= 2 and "right" in item.verdicts]
    if hinted:
        points.append(
            ReviewPoint(
                text=f"{capitalised(counted(len(hinted), 'answer'))} needed two hints or more.",
                evidence=tuple(f"{item.prompt} ({counted(item.hints_used, 'hint')})" for item in hinted),
            )
        )
    open_ones = [item for item in answered if set(item.verdicts) == {"unsure"}]
    if open_ones:
        points.append(
            ReviewPoint(
                text=f"{capitalised(counted(len(open_ones), 'answer'))} could not be judged; compare with the passage.",
                evidence=tuple(item.prompt for item in open_ones),
            )
        )
    return points


def _next_steps(record: SessionRecord, answered: Sequence[ItemRecord]) -> list[ReviewPoint]:
    points: list[ReviewPoint] = []
    shaky = sorted(
        ((name, after) for name, _, after in _mastery(answered) if after < SHAKY_BELOW), key=lambda pair: (pair[1], pair[0])
    )
    if shaky:
        names = [quoted(name) for name, _ in shaky[:3]]
        points.append(
            ReviewPoint(
                text=f"Come back to {listed(names)} in the next days, first without looking at the text.",
                evidence=tuple(f"{capitalised(name)}: {after:.0%}" for name, after in shaky[:3]),
            )
        )
    ahead = [objective.title for objective in record.objectives if not objective.covered]
    if ahead:
        points.append(ReviewPoint(text=f"Go on with {quoted(ahead[0])}.", evidence=tuple(ahead)))
    left = [item.prompt for item in record.items if not item.verdicts]
    if left:
        points.append(
            ReviewPoint(
                text=f"{capitalised(counted(len(left), 'question'))} still waits for an answer."
                if len(left) == 1
                else f"{capitalised(counted(len(left), 'question'))} still wait for an answer.",
                evidence=tuple(left),
            )
        )
    if not points and answered:
        points.append(
            ReviewPoint(
                text="Everything sits. A short check in a week will show whether it stays.",
                evidence=tuple(f"{capitalised(name)}: {after:.0%}" for name, _, after in _mastery(answered)),
            )
        )
    return points
