"""The analysis of arbitrary text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tutorium.app.reading.analysis import analyze
from tutorium.app.reading.material import Block, Emphasis, Extract

VOCABULARY = (
    'The A plate boundary is called the zone where two plates meet . , : ; - ( ) “ ” " $x = y^2$ 1857 In 7 km % of '
    "yeast which causes magma this it they Figure 3 **bold** first Knead Then was built BC 390 IX DNS É ß 漢字 … ! ?"
)
WORDS = st.sampled_from(VOCABULARY.split())
TEXT = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=120))
KINDS = st.sampled_from(["heading", "paragraph", "item", "table", "quote", "code", "formula"])


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """Some blocks of any kind with any text."""
    texts = draw(st.lists(st.tuples(KINDS, TEXT), max_size=8))
    made: list[Block] = []
    for number, (kind, text) in enumerate(texts):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        rows = tuple(tuple(cell for cell in line.split(" ")[:4]) for line in text.split(",")) if kind == "table" else ()
        emphasis = (Emphasis(start, end, "bold"),) if end > start else ()
        made.append(Block(id=number, kind=kind, text=text, level=int(kind == "heading"), emphasis=emphasis, rows=rows))
    return tuple(made)


@settings(max_examples=150, deadline=None)
@given(blocks=blocks(), language=st.sampled_from(["en", "de", "fr", "es", "ja", "xx"]))
def test_any_text_is_analysed_and_quoted_exactly(blocks: tuple[Block, ...], language: str) -> None:
    """No text makes the analysis fail, quote what is not there, or change its mind."""
    extract = Extract(title="T", language=language, words=1, blocks=blocks)
    analysis = analyze("doc", extract)
    assert analysis == analyze("doc", extract)
    quotes = [*analysis.sentences, *(q for d in analysis.definitions for q in d.quotes), *(f.quote for f in analysis.facts)]
    for quote in [*quotes, *(relation.quote for relation in analysis.relations)]:
        assert blocks[quote.span.block].text[quote.span.start : quote.span.end] == quote.text
