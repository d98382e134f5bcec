"""A small matcher with plain rules, so that tests of the resolver do not depend on the weights that are shipped.

Two reports share a key if a word of a name has the same consonants in both. One first word and one last word alike: the
same person; another first word: vetoed. The same date: the same event; up to three days apart: unsure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.domain.matching.blocking import Key
from tocsin.domain.matching.profile import PersonProfile, Profile
from tocsin.domain.matching.references import CaseNumber
from tocsin.domain.matching.verdicts import Comparison, Evidence, Verdict
from tocsin.domain.names.hygiene import clean, words
from tocsin.domain.names.romanisation import readings
from tocsin.domain.names.scripts import script_of
from tocsin_schemas.dates import parse_edtf
from tocsin_schemas.reports import Report

_NEAR_DAYS = 3


def plain_profile(report: Report, report_id: str) -> Profile:
    violation = report.violation
    return Profile(
        report_id=report_id,
        publisher=report.publisher,
        persons=tuple(
            PersonProfile(tuple(n.value for n in v.names), (int(v.birth[:4]),) * 2 if v.birth else None)
            for v in report.alleged_victims
        ),
        countries=(violation.country, *violation.further_states),
        dates=(("event", violation.date),),
        violations=tuple(violation.types),
        references=tuple(CaseNumber(r.scheme, r.value) for r in report.references),
    )


def skeleton(word: str) -> str:
    return re.sub(r"[aeiouyh]|(.)(?=\1)", "", word)


def words_of(profile: Profile) -> list[list[str]]:
    return [[skeleton(w) for w in sorted(map(_latin, words(clean(n))))] for p in profile.persons for n in p.names]


def _latin(word: str) -> str:
    return readings(word, script_of(word))[0].latin


def plain_keys(profile: Profile) -> list[Key]:
    names = {Key("name", word) for words in words_of(profile) for word in words if word}
    return sorted(names | {Key("reference", f"{r.scheme}:{r.key}") for r in profile.references})


@dataclass(frozen=True, slots=True)
class PlainMatcher:
    """``fails_on``: a publisher whose reports it cannot compare."""

    version: str = "plain-1"
    fails_on: str = ""

    def profile_of(self, report: Report, report_id: str) -> Profile:
        return plain_profile(report, report_id)

    def keys_of(self, known: Profile) -> list[Key]:
        return plain_keys(known)

    def compare(self, a: Profile, b: Profile) -> Comparison:
        if self.fails_on in (a.publisher, b.publisher) and self.fails_on:
            raise ZeroDivisionError
        if set(a.references) & set(b.references):
            return Comparison(1.0, 1.0, Verdict.DUPLICATE, (), (Evidence("same-reference", 12.0, "quoted"),))
        vetoes = tuple(_vetoes(a, b))
        person, event = (0.02 if vetoes else _person(a, b)), _event(a, b)
        return Comparison(person, event, _verdict(person, event), vetoes, (Evidence("name", 5.0, "words quoted"),))


def _person(a: Profile, b: Profile) -> float:
    pairs = [(x, y) for x in words_of(a) for y in words_of(b)]
    if any(set(x) == set(y) for x, y in pairs):
        return 0.99
    return 0.6 if any(len(set(x) & set(y)) > 1 for x, y in pairs) else 0.01


def _vetoes(a: Profile, b: Profile) -> Iterable[str]:
    if not set(a.countries) & set(b.countries):
        yield "country"
    pairs = [(x, y) for x in words_of(a) for y in words_of(b)]
    if pairs and all(x[-1:] == y[-1:] and x[0] not in y for x, y in pairs):
        yield "given-name"


def _event(a: Profile, b: Profile) -> float:
    ours, theirs = (parse_edtf(x.dates[0][1]) for x in (a, b))
    if ours.overlaps(theirs):
        return 0.99
    apart = max(ours.earliest, theirs.earliest) - min(ours.latest, theirs.latest)
    return 0.5 if apart.days <= _NEAR_DAYS else 0.01


def _verdict(person: float, event: float) -> Verdict:
    if person < 0.3:
        return Verdict.UNRELATED
    if event < 0.1:
        return Verdict.SAME_PERSON
    return Verdict.DUPLICATE if person > 0.9 and event > 0.9 else Verdict.POSSIBLE
