"""The sample is invented, valid where it should be, invalid for the stated reason where it should be, and counted."""

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from tocsin.devtools.corpus import Letter, Outcome, directory, expected_cases, expected_totals, load
from tocsin.domain.identifiers import report_id
from tocsin.domain.matching.profile import Profile
from tocsin.domain.matching.verdicts import Verdict
from tocsin.knowledge import load as knowledge
from tocsin.resolver.matching import load_matcher
from tocsin_schemas.events import decode_event
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LETTERS = load()
KNOWN_ONLY_TO_THE_DATABASE = {"revision-conflict", "report-unknown", "report-withdrawn"}
HOSTS = re.compile(r"[\w.+-]+@([\w.-]+)|https?://([\w.-]+)")


def decoded(letter: Letter) -> Any:
    return decode_event(letter.headers, letter.body, NOW).data


def accepted() -> list[tuple[Letter, Report]]:
    return [(letter, decoded(letter)) for letter in LETTERS if letter.expected is Outcome.ACCEPTED]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.note)
def test_each_letter_is_valid_or_fails_with_its_code(letter: Letter) -> None:
    if letter.code is None or letter.code in KNOWN_ONLY_TO_THE_DATABASE:
        decoded(letter)
        return
    with pytest.raises(InvalidEvent) as refusal:
        decoded(letter)
    assert refusal.value.code == letter.code


def test_sixty_reports_come_from_eight_mechanisms_in_six_languages() -> None:
    reports = [report for _, report in accepted()]
    assert len(reports) >= 60
    assert len({report.publisher for report in reports}) >= 8
    assert {"en", "fr", "es", "ar", "ru", "pt"} <= {report.language for report in reports}
    scripts = {name.script for report in reports for victim in report.alleged_victims for name in victim.names}
    assert {"Latn", "Arab", "Cyrl"} <= scripts
    assert {report.reprisal.mechanism for report in reports if report.reprisal} >= {"UN", "ACHPR", "COE"}


def test_the_hand_written_totals_agree_with_the_letters() -> None:
    totals, outcomes = expected_totals(), Counter(letter.expected for letter in LETTERS)
    assert totals.letters == len(LETTERS)
    assert totals.accepted == outcomes[Outcome.ACCEPTED]
    assert totals.repeats == outcomes[Outcome.REPEAT]
    assert totals.corrected == outcomes[Outcome.CORRECTED]
    assert totals.withdrawn == outcomes[Outcome.WITHDRAWN]
    assert totals.dead_letters == Counter(letter.code for letter in LETTERS if letter.code)
    cases = expected_cases()
    assert totals.cases == len(cases) == len({case.id for case in cases})
    assert totals.closed == sum(case.closed for case in cases)
    assert totals.links == sum(case.linked_to is not None for case in cases)


def test_each_accepted_report_belongs_to_exactly_one_expected_case() -> None:
    listed = [report for case in expected_cases() for report in case.reports]
    assert sorted(listed) == sorted((r.publisher, r.publisher_reference) for _, r in accepted())


def profiles() -> dict[tuple[str, str], Profile]:
    matcher = load_matcher()
    known = {(r.publisher, r.publisher_reference): r for _, r in accepted()}
    return {key: matcher.profile_of(report, report_id(*key)) for key, report in known.items()}


def test_reports_of_one_case_share_a_key_pair_by_pair_so_that_the_order_of_arrival_is_free() -> None:
    keys = {key: {(k.kind, k.value) for k in load_matcher().keys_of(known)} for key, known in profiles().items()}
    for case in expected_cases():
        for left, right in combinations(case.reports, 2):
            assert keys[left] & keys[right], (case.id, left, right)


def test_no_two_reports_of_different_cases_are_one_case_for_the_matcher() -> None:
    known, home = profiles(), {report: case.id for case in expected_cases() for report in case.reports}
    for left, right in combinations(known, 2):
        if home[left] != home[right]:
            verdict = load_matcher().compare(known[left], known[right]).verdict
            assert verdict is not Verdict.DUPLICATE, (left, right)


def test_no_address_leads_anywhere() -> None:
    texts = [letter.body.decode("utf-8", "replace") for letter in LETTERS]
    texts += [value.decode() for letter in LETTERS for _, value in letter.headers]
    texts += [address for entry in directory() for address in entry.addresses.values()]
    hosts = {mail or page for text in texts for mail, page in HOSTS.findall(text)}
    assert hosts
    assert [host for host in hosts if not host.endswith((".example", ".invalid"))] == []


def test_the_directory_has_a_recipient_for_every_mandate_but_one() -> None:
    held = Counter(mandate for entry in directory() for mandate in entry.mandates)
    assert {mandate.key for mandate in knowledge.load().mandates} - held.keys() == {"UN-WATER"}
    assert held.keys() <= {mandate.key for mandate in knowledge.load().mandates}
    assert any({"UN-IP", "UN-ENV"} == set(entry.mandates) for entry in directory())


def test_expectations_name_mandates_that_exist() -> None:
    named = {mandate for case in expected_cases() for mandate in (*case.told, *case.not_told)}
    assert named <= {mandate.key for mandate in knowledge.load().mandates}
