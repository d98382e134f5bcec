"""One case is joined, another event is a new case, and doubt is published as new."""

import pytest

from builders import a_report, a_victim
from tocsin.domain.matching.keys import Key, KeyKind, keys_of
from tocsin.domain.matching.resolution import Candidate, resolve
from tocsin_schemas.cases import Judgement, LinkKind
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import ReferenceScheme

PERSON, REFERENCE = frozenset({KeyKind.PERSON}), frozenset({KeyKind.REFERENCE})


def _candidate(n: int, date: str, shared: frozenset[str] = PERSON, case: str = "") -> Candidate:
    return Candidate(f"report-{n}", case or f"case-{n}", date, shared)


DECISIONS = [
    ("nobody known", "2026-11-20", [], None, "no-match", {}),
    ("same person, same day", "2026-11-20", [_candidate(1, "2026-11-20")], "case-1", "same-person-same-event", {}),
    ("same person, the month only", "2026-11", [_candidate(1, "2026-11-20")], "case-1", "same-person-same-event", {}),
    ("same reference, another date", "2026-11-20", [_candidate(1, "2026-01-05", REFERENCE)], "case-1", "same-reference", {}),
    ("a re-arrest", "2026-11-20", [_candidate(1, "2026-03-01")], None, "same-person-other-event", {"case-1": LinkKind.SAME_PERSON}),
    ("two days apart", "2026-11-20", [_candidate(1, "2026-11-18")], None, "same-person-nearby-date", {"case-1": LinkKind.POSSIBLE_DUPLICATE}),
    ("four days apart", "2026-11-20", [_candidate(1, "2026-11-16")], None, "same-person-other-event", {"case-1": LinkKind.SAME_PERSON}),
    (
        "two cases match: the older is joined, the other flagged",
        "2026-11-20",
        [_candidate(1, "2026-11-20"), _candidate(2, "2026-11-20")],
        "case-1",
        "same-person-same-event",
        {"case-2": LinkKind.POSSIBLE_DUPLICATE},
    ),
    (
        "joins one, linked to an earlier arrest",
        "2026-11-20",
        [_candidate(1, "2025-01-01"), _candidate(2, "2026-11-20")],
        "case-2",
        "same-person-same-event",
        {"case-1": LinkKind.SAME_PERSON},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "date", "candidates", "joins", "rule", "links"), DECISIONS, ids=[d[0] for d in DECISIONS]
)
def test_decision(what, date, candidates, joins, rule, links) -> None:
    resolution = resolve(date, candidates)
    assert (resolution.joins, resolution.rule, resolution.links()) == (joins, rule, links)


def test_every_candidate_leaves_a_judgement_with_its_reason() -> None:
    edges = resolve(
        "2026-11-20", [_candidate(1, "2026-11-20"), _candidate(2, "2026-11-22"), _candidate(3, "2020")]
    ).edges
    assert [e.judgement for e in edges] == [Judgement.POSITIVE, Judgement.UNSURE, Judgement.NEGATIVE]
    assert all(e.explanation for e in edges)


KEYS = [
    ("UN communication", ReferenceScheme.UN_COMMUNICATION, "AL TGO 4/2026", "un_communication:ALTGO42026"),
    ("spacing of an Observatory code", ReferenceScheme.OBSERVATORY, "TGO 002 / 1126 / OBS 064", "observatory:TGO0021126OBS064"),
    ("a court covers many cases", ReferenceScheme.COURT, "Tribunal 12/2026", None),
    ("an SG report covers many cases", ReferenceScheme.UN_DOCUMENT, "A/HRC/48/28", None),
    ("no number, no reference", ReferenceScheme.AMNESTY, "see attached", None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "scheme", "value", "expected"), KEYS, ids=[k[0] for k in KEYS])
def test_reference_keys(what: str, scheme: ReferenceScheme, value: str, expected: str | None) -> None:
    keys = keys_of(a_report(references=[Reference(scheme=scheme, value=value)]))
    assert [k.value for k in keys if k.kind is KeyKind.REFERENCE] == ([expected] if expected else [])


def test_siblings_share_no_key() -> None:
    sister = a_report(alleged_victims=[a_victim("Afi Mensahvi")])
    brother = a_report(alleged_victims=[a_victim("Kodzo Mensahvi")])
    assert not set(keys_of(sister)) & set(keys_of(brother))


def test_a_single_name_gives_no_key() -> None:
    assert keys_of(a_report(alleged_victims=[a_victim("Afi")])) == []


def test_a_person_is_looked_for_in_each_state_concerned() -> None:
    keys = keys_of(a_report(alleged_victims=[a_victim("Afi Mensahvi")]))
    assert keys == [Key(KeyKind.PERSON, "TGO:afi mensahvi")]
