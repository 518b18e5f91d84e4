"""From an extract to what it teaches: terms, definitions, relations and facts, in this order."""

from collections.abc import Iterator
from typing import Final

from tutorium.app.reading.analysis.aliases import find_aliases
from tutorium.app.reading.analysis.dates import find_dates
from tutorium.app.reading.analysis.definition_patterns import FoundDefinition
from tutorium.app.reading.analysis.definitions import find_definitions
from tutorium.app.reading.analysis.formulas import find_formulas, find_tables
from tutorium.app.reading.analysis.numbers import find_numbers
from tutorium.app.reading.analysis.relations import find_relations
from tutorium.app.reading.analysis.sections import plain_title
from tutorium.app.reading.analysis.sentences import ReadText, Sentence, read_sentences
from tutorium.app.reading.analysis.terms import Term, find_terms, term_key, term_words
from tutorium.app.reading.analysis.text_type import classify
from tutorium.app.reading.findings import Analysis, Concept, Definition, Fact, Quote, Relation
from tutorium.app.reading.material import Extract

MOST_CONCEPTS: Final = 160
MOST_SENTENCES: Final = 400
LONGEST_PART: Final = 80


def analyze(document_id: str, extract: Extract) -> Analysis:
    """Return what the document teaches. Deterministic: the same extract gives the same analysis. About 0.05 s for a page."""
    text = read_sentences(document_id, extract)
    terms = find_terms(text)
    found = find_definitions(text, terms)
    definitions = [definition for definition, _ in found]
    relations = find_relations(text, terms, definitions)
    facts = [*find_dates(text), *find_numbers(text, terms), *find_formulas(text), *find_tables(text, terms)]
    text_type = classify(text, definitions, facts)
    concepts = _concepts(text, terms, found, relations)
    if text_type != "concepts":
        concepts = (*concepts, *_parts(text, {concept.key for concept in concepts}))
    return Analysis(
        text_type=text_type,
        concepts=concepts,
        definitions=tuple(definitions),
        relations=tuple(relations),
        facts=tuple(facts),
        sentences=_quotable(text, terms, facts),
    )


def _concepts(
    text: ReadText,
    terms: dict[str, Term],
    found: list[tuple[Definition, FoundDefinition]],
    relations: list[Relation],
) -> tuple[Concept, ...]:
    """Return the defined concepts and the top terms, heaviest first."""
    aliases = _aliases(text, found)
    scores = {key: term.score for key, term in terms.items()}
    top = max(scores.values(), default=1.0) or 1.0
    names = {key: term.name for key, term in terms.items()}
    for definition, candidate in found:
        names.setdefault(definition.concept, _as_named(candidate.term, definition.concept, text.language))
        if _is_name_of_its_own(candidate, names[definition.concept]):
            # Commands and labels write "openvpn"; the sentence that defines it writes "OpenVPN".
            names[definition.concept] = candidate.term
        scores[definition.concept] = scores.get(definition.concept, 0.0) + 0.25 * top * min(definition.score, 2.0)
    defined = {definition.concept for definition, _ in found}
    defined.update(end for relation in relations for end in (relation.source, relation.target))
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    kept = [key for index, key in enumerate(ranked) if key in defined or (index < MOST_CONCEPTS and _is_carried(terms[key]))]
    highest = max((scores[key] for key in kept), default=1.0) or 1.0
    return tuple(
        Concept(key=key, name=names[key], weight=round(scores[key] / highest, 4), aliases=aliases.get(key, ())) for key in kept
    )


def _is_name_of_its_own(candidate: FoundDefinition, name: str) -> bool:
    """Whether the defined term is `name` with capitals of its own: inside a word, or where no sentence lends them."""
    term = candidate.term
    if term == name or term.casefold() != name.casefold():
        return False
    opens = candidate.sentence.text[candidate.start :].startswith(term)
    return any(letter.isupper() for letter in term[1:]) or not (opens or term.islower())


def _parts(text: ReadText, known: set[str]) -> Iterator[Concept]:
    """Yield the headings as concepts of no weight: in a history or a procedure, a part is what is mastered."""
    for block in text.blocks:
        title = plain_title(block.text) if block.kind == "heading" else ""
        key = term_key(title, text.language)
        if key and key not in known and len(title) <= LONGEST_PART:
            known.add(key)
            yield Concept(key=key, name=title, weight=0.0)


def _is_carried(term: Term) -> bool:
    """Whether a term that is defined nowhere was seen often enough, or named clearly enough, to be a concept."""
    return len(term.sentences) > 1 or term.in_heading or term.emphasised or (term.proper and len(term.words) > 1)


def _as_named(term: str, key: str, language: str) -> str:
    words = term.split()
    singular_words = term_words(term, language)
    if singular_words and words[-1].lower() != singular_words[-1] and language == "en":
        words[-1] = singular_words[-1] if words[-1].islower() or words[-1][1:].islower() else words[-1]
    name = " ".join(words)
    return name[:1].lower() + name[1:] if name[1:].islower() and language == "en" else name


def _aliases(text: ReadText, found: list[tuple[Definition, FoundDefinition]]) -> dict[str, tuple[str, ...]]:
    """Return other names: "also called T", and the short form in brackets after a defined term."""
    return find_aliases(text, {candidate.term: definition.concept for definition, candidate in found})


def _quotable(text: ReadText, terms: dict[str, Term], facts: list[Fact]) -> tuple[Quote, ...]:
    """Return the sentences that can stand alone, best first: those about heavy terms, with emphasis, early in a section."""
    weights = {key: term.score for key, term in list(terms.items())[:60]}
    top = max(weights.values(), default=1.0) or 1.0
    by_sentence: dict[int, float] = {}
    for key, weight in weights.items():
        for number in terms[key].sentences:
            by_sentence[number] = by_sentence.get(number, 0.0) + weight / top
    dated = {(fact.quote.span.block, fact.quote.span.start) for fact in facts}
    alone = [sentence for sentence in text.sentences if sentence.alone]
    ranked = sorted(alone, key=lambda sentence: (-_quotability(sentence, by_sentence, dated), sentence.number))
    return tuple(sentence.quote(text.document) for sentence in ranked[:MOST_SENTENCES])


def _quotability(sentence: Sentence, weights: dict[int, float], dated: set[tuple[int, int]]) -> float:
    score = min(weights.get(sentence.number, 0.0), 3.0)
    score += 0.4 if sentence.place == 0 else 0.0
    score += 0.3 if sentence.emphasised else 0.0
    score += 0.2 if (sentence.block, sentence.start) in dated else 0.0
    length = len(sentence.text.split())
    return score - (0.4 if length > 30 else 0.0)
