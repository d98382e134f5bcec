"""How alike two words of names are, from 0 to 1, whatever their scripts."""

from rapidfuzz.distance import JaroWinkler, Levenshtein

from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.roles import Role
from tocsin.domain.names.scripts import Script
from tocsin.domain.names.tokens import Sound, Token

_ABJADS = frozenset({Script.ARABIC, Script.HEBREW})
SYLLABIC = frozenset({Script.HANGUL, Script.HAN, Script.BURMESE})
_INTRODUCING = frozenset({Role.SERVANT, Role.KUNYA})
_FATHERS = frozenset({Script.LATIN, Script.CYRILLIC})
"""Scripts in which a father's name is known for one by its ending."""
_SAME_NAME = 0.97
_INITIAL = 0.8
_OTHER_NAME = 0.45
_LEAST_SKELETON = 0.4
_SAME_SOUND = 0.98
_MOST_LEARNED = 0.25
"""How much nearer than their spelling the weights have found two words."""
_HOPELESS = 1.35
_CACHED = 1_000_000
_WIDTH = 40


def similarity(ours: Token, theirs: Token, lexicon: Lexicon) -> float:
    """Symmetric. 1 for one spelling; about .6 and more for what one word may become on its way through languages."""
    if ours.number == theirs.number:
        return 1.0
    if ours.number > theirs.number:
        ours, theirs = theirs, ours
    key = ours.number << _WIDTH | theirs.number
    found = lexicon.alike.get(key)
    if found is None:
        if len(lexicon.alike) >= _CACHED:
            lexicon.alike.clear()
        # the weights of two scripts are not symmetric, and numbers go by who came first
        first, second = sorted((ours, theirs), key=lambda t: (t.script, t.text))
        found = lexicon.alike[key] = _similarity(first, second, lexicon)
    return found


def _similarity(ours: Token, theirs: Token, lexicon: Lexicon) -> float:
    if Role.INITIAL in (ours.role, theirs.role):
        return _INITIAL if _begin_alike(ours, theirs) else 0.0
    if ours.role is not theirs.role and _INTRODUCING.intersection((ours.role, theirs.role)):
        return 0.0
    if ours.script is theirs.script and ours.script in SYLLABIC:
        return sound_similarity(ours.sounds[0], theirs.sounds[0], ours.script, theirs.script, lexicon)
    if ours.names & theirs.names:
        return _SAME_NAME
    found = max(sound_similarity(a, b, ours.script, theirs.script, lexicon) for a in ours.sounds for b in theirs.sounds)
    if ours.names and theirs.names:
        found = min(found, _OTHER_NAME)
    if ours.role is not theirs.role and _FATHERS.issuperset((ours.script, theirs.script)):
        found *= 0.6
    return found


def sound_similarity(ours: Sound, theirs: Sound, script: Script, other: Script, lexicon: Lexicon) -> float:
    """How alike two readings are. script, other: those in which they were written."""
    bones = Levenshtein.normalized_similarity(ours.skeleton, theirs.skeleton, score_cutoff=_LEAST_SKELETON)
    if bones == 0.0:
        return 0.0
    if script in _ABJADS or other in _ABJADS:
        alike = 0.5 * bones + 0.5 * _learned(ours, theirs, script, other, lexicon)
        return alike if min(len(ours.skeleton), len(theirs.skeleton)) > 1 else alike * 0.85
    if script in SYLLABIC or other in SYLLABIC:
        return 0.3 * bones + 0.7 * _learned(ours, theirs, script, other, lexicon)
    if ours.phones == theirs.phones:
        return _SAME_SOUND
    spelt = JaroWinkler.similarity(ours.phones, theirs.phones)
    if bones + 2 * spelt + _MOST_LEARNED < _HOPELESS:
        return 0.0
    return (bones + spelt + _learned(ours, theirs, script, other, lexicon)) / 3


def _learned(ours: Sound, theirs: Sound, script: Script, other: Script, lexicon: Lexicon) -> float:
    if script is other or (weights := lexicon.edits.get(str(script if other is Script.LATIN else other))) is None:
        weights = lexicon.edits.get("latin")
    elif other is not Script.LATIN:
        ours, theirs = theirs, ours
    if weights is None:
        return Levenshtein.normalized_similarity(ours.phones, theirs.phones)
    return max(0.0, weights.similarity(ours.phones, theirs.phones))


def _begin_alike(ours: Token, theirs: Token) -> bool:
    a, b = ours.sounds[0], theirs.sounds[0]
    return a.phones[:1] == b.phones[:1] or a.skeleton[:1] == b.skeleton[:1]
