"""Guarantee: the tables are whole, agree with one another, and say which facts nobody has checked."""

import dataclasses
from collections import Counter
from datetime import date, timedelta

import pytest

from tocsin.domain.routing.mandates import STRENGTHS
from tocsin.knowledge.load import check, labels, load, unverified
from tocsin_schemas.alerts import HoldReason
from tocsin_schemas.knowledge import Membership
from tocsin_schemas.vocabulary import Certainty, Priority, Urgency, ViolationType

MECHANISMS = {
    *("UN-SRHRD", "UN-WGAD", "UN-ASG", "UN-SP", "ACHPR-SRHRD", "ACHPR-COUNTRY", "ACHPR-SM", "IACHR-RHRD", "IACHR-SM"),
    *("COE-CHR", "COE-SGPO", "COE-PLAT", "OSCE-ODIHR", "EU-EEAS", "EU-PD", "OIF", "NGO-OBS", "NGO-FLD", "NGO-AI"),
}


def test_the_tables_fit_together() -> None:
    assert check(load()) == []
    assert set(load().mechanisms) == MECHANISMS


def test_the_version_is_a_digest_and_stays_while_the_facts_do() -> None:
    assert len(load().version) == 64
    load.cache_clear()
    assert load().version == load().version


def test_each_organisation_has_its_number_of_states() -> None:
    today = date(2026, 11, 24)
    members = Counter(
        organisation
        for (organisation, _), periods in load().memberships.items()
        if any(p.covers(today) for p in periods)
    )
    assert members == {"COE": 46, "OSCE": 57, "ACHPR": 54, "OAS": 35, "EU": 27, "OIF": 50}


def test_an_unchecked_fact_says_so() -> None:
    assert "membership COE RUS" in unverified(load())
    assert "mechanism UN-WGAD" not in unverified(load())


def test_each_priority_has_its_time_to_answer() -> None:
    durations = {c.priority: c.duration for c in load().clocks.values() if c.priority}
    assert durations[Priority.P1] == timedelta(hours=4)
    assert durations[Priority.P2] == timedelta(hours=24)
    assert sorted(durations, key=lambda p: durations[p]) == list(Priority)


def test_planted_faults_are_found() -> None:
    known = load()
    period = Membership(source="x", organisation="COE", country="RUS", valid_from=date(2020, 1, 1))
    backwards = Membership(
        source="x", organisation="EU", country="GBR", valid_from=date(2020, 1, 1), valid_to=date(2019, 1, 1)
    )
    broken = dataclasses.replace(
        known,
        mandates=(*known.mandates, known.mandates[0].model_copy(update={"mechanism": "UN-X", "always": False})),
        memberships={**known.memberships, ("COE", "RUS"): (period, period), ("EU", "GBR"): (backwards,)},
        clocks={},
    )
    assert set(check(broken)) >= {
        "mandate UN-SRHRD: listed twice",
        "mandate UN-SRHRD: no mechanism UN-X",
        "mandate UN-SRHRD: nothing triggers it",
        "membership COE RUS: two periods overlap",
        "membership EU GBR: ends before it begins",
        "mechanism UN-WGAD: no clock wgad-regular",
        "priority P1: 0 clocks for its acknowledgement instead of one",
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_code_has_its_words(language: str) -> None:
    words = labels(language)
    assert set(words["violations"]) == {str(v) for v in ViolationType}
    assert set(words["priorities"]) == {str(p) for p in Priority}
    assert set(words["holds"]) == {str(h) for h in HoldReason}
    assert set(words["urgencies"]) == {str(u) for u in Urgency}
    assert set(words["certainties"]) == {str(c) for c in Certainty}
    assert set(words["rules"]) >= set(STRENGTHS)


def test_both_languages_have_the_same_codes() -> None:
    assert {k: set(v) for k, v in labels("en").items()} == {k: set(v) for k, v in labels("fr").items()}


def test_a_language_without_words_of_its_own_reads_english() -> None:
    assert labels("sw") == labels("en")
