"""In which encoding a text file is: by its mark, else by what its bytes can mean."""

import codecs
import re
import unicodedata
from collections.abc import Iterable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OLD = ("cp1252", "cp1256", "cp1251")
"""Western, Arabic and Cyrillic Windows; where two read as well, the first."""
_SAMPLE = 1 << 18
_WORD = re.compile(r"[^\W\d_]+")


def encoding_of(content: bytes) -> str:
    """The name of Python's codec for the whole of ``content``."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    sample = content[:_SAMPLE]
    if sample.count(0) * 4 > len(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        telling = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())
        return min(_OLD, key=lambda name: _oddity(telling, name))
    return "utf-8"


def _oddity(sample: bytes, encoding: str) -> float:
    """The share of words that nobody would write: of two scripts, or Latin ones with more accents than letters."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 1.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_odd, words)) / len(words) if words else 0.0


def _odd(word: str) -> bool:
    scripts = {_script(letter) for letter in word}
    accented = sum(not letter.isascii() for letter in word)
    return len(scripts) > 1 or (scripts == {"LATIN"} and len(word) > 1 and accented * 2 > len(word)) or _upside(word)


def _upside(word: str) -> bool:
    """``пРИВЕТ``: what one Cyrillic code page looks like in another."""
    return len(word) > 1 and word[0].islower() and word[1:].isupper()


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]


def spoken(encoding: str, detected: Iterable[str]) -> str:
    """The name that people know, with what it rests on."""
    names = {"utf-8-sig": "UTF-8 with a byte order mark", "utf-8": "UTF-8", "cp1252": "Windows-1252 (Western)"}
    names |= {"cp1256": "Windows-1256 (Arabic)", "cp1251": "Windows-1251 (Cyrillic)"}
    name = names.get(encoding, "UTF-16" if encoding.startswith("utf-16") else encoding)
    return f"{name}, by its letters" if encoding in _OLD and encoding in detected else name
