"""Finds values in bytes, however they were written there."""

import base64
import html
import json
import quopri
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from anyascii import anyascii

_BEGINNING = 5
_SOFT_BREAK = re.compile(rb"=\r?\n")
_BREAKS = re.compile(rb"\\r|\\n|[\r\n \t]")
_Index = Mapping[bytes, Mapping[int, Mapping[bytes, str]]]


class Finder:
    """values: which to look for."""

    def __init__(self, values: Iterable[str]) -> None:
        wanted = list(values)
        self._written = _index((form.lower(), value) for value in wanted for form in _written(value))
        self._base64 = _index((form, value) for value in wanted for form in _base64(value))

    def found(self, content: bytes) -> set[str]:
        """The values in it: in UTF-8 or UTF-16, in any case, decomposed or transliterated, escaped for JSON, HTML, URL,
        Python or SQL, in quoted-printable or base64, broken over lines or not.
        """
        lower = content.lower()
        there = _occurring(lower, self._written) | _occurring(content, self._base64)
        if _SOFT_BREAK.search(lower):
            there |= _occurring(_SOFT_BREAK.sub(b"", lower), self._written)
        if b"\n" in content or rb"\n" in content:
            there |= _occurring(_BREAKS.sub(b"", content), self._base64)
        return there


def _index(forms: Iterable[tuple[bytes, str]]) -> _Index:
    """By how they begin, then by length: there are few beginnings, and a text is searched for these alone."""
    index: dict[bytes, dict[int, dict[bytes, str]]] = defaultdict(lambda: defaultdict(dict))
    for form, value in forms:
        index[form[:_BEGINNING]][len(form)][form] = value
    return index


def _occurring(content: bytes, index: _Index) -> set[str]:
    there: set[str] = set()
    for beginning, by_length in index.items():
        at = content.find(beginning)
        while at >= 0:
            candidates = ((forms, content[at : at + length]) for length, forms in by_length.items())
            there |= {forms[form] for forms, form in candidates if form in forms}
            at = content.find(beginning, at + 1)
    return there


def _letters(value: str) -> set[str]:
    decomposed = unicodedata.normalize("NFD", value)
    written = {value, value.lower(), value.upper(), value.casefold(), decomposed, decomposed.lower()}
    return written | {anyascii(value)}


def _written(value: str) -> set[bytes]:
    """Every way of writing it in which upper and lower case of ASCII mean the same."""
    forms: set[bytes] = set()
    for text in _letters(value):
        utf8 = text.encode()
        forms |= {utf8, text.encode("utf-16-le"), text.encode("utf-16-be"), utf8.hex().encode()}
        forms |= {each.strip("\"'").encode() for each in (json.dumps(text), ascii(text), ascii(utf8)[1:])}
        forms |= {quote(text).encode(), quote(quote(text)).encode(), quopri.encodestring(utf8).replace(b"=\n", b"")}
        forms |= {html.escape(text).encode(), text.encode("ascii", "xmlcharrefreplace")}
        forms |= {b"".join(b"&#%d;" % ord(letter) for letter in text), _hexadecimal(text, "%x"), _bytes_escaped(utf8)}
    return forms


def _hexadecimal(text: str, form: str) -> bytes:
    return "".join(f"&#x{form % ord(letter)};" for letter in text).encode()


def _bytes_escaped(utf8: bytes) -> bytes:
    """As PostgreSQL and C write bytes that are no ASCII."""
    return b"".join(b"\\%03o" % byte if byte > 127 else bytes((byte,)) for byte in utf8)


def _base64(value: str) -> set[bytes]:
    """At each of the three alignments, without the digits that its neighbours share."""
    forms = set()
    for text in {value, value.lower(), value.upper()}:
        content = text.encode()
        for shift in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                digits = encode(b"\0" * shift + content)
                forms.add(digits[(shift * 8 + 5) // 6 : (shift + len(content)) * 8 // 6])
    return forms
