"""A name taken apart: its words, how each sounds, what role it plays, and how much sharing it says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from tocsin.domain.names.hygiene import clean, words
from tocsin.domain.names.lexicon import Lexicon
from tocsin.domain.names.phones import phones, skeleton
from tocsin.domain.names.roles import NO_ROLES, Role, is_patronymic, is_syllable
from tocsin.domain.names.romanisation import Reading, readings
from tocsin.domain.names.scripts import Script, script_of

_UNKNOWN: frozenset[str] = frozenset()
_MOST_TELLING = {Role.PATRONYMIC: 5.0, Role.INITIAL: 4.0}
"""Bits: fathers bear common given names, and letters are few."""
_WORDS = 24
"""Names have fewer; what follows is not a name."""
_EASTERN = 3
_SHORT = 4
_CACHED = 500_000
_numbers: dict[tuple[str, ...], int] = {}
_counter = count()
_WITHOUT_PARTICLES = frozenset({Script.HANGUL, Script.HAN})
"""A syllable that sounds like a particle of Europe (도, 德) is none."""
_JOINED_SERVANT = re.compile(r"^abd(?:[aeou]{1,2})([lrsnztdh])(?:\1|h\1)?(?=.{2})")
_JOINED_ARTICLE = re.compile(r"^(?:[ae]l(?=[^aeiou]..)|[ae]([ztsrnd])(?=\1...)|[ae]s(?=sh...))")
_ARABIC_SERVANT = re.compile("^عبد(?:ال)?(?=..)")
_ARABIC_ARTICLE = re.compile("^(?:وال|ال)(?=...)")
_ARABIC_TITLE = re.compile("^(?:س[يی]د|ش[يی]خ|حاج)(?=...)")
_BELARUSIAN = re.compile(r"(?<=[aeo])u(?=[^aeiouy]|$)|(?<=[td])[sz](?=[iye])|(?<=d)z(?=m)")
"""Raukou, Siamionau, Dzmitry: what is v, t and d in the neighbouring languages."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One reading of a word: its phones, and the skeleton of their consonants."""

    phones: str
    skeleton: str


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a name. text: a–z, as first read. rarity: bits that sharing it says."""

    text: str
    script: Script
    sounds: tuple[Sound, ...]
    role: Role
    rarity: float
    names: frozenset[str] = frozenset()
    """The names of which this is known to be a form (Siarhei, Serhii: sergey)."""
    number: int = -1
    """The same for words that sound and are written alike; never given twice."""
    lengths: frozenset[int] = frozenset()
    """How many consonants words must have that, run together, may be this one."""
    family: bool = False
    """Written in capitals beside words that are not, as official documents mark the family name."""


def analyse(name: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """The words of ``name`` that tell persons apart, in order. Titles and particles are left out.

    A name of nothing else keeps them, so that no name is empty.
    """
    written = words(clean(name))[:_WORDS]
    capital = [len(w) > 1 and w.isupper() for w in written]
    marked = any(capital) and not all(capital)
    small = [word.casefold() for word in written]
    eastern = len(small) == _EASTERN and all(is_syllable(word.replace("'", "")) for word in small)
    tokens: list[Token] = []
    for place, (word, stands_out) in enumerate(zip(small, capital, strict=True)):
        kept = _is_initial(word, place in (0, len(small) - 1)) or (eastern and _is_eastern(word, lexicon))
        found = _tokens(word, lexicon) if kept else _known(word, lexicon)
        tokens += [replace(t, family=True) for t in found] if marked and stands_out else found
    tokens = tokens or [t for word in small for t in _tokens(word, _without_roles(lexicon))]
    return tuple(tokens[:_WORDS])


def _is_initial(word: str, at_an_end: bool) -> bool:
    """A single letter is a particle between words alone (Maria e Silva); U is a title of Burma."""
    return at_an_end and len(word) == 1 and word != "u"


def _is_eastern(word: str, lexicon: Lexicon) -> bool:
    """Kim Do Yun, An Min Seo: what is a particle in Europe is none among three syllables."""
    return len(word) > 1 and word in lexicon.roles.particles


def _known(word: str, lexicon: Lexicon) -> Sequence[Token]:
    found: Sequence[Token] | None = lexicon.words.get(word)
    if found is None:
        if len(lexicon.words) >= _CACHED:
            lexicon.words.clear()
        weightless = lexicon.roles.is_weightless
        tokens = [] if weightless(word) else _tokens(word, lexicon)
        found = [t for t in tokens if t.script in _WITHOUT_PARTICLES or not weightless(t.text)]
        lexicon.words[word] = found
    return found


def _without_roles(lexicon: Lexicon) -> Lexicon:
    return replace(lexicon, roles=NO_ROLES, words={}, alike={})


def _tokens(word: str, lexicon: Lexicon) -> list[Token]:
    script = script_of(word)
    if script is Script.ARABIC:
        return _arabic(word, lexicon)
    if script is Script.LATIN:
        return _latin(word.replace("'", ""), lexicon)
    found = readings(word, script)
    if not found:
        return []
    if syllables := found[0].syllables:
        alike = [r.syllables for r in found if len(r.syllables) == len(syllables)]
        return [_token_of(tuple(map(Reading, spelt)), script, lexicon) for spelt in zip(*alike, strict=True)]
    return [_token_of(found, script, lexicon)]


def _arabic(word: str, lexicon: Lexicon) -> list[Token]:
    if _ARABIC_SERVANT.match(word) and word not in lexicon.roles.servant:
        rest = _ARABIC_SERVANT.sub("", word)
        known = lexicon.names.get(rest, _UNKNOWN)
        return [_servant(Script.ARABIC), _token_of(readings(rest, Script.ARABIC), Script.ARABIC, lexicon, known)]
    if word in lexicon.roles.servant:
        return [_servant(Script.ARABIC)]
    if word in lexicon.roles.kunya:
        return [_kunya(Script.ARABIC, of_mother=word.endswith("م"))]
    untitled = _ARABIC_TITLE.sub("", word)
    if untitled in lexicon.names:
        word = untitled
    found = readings(word, Script.ARABIC)
    if bare := _ARABIC_ARTICLE.sub("", word, count=1) if _ARABIC_ARTICLE.match(word) else "":
        found = (*readings(bare, Script.ARABIC)[:2], *found[:1])
    return [_token_of(found, Script.ARABIC, lexicon, lexicon.names.get(word, _UNKNOWN))]


def _latin(word: str, lexicon: Lexicon) -> list[Token]:
    found = readings(word, Script.LATIN)
    if not found:
        return []
    latin = found[0].latin
    if latin in lexicon.roles.servant:
        return [_servant(Script.LATIN)]
    if latin in lexicon.roles.kunya:
        return [_kunya(Script.LATIN, of_mother="m" in latin)]
    joined = _JOINED_SERVANT.match(latin)
    if joined:
        rest = latin[joined.end() :]
        if rest[0] in "aeiou":
            rest = joined.group(1) + rest
        return [_servant(Script.LATIN), _token_of((Reading(rest),), Script.LATIN, lexicon)]
    return [_token_of(found, Script.LATIN, lexicon)]


def _servant(script: Script) -> Token:
    return Token("abd", script, (Sound("abd", "pt"),), Role.SERVANT, 0.3, number=_number("abd", "servant"))


def _kunya(script: Script, *, of_mother: bool) -> Token:
    text, bones = ("umm", "m") if of_mother else ("abu", "p")
    return Token(text, script, (Sound(text, bones),), Role.KUNYA, 0.3, number=_number(text, "kunya"))


def _token_of(found: tuple[Reading, ...], script: Script, lexicon: Lexicon, names: frozenset[str] = _UNKNOWN) -> Token:
    latin = found[0].latin
    spelt = [phones(r.latin) for r in found]
    if script is Script.LATIN and (article := _JOINED_ARTICLE.match(latin)):
        spelt.append(phones(latin[article.end() :]))
    if script is Script.LATIN and len(latin) > _SHORT and (eastern := _BELARUSIAN.sub(_neighbour, latin)) != latin:
        spelt.append(phones(eastern))
    sounds = tuple(Sound(s, skeleton(s)) for s in dict.fromkeys(spelt))
    role = Role.INITIAL if len(latin) == 1 else Role.PATRONYMIC if is_patronymic(latin) else Role.NAME
    rarity = min(lexicon.rarity_of(s.skeleton) for s in sounds)
    return Token(
        latin,
        script,
        sounds,
        role,
        min(_MOST_TELLING.get(role, rarity), rarity),
        names or lexicon.names.get(latin, _UNKNOWN),
        _number("|".join(spelt), f"{script}:{latin}"),
        _lengths(latin, sounds),
    )


def _lengths(latin: str, sounds: Iterable[Sound]) -> frozenset[int]:
    if len(latin) < _SHORT:
        return frozenset()
    return frozenset(len(s.skeleton) + more for s in sounds for more in (-1, 0, 1))


def _number(*key: str) -> int:
    if len(_numbers) >= _CACHED:
        _numbers.clear()
    found = _numbers.get(key)
    if found is None:
        found = _numbers[key] = next(_counter)
    return found


def _neighbour(match: re.Match[str]) -> str:
    return "v" if match.group() == "u" else ""
