"""Words that rules know: function words, verbs, empty nouns; how words are counted and bent.

Lists are written by hand and short; how common a word is comes from wordfreq.
"""

from tutorium.app.reading.analysis.words.forms import content_stems, fold, singular, stem
from tutorium.app.reading.analysis.words.frequency import commonness
from tutorium.app.reading.analysis.words.grammar import Grammar, grammar_of

__all__ = ["Grammar", "commonness", "content_stems", "fold", "grammar_of", "singular", "stem"]
