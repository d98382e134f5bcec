"""Guarantee: the tables are whole, known by their version, read fast, and in every language of the same codes."""

import time
from collections import Counter
from datetime import date, timedelta

import pycountry
import pytest

from tocsin.domain.routing.mandates import STRENGTHS
from tocsin.knowledge.countries import country_codes, country_name
from tocsin.knowledge.load import LANGUAGES, labels, load
from tocsin_schemas.alerts import HoldReason
from tocsin_schemas.knowledge import BINDING, ClockKind, MembershipStatus
from tocsin_schemas.vocabulary import ActionType, Certainty, Priority, ReplyQuality, Urgency, ViolationType

MECHANISMS = {
    *("UN-SRHRD", "UN-WGAD", "UN-ASG", "UN-SP", "ACHPR-SRHRD", "ACHPR-COUNTRY", "ACHPR-SM", "IACHR-RHRD", "IACHR-SM"),
    *("COE-CHR", "COE-SGPO", "COE-PLAT", "OSCE-ODIHR", "EU-EEAS", "EU-PD", "OIF", "NGO-OBS", "NGO-FLD", "NGO-AI"),
}
THEMES = """HRD WGAD ASG WGEID TORTURE SUMEX FOE FOAA IJL CT IP ENV TOX CLIMATE BHR HOUSING FOOD WATER VAW WGDAWG SOGI
    MINORITIES RELIGION RACISM MIGRANTS TRAFFICKING HEALTH PRIVACY CULTURE OLDER DISABILITY CHILDREN EDUCATION IDP TRUTH"""
COUNTRIES = "AFG BLR BDI KHM CAF PRK ERI IRN PSE MLI MMR RUS SOM SYR"


def test_every_mechanism_is_there_and_only_reprisals_of_the_un_need_informed_consent() -> None:
    assert set(load().mechanisms) == MECHANISMS
    assert {m.key for m in load().mechanisms.values() if m.informed_consent} == {"UN-ASG"}


def test_every_mandate_of_the_united_nations_that_a_fact_can_trigger_is_there() -> None:
    thematic = {m.key for m in load().mandates if m.mechanism.startswith("UN-") and not m.countries}
    assert thematic == {f"UN-{theme}" for theme in THEMES.split()} - {"UN-HRD"} | {"UN-SRHRD"}
    followed = [m for m in load().mandates if m.countries]
    assert {code for m in followed for code in m.countries} == set(COUNTRIES.split())
    assert all(m.valid_from for m in followed)


@pytest.mark.parametrize(("mechanism", "mandates"), [("ACHPR-SM", 11), ("IACHR-SM", 12)])
def test_the_parallel_sets_are_there(mechanism: str, mandates: int) -> None:
    assert sum(m.mechanism == mechanism for m in load().mandates) == mandates


def test_the_version_is_a_digest_and_stays_while_the_facts_do() -> None:
    assert len(load().version) == 64
    load.cache_clear()
    assert load().version == load().version


def test_the_tables_are_read_within_half_a_second_of_work() -> None:
    load.cache_clear()
    begun = time.process_time()
    load()
    assert time.process_time() - begun < 0.5


def test_each_organisation_has_its_number_of_states() -> None:
    today = date(2026, 11, 24)
    standing = Counter(
        (organisation, period.status in BINDING)
        for (organisation, _), periods in load().memberships.items()
        for period in periods
        if period.covers(today)
    )
    bound = {organisation: count for (organisation, is_bound), count in standing.items() if is_bound}
    assert bound == {"UN": 193, "COE": 46, "OSCE": 57, "ACHPR": 54, "OAS": 35, "EU": 27, "OIF": 50}


@pytest.mark.parametrize(("status", "number"), [(MembershipStatus.ASSOCIATE, 5), (MembershipStatus.OBSERVER, 28)])
def test_associates_and_observers_of_the_francophonie_are_kept_apart(status: MembershipStatus, number: int) -> None:
    """Of 32 observers four have no code: Ontario, Louisiana, Nova Scotia and the Saarland."""
    periods = [p for (o, _), found in load().memberships.items() if o == "OIF" for p in found]
    assert sum(p.status is status and p.covers(date(2026, 11, 24)) for p in periods) == number


def test_each_priority_has_its_times_to_answer_and_to_tell_the_next() -> None:
    durations = {(c.kind, c.priority): c.duration for c in load().clocks.values() if c.priority}
    answers = [durations[ClockKind.ACKNOWLEDGEMENT, p] for p in Priority]
    steps = [durations[ClockKind.ESCALATION, p] for p in Priority]
    assert answers == [timedelta(hours=4), timedelta(hours=24), timedelta(days=7), timedelta(days=14)]
    assert steps == [timedelta(minutes=30), timedelta(hours=4), timedelta(days=2), timedelta(days=5)]


def test_every_kind_of_clock_has_one() -> None:
    assert {c.kind for c in load().clocks.values()} == set(ClockKind)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_code_has_its_words(language: str) -> None:
    words = labels(language)
    assert set(words["violations"]) == {str(v) for v in ViolationType}
    assert set(words["actions"]) == {str(a) for a in ActionType}
    assert set(words["priorities"]) == {str(p) for p in Priority}
    assert set(words["holds"]) == {str(h) for h in HoldReason}
    assert set(words["urgencies"]) == {str(u) for u in Urgency}
    assert set(words["certainties"]) == {str(c) for c in Certainty}
    assert set(words["replies"]) == {str(r) for r in ReplyQuality}
    assert set(words["statuses"]) == {str(s) for s in MembershipStatus}
    assert set(words["rules"]) >= set(STRENGTHS)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_all_languages_have_the_same_codes(language: str) -> None:
    assert {k: set(v) for k, v in labels(language).items()} == {k: set(v) for k, v in labels("en").items()}


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
def test_words_are_translated_and_not_copied(language: str) -> None:
    rules = labels(language)["rules"]
    assert not {code for code, words in labels("en")["rules"].items() if rules[code] == words}


def test_a_language_without_words_of_its_own_reads_english() -> None:
    assert labels("sw") == labels("en")


def test_the_countries_are_those_of_the_standard_and_kosovo() -> None:
    assert country_codes() == {c.alpha_3 for c in pycountry.countries} | {"XKX"}


def test_every_country_has_a_name_in_english_and_french() -> None:
    assert len(country_codes()) == 250
    assert all(country_name(code, "en") != code and country_name(code, "fr") != code for code in country_codes())


@pytest.mark.parametrize("language", ["es", "ar", "ru", "pt"])
def test_every_country_has_a_name_in_the_other_languages(language: str) -> None:
    assert all(country_name(code, language) != code for code in country_codes())
    if language in {"ar", "ru"}:
        assert all(country_name(code, language) != country_name(code, "en") for code in country_codes())


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("PSE", "es", "Estado de Palestina"),
        ("PRK", "ru", "Корейская Народно-Демократическая Республика"),
        ("SYR", "ar", "الجمهورية العربية السورية"),
        ("TGO", "ru", "Того"),
        ("TGO", "zh", "多哥"),
        ("XKX", "zh", "Kosovo"),
        ("TGO", "xx", "Togo"),
        ("ZZZ", "en", "ZZZ"),
    ],
)
def test_the_usage_of_the_united_nations_goes_before_that_of_cldr(code: str, language: str, name: str) -> None:
    assert country_name(code, language) == name
