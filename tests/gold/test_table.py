"""Guarantee: the golden table leaves nothing out: no mechanism, no mandate, no State that the research names."""

from collections.abc import Iterator

import pytest

from tocsin.devtools.golden.facts import report_of
from tocsin.devtools.golden.reading import GROUPS, Case, cases, groups
from tocsin.knowledge.load import load

ALL = tuple(cases())
BY_GROUP = {group.name: group.cases for group in groups()}
MECHANISM_OF = {m.key: m.mechanism for m in load().mandates}
GOLDEN_STATES = [
    *(
        "FRA",
        "CAN",
        "TUN",
        "EGY",
        "MAR",
        "NER",
        "BFA",
        "MLI",
        "NIC",
        "CUB",
        "VEN",
        "RUS",
        "BLR",
        "KAZ",
        "GEO",
        "TUR",
        "USA",
    ),
    *("HTI", "VNM", "CHN", "ESH", "GBR", "XKX", "PSE", "TWN", "HKG", "VAT", "NCL", "HRV", "SSD", "MNE"),
]
EXITS = {"NER": 2, "BFA": 2, "MLI": 2, "NIC": 2, "RUS": 3, "GBR": 2, "HRV": 2, "SSD": 3, "MNE": 2, "VEN": 2}
"""States whose membership changed, and on how many days at least they are asked about."""


def told(case: Case) -> set[str]:
    return set(case.expected.told_among) | set(case.expected.told or ())


def not_told(case: Case) -> Iterator[str]:
    """Mandates that the case says expressly, or by a complete list, are not told."""
    for mandate in MECHANISM_OF:
        named = mandate in case.expected.refused or mandate in case.expected.not_told
        if named or (case.expected.told is not None and mandate not in case.expected.told):
            yield mandate


def test_the_table_has_a_hundred_and_fifty_cases_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 150
    assert len({c.id for c in ALL}) == len(ALL)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_cases(group: str) -> None:
    assert len(BY_GROUP[group]) >= 8


@pytest.mark.parametrize("mechanism", sorted(load().mechanisms))
def test_every_mechanism_is_told_once_and_once_not(mechanism: str) -> None:
    assert any(MECHANISM_OF[m] == mechanism for case in ALL for m in told(case))
    own = {m for m, of in MECHANISM_OF.items() if of == mechanism}
    assert any(own <= set(not_told(case)) for case in ALL)


@pytest.mark.parametrize("mandate", sorted(MECHANISM_OF))
def test_every_mandate_is_told_once_and_once_not(mandate: str) -> None:
    assert any(mandate in told(case) for case in ALL)
    assert any(mandate in not_told(case) for case in ALL)


@pytest.mark.parametrize("state", GOLDEN_STATES)
def test_every_golden_state_is_asked_about(state: str) -> None:
    asked = {(c.reports[0].violation.date, c.now) for c in ALL if _judged_for(c, state)}
    assert len(asked) >= EXITS.get(state, 1)


def _judged_for(case: Case, state: str) -> bool:
    return case.reports[0].violation.country == state and case.expected.competent is not None


def test_the_table_names_only_mandates_that_exist() -> None:
    named = {m for case in ALL for m in (*told(case), *case.expected.refused, *case.expected.levels)}
    assert named <= set(MECHANISM_OF)


def test_every_case_expects_something() -> None:
    for case in ALL:
        e = case.expected
        assert e.competent is not None or e.told is not None or e.told_among or e.refused or e.priority, case.id


def test_a_word_that_nobody_reads_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody reads"):
        report_of({"state": "TGO", "colour": "red"}, "x/1")
