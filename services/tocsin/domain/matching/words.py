"""What two narratives have in common whatever their languages: the names in them, and figures.

Names of judges, prisons, organisations and laws are written alike in sound in every language; common words are not.
"""

import re
from collections.abc import Collection, Iterable

from tocsin.domain.names.hygiene import clean, words
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.phones import phones, skeleton
from tocsin.domain.names.romanisation import readings
from tocsin.domain.names.scripts import Script, script_of

_READ = 4_000
"""Characters of a narrative that are read: names stand early, and matching must stay fast."""
_MOST = 40
_RARE = 9.0
_SHORTEST = 4
_BONES = 3
_PART = re.compile(r".{1,800}(?=\s|$)|.{1,800}", re.DOTALL)
"""Cut where a word ends, if one does."""
_FIGURE = re.compile(r"\d{2,}")
_CASELESS = frozenset({Script.ARABIC, Script.HEBREW, Script.GEORGIAN})


def telling_words(texts: Iterable[str], lexicon: Lexicon, known: Collection[str] = ()) -> tuple[str, ...]:
    """The rarest names and the figures of ``texts``, at most ``_MOST``, sorted.

    known: skeletons that count elsewhere, such as those of the victims' own names.
    """
    found: dict[str, float] = {}
    for text in texts:
        for word in words(clean_passage(text)):
            if _FIGURE.fullmatch(word):
                found["".join(str(int(digit)) for digit in word)] = _RARE  # ٢٠٢٦ is 2026
            elif len(word) >= _SHORTEST and (bones := _bones(word)) and bones not in known:
                rarity = lexicon.rarity_of(bones)
                if rarity >= _RARE:
                    found[bones] = rarity
    rarest = sorted(found, key=lambda word: (-found[word], word))[:_MOST]
    return tuple(sorted(rarest))


def clean_passage(text: str) -> str:
    """The start of a text as ``hygiene.clean`` leaves it, which reads a thousand characters at once."""
    read = text[:_READ]
    if text[_READ : _READ + 1].strip():
        read = read.rpartition(" ")[0] or read
    return " ".join(map(clean, _PART.findall(read)))


def _bones(word: str) -> str:
    script = script_of(word)
    if not (word[0].isupper() or script in _CASELESS):
        return ""
    found = readings(word, script)
    bones = skeleton(phones(found[0].latin)) if found else ""
    return bones if len(bones) >= _BONES else ""
