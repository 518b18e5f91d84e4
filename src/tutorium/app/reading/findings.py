"""What reading finds in a document, each finding bound to the words it rests on.

`Analysis` is the analyzer's product and the planner's input; it crosses process borders as msgpack beside `material.Extract`.
"""

from typing import Literal

import msgspec

from tutorium.app.reading.material import Extract, Span

TextType = Literal["concepts", "history", "procedure", "mathematics", "thin"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything found: frozen, by keyword, JSON and msgpack both ways."""


class Quote(Finding, frozen=True, kw_only=True):
    """A piece of the material, exactly as it stands there. `document` is the id of the document it comes from."""

    document: str
    span: Span
    text: str


class Concept(Finding, frozen=True, kw_only=True):
    """Something the material is about. `key` is stable for the same text; `weight` in [0, 1] ranks concepts of one document."""

    key: str
    name: str
    weight: float
    aliases: tuple[str, ...] = ()


class Definition(Finding, frozen=True, kw_only=True):
    """The material says what `concept` is; `quotes` has one sentence, or two when the first needs the one before it."""

    concept: str
    quotes: tuple[Quote, ...]
    definiens: str
    score: float


class Relation(Finding, frozen=True, kw_only=True):
    """The material relates two concepts; `label` are its own words. `type` is one of a small closed set."""

    source: str
    target: str
    label: str
    type: Literal[
        "is-a", "part-of", "causes", "depends-on", "follows", "contrasts", "used-for", "located", "explained-with", "other"
    ]
    quote: Quote
    score: float


class Fact(Finding, frozen=True, kw_only=True):
    """A number, date, formula or table of the material. `value` is text as it stands; `year` orders dates."""

    kind: Literal["number", "date", "formula", "table"]
    value: str
    quote: Quote
    unit: str | None = None
    subject: str | None = None
    year: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()


class Analysis(Finding, frozen=True, kw_only=True):
    """What one document teaches. `sentences` are the spans that can stand alone, best first for quoting."""

    text_type: TextType
    concepts: tuple[Concept, ...]
    definitions: tuple[Definition, ...]
    relations: tuple[Relation, ...]
    facts: tuple[Fact, ...]
    sentences: tuple[Quote, ...]


class SourceDocument(Finding, frozen=True, kw_only=True):
    """One document of a lesson: what was read and what it teaches."""

    id: str
    name: str
    extract: Extract
    analysis: Analysis
