"""The words that people read, by language: gettext catalogues, ``<folder>/<language>/*.po``.

A message's id is a stable key such as ``mail.why``; the English catalogue has the English text. A language with a
folder of its own is there; any other reads English. Words for dates and lists are in ``runtime/words``.
"""

import gettext
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tocsin.runtime.isolates import Said, bare, isolated, joined
from tocsin_schemas.dates import DateRange, Precision, parse_edtf

FALLBACK = "en"
_OWN = Path(__file__).parent / "words"
_LOCALES = {"en": "en_GB"}
"""Whose way of writing dates is taken."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language. ``words("key", name=value)`` gives a text with every value isolated; see ``isolates``.

    language: the one that is written, which is English where another was asked for that is not there. texts: all that
    it may say, with ``{names}`` for what is put in.
    """

    language: str
    messages: gettext.GNUTranslations
    texts: frozenset[str]

    def __call__(self, key: str, **facts: object) -> Said:
        """The message. Raises KeyError if no language has it, or if it names a fact that was not given."""
        return self._filled(_found(key, self.messages.gettext(key)), facts)

    def many(self, key: str, count: int, **facts: object) -> Said:
        """As a call, in the form that ``count`` takes in this language; the message may name ``{count}``."""
        return self._filled(_found(key, self.messages.ngettext(key, key, count)), {"count": count} | facts)

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return self.messages.gettext(key) != key

    def plain(self, key: str, **facts: object) -> str:
        """As a call, without isolates: for subjects."""
        return bare(self(key, **facts))

    @property
    def dir(self) -> str:
        return Locale(self.language).text_direction

    @property
    def is_rtl(self) -> bool:
        return self.dir == "rtl"

    def foreign(self, value: object, language: str | None = None) -> Said:
        """A piece from elsewhere: a name, a reference, a link. language: of the piece, if it is not the reader's."""
        return isolated(value, marked=self.is_rtl, language=None if language == self.language else language)

    def listed(self, parts: Sequence[str], key: str = "list.comma") -> Said:
        """The parts in a row; key: of what stands between them (also ``list.semicolon``)."""
        return joined(parts, self(key))

    def day(self, day: date) -> str:
        """``20 November 2026``; in Arabic with both names of the month, as the United Nations write them."""
        text = format_date(day, "long", locale=self._locale)
        first = str(self("time.first_day"))
        text = first + text[1:] if text.startswith("1 ") else text
        return self._with_both_months(text, day)

    def month(self, day: date) -> str:
        """``November 2026``."""
        return self._with_both_months(format_skeleton("yMMMM", day, locale=self._locale), day)

    def clock(self, at: datetime, zone: str = "UTC") -> Said:
        """``14:00 UTC (15:00 Tunis time)``, for a day that is said already. zone: of the reader, an IANA name."""
        utc, local = at.astimezone(UTC), at.astimezone(ZoneInfo(zone))
        if local.utcoffset() == utc.utcoffset():
            return self("time.clock", time=f"{utc:%H:%M}")
        there = f"{local:%H:%M}" if local.date() == utc.date() else f"{self.day(local.date())}, {local:%H:%M}"
        return self("time.clock_local", time=f"{utc:%H:%M}", local=there, city=self.city(zone))

    def instant(self, at: datetime, zone: str = "UTC") -> Said:
        """``24 November 2026, 14:00 UTC (15:00 Tunis time)``. zone: of the reader, an IANA name."""
        day = self.day(at.astimezone(UTC).date())
        return self("time.instant", date=day, clock=self.clock(at, zone))

    def city(self, zone: str) -> str:
        """Of a time zone, for people."""
        return get_timezone_location(zone, locale=self._locale, return_city=True)

    def edtf(self, value: str) -> Said:
        """An EDTF date with its precision and its uncertainty. Raises ValueError if it is none."""
        if "/" in value:
            start, _, end = value.partition("/")
            return self("time.interval", start=self.edtf(start), end=self.edtf(end))
        known = parse_edtf(value)
        said = {Precision.DAY: self.day, Precision.MONTH: self.month}.get(known.precision, _year)
        text = isolated(said(known.earliest), marked=self.is_rtl)
        return self("time.approximately", date=text) if known.uncertain else text

    def dates(self, values: Sequence[str]) -> Said:
        """Several EDTF dates of one event; one that only repeats another less precisely is left out. None: empty."""
        ranges = {value: parse_edtf(value) for value in values}
        kept = [v for v in ranges if not any(_is_narrower(other, ranges[v]) for other in ranges.values())]
        return self.listed([self.edtf(value) for value in kept], "list.semicolon")

    @property
    def _locale(self) -> str:
        return _LOCALES.get(self.language, self.language)

    def _filled(self, text: str, facts: dict[str, object]) -> Said:
        if not facts:
            return Said(text)
        pieces = {name: isolated(value, marked=self.is_rtl) for name, value in facts.items()}
        html = Said(text).html.format(**{name: piece.html for name, piece in pieces.items()})
        return Said(text.format(**{name: str(piece) for name, piece in pieces.items()}), html)

    def _with_both_months(self, text: str, day: date) -> str:
        if self.language != "ar":
            return text
        egypt, levant = (get_month_names("wide", locale=locale)[day.month] for locale in ("ar", "ar_SY"))
        return text.replace(egypt, f"{levant}/{egypt}")


