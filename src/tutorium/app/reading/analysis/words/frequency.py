"""How common a word is, so that common words are not taken for terms."""

from functools import lru_cache
from typing import Final

from tutorium.app.reading.analysis.words.wordlists import word_set

# Languages written with spaces whose counts wordfreq reads without extra tokenizers.
COUNTED: Final = word_set(
    """
    en de fr es it nl pt pl sv da nb fi cs ro hu tr ca sk sl hr lv lt uk ru
    """
)


@lru_cache(maxsize=50_000)
def commonness(word: str, language: str) -> float:
    """Return the Zipf frequency of `word`: about 3 is rare, 5 is everyday, 0 was never seen. 0 for uncounted languages."""
    if language not in COUNTED:
        return 0.0
    from wordfreq import zipf_frequency  # loads 60 MB of tables

    return zipf_frequency(word, language)


@lru_cache(maxsize=16)
def most_common(language: str, count: int) -> frozenset[str]:
    """Return the `count` most common words: where no list is written by hand, these are the function words."""
    if language not in COUNTED:
        return frozenset()
    from wordfreq import top_n_list

    return frozenset(top_n_list(language, count))
