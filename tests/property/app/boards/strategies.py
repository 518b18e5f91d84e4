"""Random intents, strokes and views for the properties of the board's layout."""

import math
from typing import Any

from hypothesis import strategies as st

from tutorium.app.boards.layout import Box, Intent, parse_intent

WORDS = [
    "light", "energy", "photosynthesis", "the", "of", "x²", "a", "thermodynamics", "is", "absorbed", "by", "光合作用", "E=mc²",
    "and", "Überprüfung", "internationalization", "42", "root", "שלום", "مرحبا", "👩‍🔬", "well-known", "AVATAR", "To",
    "because", "it", "→",
]  # fmt: skip


def phrases(most_words: int) -> st.SearchStrategy[str]:
    """Return short texts in several scripts."""
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=most_words).map(" ".join)


numbers = st.floats(-1000, 1000, allow_nan=False).map(lambda v: round(v, 2))


def _nodes(draw: st.DrawFn, name: str, most: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    count = draw(st.integers(1, most))
    nodes: list[dict[str, Any]] = [{"id": f"n{i}", "text": draw(phrases(4))} for i in range(count)]
    ends = st.integers(0, count - 1).map(lambda i: f"n{i}")
    edges = draw(
        st.lists(st.fixed_dictionaries({"from": ends, "to": ends}, optional={"label": phrases(2)}), max_size=min(20, count * 2))
    )
    if name == "flowchart":
        for node in nodes:
            node["role"] = draw(st.sampled_from(["step", "start", "decision", "end"]))
    return nodes, edges


@st.composite
def intent_objects(draw: st.DrawFn) -> dict[str, Any]:
    """Return an intent as a plain object of any kind, with any relation."""
    kind = draw(
        st.sampled_from(
            ["title", "text", "list", "callout", "table", "flowchart", "graph", "tree", "concept_map", "timeline",
             "number_line", "plane", "chart", "formula", "code", "question", "feedback", "highlight", "remove", "page"]
        )
    )  # fmt: skip
    obj: dict[str, Any] = {"kind": kind}
    reference = st.sampled_from(["last", "b1", "b2", "b3", "b2.n0", "b3.o1", "b1.text", "stroke0", "nothing"])
    obj["relation"] = draw(st.sampled_from(["flow", "flow", "below", "above", "right_of", "left_of", "near", "inside"]))
    if obj["relation"] != "flow":
        obj["to"] = draw(reference)
    match kind:
        case "title":
            obj["text"] = draw(phrases(8))
        case "text":
            obj["text"] = draw(phrases(40))
        case "list":
            obj |= {"items": draw(st.lists(phrases(16), min_size=1, max_size=6)), "ordered": draw(st.booleans())}
            obj["heading"] = draw(st.none() | phrases(6))
        case "callout":
            obj |= {"text": draw(phrases(30)), "heading": draw(st.none() | phrases(5))}
            obj["tone"] = draw(st.sampled_from(["note", "key", "warning", "mistake", "example"]))
        case "table":
            columns = draw(st.integers(1, 5))
            row = st.lists(phrases(8), min_size=columns, max_size=columns)
            obj |= {
                "header": draw(row),
                "rows": draw(st.lists(row, min_size=1, max_size=6)),
                "heading": draw(st.none() | phrases(4)),
            }
        case "flowchart":
            obj["steps"], obj["edges"] = _nodes(draw, kind, 12)
        case "graph" | "tree" | "concept_map":
            obj["nodes"], obj["edges"] = _nodes(draw, kind, 12)
            obj["direction"] = draw(st.sampled_from([None, "down", "right"]))
        case "timeline" | "number_line":
            mark = st.fixed_dictionaries({"at": numbers, "text": phrases(8)})
            obj["events" if kind == "timeline" else "marks"] = draw(st.lists(mark, min_size=1, max_size=9))
        case "plane":
            expressions = [
                "x^2-5x+6",
                "1/x",
                "sin(x)",
                "tan(x)",
                "2x+1",
                "e^x",
                "√x",
                "floor(x)",
                "100",
                "ln(x)",
                "nonsense",
                "-x^3",
            ]
            function = st.fixed_dictionaries({"expr": st.sampled_from(expressions)}, optional={"label": phrases(4)})
            obj["functions"] = draw(st.lists(function, max_size=3))
            obj["x"] = draw(st.sampled_from([None, [0, 5], [-3, 3], [-100, 100]]))
            point = st.fixed_dictionaries({"x": st.floats(-5, 5), "y": st.floats(-5, 5), "text": phrases(2)})
            obj["points"] = draw(st.lists(point, max_size=8))
            obj["xlabel"], obj["ylabel"] = draw(st.none() | phrases(1)), draw(st.none() | phrases(1))
        case "chart":
            count = draw(st.integers(1, 12))
            series = st.fixed_dictionaries({"name": phrases(2), "values": st.lists(numbers, min_size=1, max_size=12)})
            obj |= {
                "labels": draw(st.lists(phrases(3), min_size=count, max_size=count)),
                "style": draw(st.sampled_from(["bar", "line"])),
            }
            obj["series"] = draw(st.lists(series, min_size=1, max_size=3))
            obj["unit"] = draw(st.none() | phrases(1))
        case "formula":
            obj |= {"tex": draw(st.sampled_from(["x^2", r"\frac{a}{b}", r"\frac{"])), "caption": draw(st.none() | phrases(6))}
        case "code":
            obj["code"] = "\n".join(draw(st.lists(phrases(12), min_size=1, max_size=60)))
            obj["language"] = draw(st.none() | st.just("python"))
        case "question":
            obj |= {"prompt": draw(phrases(30)), "options": draw(st.lists(phrases(14), min_size=2, max_size=5))}
        case "feedback":
            obj |= {"of": draw(reference), "text": draw(phrases(30))}
            obj["verdict"] = draw(st.sampled_from(["right", "wrong", "partly"]))
        case "highlight":
            obj |= {"of": draw(reference), "style": draw(st.sampled_from(["ring", "underline", "bracket"]))}
        case "remove":
            obj["of"] = draw(reference)
        case _:
            obj["title"] = draw(st.none() | phrases(4))
    return obj


def intents() -> st.SearchStrategy[Intent]:
    """Return parsed intents of every kind."""
    return intent_objects().map(_parsed)


def _parsed(obj: dict[str, Any]) -> Intent:
    intent = parse_intent(obj)
    assert intent is not None, obj
    return intent


views = st.builds(
    Box,
    st.integers(-2000, 2000).map(float),
    st.integers(-2000, 2000).map(float),
    st.sampled_from([700.0, 1000.0, 1440.0, 1920.0]),
    st.sampled_from([500.0, 560.0, 810.0, 1080.0]),
)


@st.composite
def strokes(draw: st.DrawFn, number: int = 0) -> dict[str, Any]:
    """Return something a person drew: a wavy stroke, a box, a word or a bent arrow near the origin."""
    x, y = draw(st.floats(-1500, 3500)), draw(st.floats(-1500, 2000))
    kind = draw(st.sampled_from(["freedraw", "freedraw", "freedraw", "rectangle", "text", "arrow"]))
    element: dict[str, Any] = {
        "id": f"stroke{number}",
        "type": kind,
        "x": x,
        "y": y,
        "strokeWidth": draw(st.sampled_from([1, 2, 4])),
    }
    if kind in ("rectangle", "text"):
        element |= {"width": draw(st.floats(10, 400)), "height": draw(st.floats(10, 200))}
        if kind == "text":
            element |= {"text": "note", "originalText": "note"}
        return element
    turn, length = draw(st.floats(0, 6.28)), draw(st.floats(20, 900))
    wave = draw(st.floats(0, 60))
    points = [
        [
            i / 29 * length * math.cos(turn) + wave * math.sin(i / 3),
            i / 29 * length * math.sin(turn) + wave * math.sin(i / 4),
        ]
        for i in range(30)
    ]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    element |= {"points": points, "width": max(xs) - min(xs), "height": max(ys) - min(ys)}
    return element
