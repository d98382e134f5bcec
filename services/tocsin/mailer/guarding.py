"""What each mail must not hold, read from the vault in the transaction that writes the letters."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from sqlalchemy import Connection

from tocsin.domain.routing.protected import Protected, protected_in
from tocsin.domain.spotting import Wanted, folded, numbers_in, words_of
from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels
from tocsin.mailer.writing.letters import GatheredLetter, Letter, Written
from tocsin.mailer.writing.words import FOLDER, words
from tocsin.runtime.catalogues import FALLBACK, languages
from tocsin.store.casework import sealed_reports
from tocsin.store.deployment import Deployment
from tocsin_schemas.alerts import DisclosureLevel


@dataclass(frozen=True, slots=True, repr=False)
class Guarded:
    """What one mail must not hold.

    wanted: above its level, whatever that is. coded: States and violations, where not even these may be said; else
    None. is_mixed: of other cases in the same mail these may be said. own: what it holds rightly: its references, the
    reader's city, our addresses. unreadable: nobody knows.
    """

    language: str
    wanted: tuple[Wanted, ...] = ()
    coded: Wanted | None = None
    own: tuple[str, ...] = ()
    unreadable: bool = False
    is_mixed: bool = False


@dataclass(slots=True)
class Guarding:
    """Reads each case once. own: what every mail holds rightly: addresses of our pages, and our domain."""

    connection: Connection
    deployment: Deployment
    own: tuple[str, ...] = ()
    _protected: dict[str, list[Protected]] = field(default_factory=dict)
    _wanted: dict[str, Wanted] = field(default_factory=dict)
    _addresses: dict[str, Mapping[str, Collection[str]]] = field(default_factory=dict)

    def guarded(self, letter: Written) -> Guarded | None:
        """For one letter; None for what becomes no mail, or is about no case."""
        try:
            return self._guarded(letter)
        except (sealed_reports.Unreadable, ValueError, TypeError, LookupError, AttributeError):  # not as reports are
            return Guarded(FALLBACK, unreadable=True)

    def _guarded(self, letter: Written) -> Guarded | None:
        entries = letter.entries if isinstance(letter, GatheredLetter) else [letter]
        told = [entry for entry in entries if isinstance(entry, Letter)]
        if not told:
            return None
        cases, reader = dict.fromkeys(entry.case_id for entry in told), told[0]
        open_ones = {entry.case_id for entry in told if entry.level > DisclosureLevel.L0}
        closed_ones = cases.keys() - open_ones
        others = frozenset(folded(address) for case_id in cases for address in self._others(case_id, reader))
        return Guarded(
            language=reader.language,
            wanted=(*map(self._of, cases), Wanted(exact=others - {folded(reader.address)})),
            coded=self._coded(closed_ones, reader.language, open_ones) if closed_ones else None,
            is_mixed=bool(open_ones),
            own=(*self.own, *(entry.reference for entry in told), words(reader.language).city(reader.timezone)),
        )

    def _of(self, case_id: str) -> Wanted:
        if case_id not in self._wanted:
            self._wanted[case_id] = wanted_of(self._reports(case_id))
        return self._wanted[case_id]

    def _coded(self, cases: Iterable[str], language: str, but_of: Iterable[str]) -> Wanted:
        """What is said rightly of a case in the same mail is no sign of another."""
        of, said = (coded_of([r for c in found for r in self._reports(c)], language) for found in (cases, but_of))
        return Wanted(rows=of.rows - said.rows)

    def _reports(self, case_id: str) -> list[Protected]:
        if case_id not in self._protected:
            bodies = sealed_reports.bodies_of(self.connection, self.deployment.vault, case_id)
            self._protected[case_id] = list(map(protected_in, bodies))
        return self._protected[case_id]

    def _others(self, case_id: str, reader: Letter) -> list[str]:
        if case_id not in self._addresses:
            vault = self.deployment.vault
            self._addresses[case_id] = sealed_reports.addresses_of(self.connection, vault, case_id)
        known = self._addresses[case_id].items()
        return [address for person, all_ in known if person != reader.delivery.recipient_id for address in all_]


def wanted_of(reports: Iterable[Protected]) -> Wanted:
    """What may stand in no mail up to level 1."""
    found = list(reports)
    births = {day for one in found for day in one.births}
    return Wanted.of_all([*(one.wanted for one in found), *map(_birth, births)])


def coded_of(reports: Iterable[Protected], language: str) -> Wanted:
    """What may stand in no mail at level 0 beside: States and violations, in the mail's language and in English."""
    texts = {text for one in reports for text in _coded_texts(one, language)}
    return Wanted(rows=frozenset(filter(None, map(words_of, texts))))


def _coded_texts(report: Protected, language: str) -> Iterator[str]:
    for spoken in (language, FALLBACK):
        yield from (country_name(code, spoken) for code in report.states)
        yield from (labels(spoken)["violations"].get(code, code) for code in report.violations)


@cache
def _birth(day: date) -> Wanted:
    """A day in words, in every language, and in figures."""
    figures = (f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day:%m/%d/%Y}")
    rows = frozenset(words_of(words(language).day(day)) for language in languages(FOLDER))
    return Wanted(rows=rows, numbers=frozenset(number for text in figures for number in numbers_in(text)))
