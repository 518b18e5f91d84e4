"""Needs before uses: a topological order over "is explained with" that stays as near to the reading order as it can."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from tutorium.app.agents.rules.catalog import Catalog, Place, mention_pattern

K = TypeVar("K", bound=Hashable)


def needs_of(catalog: Catalog, keys: Iterable[str]) -> dict[str, set[str]]:
    """Return for each concept of `keys` those other ones its quoted definition is explained with."""
    chosen = set(keys)
    needs: dict[str, set[str]] = {key: set() for key in chosen}
    for relation in catalog.relations:
        if relation.type == "explained-with" and relation.source in chosen and relation.target in chosen:
            needs[relation.source].add(relation.target)
    # A relation found under another label takes the place of "explained-with"; the words of the definition still count.
    patterns = {key: mention_pattern(catalog.spellings(key)) for key in chosen if key in catalog.definitions}
    for key in chosen:
        definition = catalog.definitions.get(key)
        if definition is None:
            continue
        text = " ".join(quote.text for quote in definition.quotes)
        own = set(key.split("-"))
        needs[key].update(
            other
            for other, pattern in patterns.items()
            if other != key and not set(other.split("-")) < own and pattern.search(text)
        )
    for key, others in needs.items():
        # "A plate boundary" is needed for "divergent boundary" although its words are part of the name only in the head.
        others.difference_update(
            other for other in list(others) if key in needs.get(other, ()) and _is_later(catalog, other, key)
        )
    return needs


def _is_later(catalog: Catalog, key: str, than: str) -> bool:
    places = [
        catalog.place(catalog.definitions[one].quotes[-1]) if one in catalog.definitions else (0, 0, 0) for one in (key, than)
    ]
    return places[0] > places[1]


def in_order(items: Sequence[K], needs: Mapping[K, set[K]], places: Mapping[K, Place]) -> list[K]:
    """Return `items` in reading order, except that what an item needs is moved before it.

    Where two need each other, the reading order stands; a longer cycle is cut where it closes.
    """
    done: list[K] = []
    entered: set[K] = set()

    def enter(item: K) -> None:
        if item in entered:
            return
        entered.add(item)
        wanted = needs.get(item, set()) - {item}
        for need in sorted(wanted & set(items), key=lambda one: places[one]):
            if not (item in needs.get(need, set()) and places[item] < places[need]):
                enter(need)
        done.append(item)

    for item in sorted(items, key=lambda one: places[one]):
        enter(item)
    return done
