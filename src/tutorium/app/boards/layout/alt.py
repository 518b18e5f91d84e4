"""What a drawing says in words: for screen readers, and for a model's own view of the board."""

from collections.abc import Iterable, Sequence

from tutorium.app.boards.layout import intents
from tutorium.app.boards.layout.intents import Intent
from tutorium.app.boards.layout.lenient import cut_text
from tutorium.app.boards.layout.scales import number_text

MAX_ALT = 400


def describe(intent: Intent) -> str:
    """Return the alternative text of `intent`: its own if it has one, else made of its content; at most `MAX_ALT` long."""
    return cut_text(" ".join((intent.alt or _describe(intent)).split()), MAX_ALT)


def _describe(intent: Intent) -> str:
    match intent:
        case intents.Title(text=text) | intents.Text(text=text):
            return text
        case intents.ItemList(items=items, heading=heading):
            return _headed(heading, "; ".join(items))
        case intents.Callout(text=text, heading=heading):
            return _headed(heading, text)
        case intents.Table(header=header, rows=rows, heading=heading):
            return _headed(heading, " | ".join(header) + ". " + "; ".join(" | ".join(r) for r in rows))
        case intents.Flowchart(steps=steps, edges=edges):
            return _graph([(s.id, s.text) for s in steps], edges)
        case intents.Graph(nodes=nodes, edges=edges) | intents.Tree(nodes=nodes, edges=edges):
            return _graph([(n.id, n.text) for n in nodes], edges)
        case intents.ConceptMap(nodes=nodes, edges=edges):
            return _graph([(n.id, n.text) for n in nodes], edges)
        case _:
            return _describe_other(intent)


def _describe_other(intent: Intent) -> str:
    match intent:
        case intents.Timeline(events=marks) | intents.NumberLine(marks=marks):
            return "; ".join(f"{number_text(m.at)}: {m.text}" for m in marks)
        case intents.Plane(functions=functions, points=points):
            named = [f.label or f.expr for f in functions]
            named += [f"({number_text(p.x)}, {number_text(p.y)}) {p.text}".rstrip() for p in points]
            return "; ".join(named)
        case intents.Chart(labels=labels, series=series, heading=heading, unit=unit):
            rows = [_series(one.name, labels, one.values) for one in series]
            return _headed(heading, "; ".join(rows) + (f" ({unit})" if unit else ""))
        case intents.Formula(tex=tex, caption=caption):
            return _headed(caption, tex)
        case intents.Code(code=code):
            return code
        case intents.Question(prompt=prompt, options=options):
            return prompt + "".join(f" {letter}) {text}" for letter, text in zip("ABCDEFGH", options, strict=False))
        case intents.Feedback(verdict=verdict, text=text):
            return {"right": "✓", "wrong": "✗", "partly": "≈"}[verdict] + " " + text
        case intents.NewPage(title=title):
            return title or ""
        case _:
            return ""


def _headed(heading: str | None, text: str) -> str:
    return f"{heading}: {text}" if heading else text


def _series(name: str, labels: Sequence[str], values: Sequence[float]) -> str:
    return _headed(name, ", ".join(f"{label} {number_text(v)}" for label, v in zip(labels, values, strict=False)))


def _graph(nodes: Iterable[tuple[str, str]], edges: Iterable[intents.Edge]) -> str:
    names = dict(nodes)
    lines = [
        f"{names[e.source]} {f'({e.label}) ' if e.label else ''}→ {names[e.target]}"
        for e in edges
        if e.source in names and e.target in names
    ]
    linked = {end for e in edges for end in (e.source, e.target)}
    alone = [text for key, text in names.items() if key not in linked]
    return "; ".join([*lines, *(alone if lines else [" → ".join(names.values())])])
