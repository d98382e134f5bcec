"""How a Latin spelling sounds, whatever language spelt it: a string of phones, and the skeleton of its consonants.

A phone is one letter: those of the spelling, with one capital for each digraph (``S`` for sh, sch, sz …). How near two
phones are is not said here but learned (see ``edits``); the skeleton merges what alphabets and languages confuse.
"""

import re
from functools import lru_cache

_SPELLINGS = {
    "shch": "S", "tsch": "C", "dsch": "J", "sch": "S", "tch": "C", "tsh": "C", "dzh": "J", "dj": "J", "zh": "J",
    "kh": "X", "ch": "C", "sh": "S", "ph": "f", "gh": "G", "th": "T", "dh": "D", "ck": "k", "cz": "C", "sz": "S",
    "ts": "Z", "tz": "Z", "cs": "C", "ou": "u", "oo": "u", "ee": "i", "ie": "i", "iy": "i", "yi": "i", "ij": "i",
    "yy": "i", "ei": "i", "ay": "i", "ai": "i", "ey": "i", "eu": "u", "ow": "u", "aw": "u", "au": "u", "ua": "wa",
    "qu": "k", "x": "ks",
    "oua": "wa", "oue": "we", "oui": "wi",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=lambda s: (-len(s), s))) + r"|c(?=[eiy])|c")
_DOUBLED = re.compile(r"(.)\1+")
_CLASS_OF = {
    "p": "bp", "f": "fv", "t": "tdTD", "k": "kgqGc", "h": "hX", "s": "szZ", "S": "SC", "J": "Jj", "l": "l", "r": "r",
    "m": "m", "n": "n",
}  # fmt: skip
_CLASSES = {phone: consonant for consonant, phones in _CLASS_OF.items() for phone in phones}


@lru_cache(maxsize=200_000)
def phones(latin: str) -> str:
    """The phones of a spelling in a–z, doubled letters once."""
    return _DOUBLED.sub(r"\1", _SPELLING.sub(_phone, latin))


@lru_cache(maxsize=200_000)
def skeleton(sounds: str) -> str:
    """The classes of the consonants of ``phones``; the first phone if there is no consonant.

    A final h is mute; w and y count only at the start, since elsewhere they are as often vowels.
    """
    found, previous = [], ""
    for place, phone in enumerate(sounds):
        consonant = _CLASSES.get(phone, "")
        if place == 0 and phone in "wy":
            consonant = "f" if phone == "w" else "y"
        elif phone == "h" and place == len(sounds) - 1:
            consonant = ""
        if consonant and consonant != previous:
            found.append(consonant)
        previous = consonant
    return "".join(found) or sounds[:1]


def _phone(match: re.Match[str]) -> str:
    spelling = match.group()
    if spelling == "c":
        return "s" if match.end() < len(match.string) and match.string[match.end()] in "eiy" else "k"
    return _SPELLINGS[spelling]
