"""Word lists as text: words with spaces between them."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text`, which are set apart by white space, as a set."""
    return frozenset(text.split())


def word_tuple(text: str) -> tuple[str, ...]:
    """Return the words of `text` in order."""
    return tuple(text.split())


def phrase_set(text: str) -> frozenset[str]:
    """Return the phrases of `text`, which are set apart by commas, as a set."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))
