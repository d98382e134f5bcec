"""The last look before a mail leaves: does it hold anything of its case that may not be said at its level?

It does not trust templates, words or whoever wrote them: it searches the finished mail, subject, headers, text and
HTML, for what the vault keeps. ``domain.spotting`` says how, and what does not count. At level 0 States and violations
are looked for as well, in a bundle those of each case at level 0. What level 1 lets through and a publisher's mark
hides again is not: a code says whom it means to nobody.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

from tocsin.domain.spotting import Own, Searched, Wanted
from tocsin.knowledge.countries import country_codes, country_name
from tocsin.knowledge.load import labels, load
from tocsin.mailer.guarding import Guarded
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.words import words
from tocsin.runtime.catalogues import FALLBACK

_FILLED = re.compile(r"\{\w*\}")
_VIOLATIONS = "violations"
_SILENT = frozenset({"style"})
"""Attributes that say nothing to anybody."""


def stops(mail: Mail, guarded: Guarded) -> bool:
    """Whether ``mail`` must not leave; as well if what it must not hold cannot be read."""
    if guarded.unreadable:
        return True
    searched = Searched.of(texts_of(mail))
    rightly = Own.of((*guarded.own, (mail.reply_to or "").partition("@")[2]))
    said = _named(guarded.language) if guarded.is_mixed else _said(guarded.language)
    if guarded.coded is not None and searched.holds(guarded.coded, said | rightly):
        return True
    own = _own(guarded.language) | rightly
    return searched.holds(Wanted.of_all(guarded.wanted), own)


def texts_of(mail: Mail) -> list[str]:
    """All that a mail says anywhere: words of the HTML with its tags gone, and with each as a space."""
    read = _Reading()
    read.feed(mail.html)
    read.close()
    headers = [*mail.headers.values(), mail.reply_to or ""]
    return [mail.subject, *headers, mail.text, "".join(read.pieces), " ".join(read.pieces), *read.attributes]


class _Reading(HTMLParser):
    """Texts, comments and attributes of a page, entities decoded."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.attributes: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.attributes.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [unquote(value) for name, value in attrs if value and name not in _SILENT]


@cache
def _said(language: str) -> Own:
    """What catalogues say, and how dates are written: all that a mail at level 0 is made of."""
    return Own.of(text for spoken in {language, FALLBACK} for text in _catalogued(spoken))


def _catalogued(language: str) -> Iterator[str]:
    said = words(language)
    for text in said.texts:
        yield from _FILLED.split(text)
    for month in range(1, 13):
        yield said.day(date(2026, month, 2))
        yield said.month(date(2026, month, 2))


@cache
def _own(language: str) -> Own:
    """Beside what is said at level 0, the words for codes, and the names of mandates, mechanisms and States."""
    return _named(language) | Own.of(text for spoken in {language, FALLBACK} for text in _coded(spoken))


@cache
def _named(language: str) -> Own:
    """The same without States and violations: what is said of one case at level 1, and tells nothing of another."""
    return _said(language) | Own.of(text for spoken in {language, FALLBACK} for text in _known(spoken))


def _known(language: str) -> Iterator[str]:
    knowledge = load()
    yield from (mandate.name.get(language, "") for mandate in knowledge.mandates)
    yield from (mechanism.name.get(language, "") for mechanism in knowledge.mechanisms.values())
    for name, table in labels(language).items():
        yield from table.values() if name != _VIOLATIONS else ()


def _coded(language: str) -> Iterator[str]:
    yield from labels(language)[_VIOLATIONS].values()
    yield from (country_name(code, language) for code in country_codes())
