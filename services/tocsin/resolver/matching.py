"""The matcher with the tables and weights that are shipped."""

from functools import cache

from tocsin.domain.matching.building import build_matcher
from tocsin.domain.matching.gazetteer import Gazetteer
from tocsin.domain.matching.matcher import Matcher
from tocsin.domain.names.lexicon_tables import build_lexicon
from tocsin.knowledge.gazetteer import load_gazetteer
from tocsin.knowledge.naming import load_naming
from tocsin.knowledge.weights import load_weights


@cache
def load_matcher() -> Matcher:
    """One for each process: it remembers the words and pairs of words that it has seen."""
    return build_matcher(build_lexicon(*load_naming()), Gazetteer(*load_gazetteer()), load_weights())