def _year(day: date) -> str:
    return str(day.year)


def _is_narrower(one: DateRange, other: DateRange) -> bool:
    within = other.earliest <= one.earliest and one.latest <= other.latest
    return within and (one.latest - one.earliest) < (other.latest - other.earliest)


def _found(key: str, text: str) -> str:
    """gettext gives the key itself where it knows nothing."""
    if text == key:
        raise KeyError(key)
    return text


@cache
def languages(folder: Path) -> tuple[str, ...]:
    """The languages that have a folder of their own, in alphabetical order."""
    return tuple(sorted(path.name for path in folder.iterdir() if any(path.glob("*.po"))))


def catalogue(folder: Path, language: str) -> Words:
    """The words of ``folder`` in ``language``, or in English if it is not there. What one message lacks is English."""
    return _catalogue(folder, language if language in languages(folder) else FALLBACK)


@cache
def _catalogue(folder: Path, language: str) -> Words:
    messages, texts = _translations(folder, language)
    if language != FALLBACK:
        english, more = _translations(folder, FALLBACK)
        messages.add_fallback(english)
        texts |= more
    return Words(language, messages, texts)


def _translations(folder: Path, language: str) -> tuple[gettext.GNUTranslations, frozenset[str]]:
    """Compiled in memory, and all texts. Two files with one key are a mistake, and raise ValueError."""
    whole = Catalog(locale=language)
    for path in [path for each in dict.fromkeys((_OWN, folder)) for path in _files(each, language)]:
        part = read(path, language)
        for message in part:
            if message.id and message.id in whole:
                raise ValueError(f"{path.name}: a key stands in two files")
            if message.id:
                whole[message.id] = message
        if any(message.pluralizable for message in part):
            whole.mime_headers = [("Plural-Forms", part.plural_forms)]  # as written: Babel's own may have more forms
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    texts = (text for message in whole for text in _forms(message.string))
    return gettext.GNUTranslations(io.BytesIO(compiled.getvalue())), frozenset(texts)


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or []


def _files(folder: Path, language: str) -> list[Path]:
    return sorted((folder / language).glob("*.po"))


def read(path: Path, language: str) -> Catalog:
    """One file. Raises ``babel.messages.pofile.PoFileError`` if it is malformed."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def missing(folder: Path, language: str) -> list[str]:
    """Keys of the English catalogue that ``language`` has no text for."""
    have, want = _texts(folder, language), _texts(folder, FALLBACK)
    return sorted(want - have)


def _texts(folder: Path, language: str) -> set[str]:
    found = (message for path in _files(folder, language) for message in read(path, language))
    return {_key(message.id) for message in found if message.id and all(_forms(message.string) or [""])}


def _key(message_id: str | Sequence[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
