"""Words of the contract that somebody may have meant by another one. Only the contract's own words are given back."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 64
"""Characters of a word that are worth comparing."""
_MOST = 3
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "female": ("woman",),
    "f": ("woman",),
    "femme": ("woman",),
    "male": ("man",),
    "m": ("man",),
    "homme": ("man",),
    "yes": ("granted",),
    "no": ("refused",),
    "denied": ("refused",),
    "detention": ("arbitrary_detention", "arrest"),
    "disappearance": ("enforced_disappearance",),
    "murder": ("killing",),
    "attorney": ("lawyer",),
    "reporter": ("journalist",),
    "name": ("value", "names"),
    "firstname": ("names", "value"),
    "lastname": ("names", "value"),
    "dateofbirth": ("birth",),
    "dob": ("birth",),
    "sex": ("gender",),
    "victim": ("alleged_victims",),
    "victims": ("alleged_victims",),
    "lang": ("language",),
    "reference": ("publisher_reference", "references"),
    "ref": ("publisher_reference", "references"),
    "country": ("nationalities",),
    "state": ("country",),
    "description": ("text", "narratives"),
    "summary": ("narratives", "text"),
    "profession": ("occupations",),
    "nationality": ("nationalities",),
    "perpetrators": ("authorities",),
    "location": ("place",),
    "lat": ("latitude",),
    "lon": ("longitude",),
    "lng": ("longitude",),
}
"""What other systems call things that have another name here, without spaces or punctuation."""


def near(sent: object, permitted: tuple[str, ...]) -> tuple[str, ...]:
    """At most three of ``permitted``, the nearest first; none if nothing is near.

    sent: what was written instead; it is compared and forgotten.
    """
    if not isinstance(sent, str) or not 0 < len(sent) <= _LONGEST:
        return ()
    words = _plainly(permitted)
    written = _plain(sent)
    if written in words:
        return (words[written],)
    if named := tuple(word for word in _OTHER_NAMES.get(written, ()) if word in words.values()):
        return named[:_MOST]
    close = get_close_matches(written, words, n=_MOST, cutoff=0.7)
    parts = set(_parts(sent))
    shared = [word for word in words.values() if parts & set(_parts(word))]
    return tuple(dict.fromkeys([*(words[word] for word in close), *shared]))[:_MOST]


@lru_cache(maxsize=512)
def _plainly(permitted: tuple[str, ...]) -> Mapping[str, str]:
    return {_plain(word): word for word in permitted}


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))


def _parts(word: str) -> list[str]:
    return [part for part in word.casefold().replace("-", "_").replace(" ", "_").split("_") if len(part) > 3]
