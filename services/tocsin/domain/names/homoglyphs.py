"""Look-alike letters of Latin, Cyrillic and Greek inside one word (after Unicode Technical Standard 39)."""

import re

_LATIN_CYRILLIC = "AА BВ CС EЕ HН IІ JЈ KК MМ OО PР TТ XХ YУ ËЁ ÏЇ aа cс eе iі jј kк mм oо pр tт xх yу ëё ïї"
_LATIN_GREEK = "AΑ BΒ EΕ ZΖ HΗ IΙ KΚ MΜ NΝ OΟ PΡ TΤ YΥ XΧ aα iι kκ oο pρ tτ uυ vν xχ yγ eε"
_ONLY_TO_LATIN = "lӏ IӀ YҮ yү dԁ qԛ wԝ vѵ hһ sѕ SЅ"
"""Cyrillic letters that are rarer than what they look like, or have a nearer double the other way."""
_ONLY_TO_CYRILLIC = "áа éе óо ýу"
"""Stress is often typed so."""
_WORD = re.compile(r"[^\W\d_]+")


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(pair[0], pair[1]) for pair in text.split()]


_TO_LATIN = {ord(b): a for a, b in _pairs(f"{_ONLY_TO_LATIN} {_LATIN_CYRILLIC} {_LATIN_GREEK}")}
_CYRILLIC = {ord(a): b for a, b in _pairs(f"{_ONLY_TO_CYRILLIC} {_LATIN_CYRILLIC}")}
_GREEK = {ord(a): b for a, b in _pairs(_LATIN_GREEK)}
_TO_CYRILLIC = _CYRILLIC | {g: _CYRILLIC[ord(a)] for g, a in _TO_LATIN.items() if g < 0x400 and ord(a) in _CYRILLIC}
_TO_GREEK = _GREEK | {c: _GREEK[ord(a)] for c, a in _TO_LATIN.items() if c >= 0x400 and ord(a) in _GREEK}

_SCRIPTS = (
    (re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"), _TO_LATIN),
    (re.compile(r"[\u0400-\u052f]"), _TO_CYRILLIC),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), _TO_GREEK),
)


def unmixed(name: str) -> str:
    """``name`` with each word that mixes two of the three scripts written in one of them, as far as doubles go.

    The script of the letters that have no double decides (Cepгeй is Cyrillic for its г and й); if that is even, the
    more frequent one; then Latin before Cyrillic before Greek.
    """
    if name.isascii() or sum(letters.search(name) is not None for letters, _ in _SCRIPTS) < 2:
        return name
    once = _WORD.sub(_in_one_script, name)
    return _WORD.sub(_in_one_script, once)  # of three scripts only two may be left, and then count otherwise


def _in_one_script(match: re.Match[str]) -> str:
    word = match.group()
    present = [(found, doubles) for letters, doubles in _SCRIPTS if (found := letters.findall(word))]
    if len(present) < 2:
        return word

    def weight(script: tuple[list[str], dict[int, str]]) -> tuple[int, int]:
        found, doubles = script
        others = [other for _, other in present if other is not doubles]
        own = sum(all(ord(letter) not in other for other in others) for letter in found)
        return own, len(found)

    return word.translate(max(present, key=weight)[1])
