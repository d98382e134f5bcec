"""A whole report, typed page by page, is the report that the intake publishes, field for field."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from forming import LEAST, NAME, Person, a_form
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.intake.form.answers.composing import composed
from tocsin.intake.form.answers.values import boxes_of
from tocsin.store.publishing.drafts import Answers
from tocsin_schemas.reports import Report
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose, Tlp

TODAY = date(2026, 11, 24)


def day(name: str, year: str = "", month: str = "", of_month: str = "", about: bool = False) -> dict[str, str]:
    boxes = {f"{name}.day": of_month, f"{name}.month": month, f"{name}.year": year}
    return boxes | ({f"{name}.about": "yes"} if about else {})


WHOLE: dict[str, dict[str, Any]] = {
    "source": {
        "source.relation": "organisation",
        "source.name": "Odile Marvelle",
        "source.organisation": "Harbour League",
        "source.contact": "odile@harbour.example\nevenings only",
        "source.country": "GHA",
        "publisher_reference": "2026/TGO/044",
        "language": "fr",
    },
    "persons": {
        "alleged_victims.0.names.0.value": NAME,
        "alleged_victims.0.names.0.script": "Latn",
        "alleged_victims.0.names.1.value": "تامسين مارفيل",
        "alleged_victims.0.names.1.kind": "transliteration",
        "alleged_victims.0.names.1.script": "Arab",
        "alleged_victims.0.gender": "woman",
        "alleged_victims.0.birth.age": "42",
        "alleged_victims.0.nationalities.1": "BEN",
        "alleged_victims.0.occupations": ["lawyer", "ngo_staff"],
        "alleged_victims.0.organisations.0.name": "Harbour League",
        "alleged_victims.0.organisations.0.role": "secretary",
        "alleged_victims.0.residence": "Port Saltmarsh",
        "alleged_victims.0.defender.topics": ["land", "women"],
        "alleged_victims.0.defender.description": "She defends the fishing families.",
        **day("alleged_victims.0.defender.since", "2011"),
        "alleged_victims.0.status": "detained",
        "alleged_victims.0.health.condition": "Diabetes",
        "alleged_victims.0.health.care_denied": "yes",
        "alleged_victims.0.contact": "Through her lawyer",
        "alleged_victims.0.identity_document": "Passport 0000",
        "group.kind": "community",
        "group.description": "The families of the fishing village",
        "group.size_estimate": "1 200",
        "group.topics": ["land"],
    },
    "events": {
        "violation.types": ["arrest", "arbitrary_detention"],
        **day("violation.date", "2026", "3", about=True),
        "violation.ongoing": "yes",
        "violation.country": "TGO",
        "violation.further_states.0": "GHA",
        "violation.place.name": "Port Saltmarsh",
        "violation.authorities.0.kind": "police",
        "violation.authorities.0.unit": "Harbour squad",
        "narratives.0.text": "Elle a été arrêtée à son bureau.\n\nPersonne ne l'a revue.",
        "violation.link_to_defence_work": "She had filed a claim the day before.",
        "violation.companies": "Saltmarsh Port\nNorthern Sand",
        "violation.witnesses": "A neighbour",
    },
    "detention": {
        "asks.detention": "yes",
        **day("detention.arrested_on", "2026", "3", "9"),
        "detention.arresting_authority": "police",
        "detention.warrant_shown": "no",
        "detention.charges": "Insult\nDisorder",
        "detention.terrorism_charge": "yes",
        "detention.custodies.0.place": "Harbour station",
        "detention.custodies.0.authority": "police",
        **day("detention.custodies.0.since", "2026", "3", "9"),
        "detention.lawyer_access": "no",
        "detention.whereabouts_known": "yes",
        **day("detention.next_hearing", "2026", "12", "1"),
        "detention.categories": ["II", "III"],
    },
    "reprisal": {
        "reprisal.kind": "both",
        "reprisal.mechanism": "UN",
        "reprisal.cooperation": "testimony",
        "reprisal.link": "reasonable",
        "risk.urgency": "immediate",
        "risk.to_life": "yes",
        "risk.rights_at_risk": "Life\nHealth",
        "risk.petition_pending": "no",
    },
    "procedures": {
        "accountability.complaints": "A complaint was lodged.",
        "accountability.status": "stalled",
        "accountability.remedies_exhausted": "no",
        "references.0.value": "TGO 4/2026",
        "references.0.scheme": "un_communication",
        "references.0.mechanism": "UN-SP",
        **day("references.0.sent_on", "2026", "3", "20"),
        "evidence.0.kind": "photo",
        "evidence.0.location": "archive 12",
        "actions_requested": ["urgent_appeal", "prison_visit"],
    },
    "consent": {
        "consent.letter": "yes",
        "consent.reports": "no",
        "consent.all_mechanisms.alert": "yes",
        "consent.all_mechanisms.share": "yes",
        "consent.ngos.alert": "withdrawn",
        "consent_record.informed": "yes",
        "consent_record.given_by": "her brother",
        **day("consent_record.decided_on", "2026", "3", "11"),
        **day("consent_record.withdrawn_on", "2026", "4", "1"),
        "consent_record.recorded_how": "signed",
    },
    "handling": {
        "verification.certainty": "likely",
        "verification.independent_sources": "2",
        "verification.source_reliability": "B",
        "handling.tlp": "amber+strict",
        "handling.chatham_house": "yes",
        "handling.confidential_fields": ["/alleged_victims/0/health", "/narratives"],
        **day("handling.embargo_until", "2026", "12", "31"),
        **day("handling.retention_until", "2030", "1", "1"),
    },
}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    person = Person(a_form(tmp_path)).sign_in()
    person.begin()
    return person


def test_a_whole_report_is_published_as_it_was_typed(person: Person) -> None:
    draft = person.draft
    page = person.fill(WHOLE)
    assert page.problems == {}
    shown = person.composed()
    page = person.submit(f"{draft}/send")
    assert page.path == f"{draft}/receipt"
    report = person.sent()
    assert report.model_dump(mode="json", exclude_unset=True, exclude_none=True) == shown
    assert (report.publisher, report.publisher_reference, report.revision) == ("ACHPR-SRHRD", "2026/TGO/044", 1)
    victim = report.alleged_victims[0]
    assert [(n.value, n.kind, n.script) for n in victim.names] == [
        (NAME, "full", "Latn"),
        ("تامسين مارفيل", "transliteration", "Arab"),
    ]
    assert victim.birth == "1983/1984"
    assert victim.nationalities == ["BEN"]
    assert victim.defender is not None
    assert victim.defender.since == "2011"
    assert report.group is not None
    assert report.group.size_estimate == 1200
    assert report.violation.date == "2026-03~"
    assert report.violation.companies == ["Saltmarsh Port", "Northern Sand"]
    assert report.narratives[0].language == "fr"
    assert report.narratives[0].text == "Elle a été arrêtée à son bureau.\n\nPersonne ne l'a revue."
    assert report.detention is not None
    assert report.detention.warrant_shown is False
    assert report.detention.family_access is None
    assert report.detention.charges == ["Insult", "Disorder"]
    assert report.reprisal is not None
    assert (report.reprisal.strict, report.reprisal.broad) == (True, True)
    assert report.risk is not None
    assert report.risk.petition_pending is False
    assert report.references[0].sent_on == date(2026, 3, 20)
    assert report.handling.tlp is Tlp.AMBER_STRICT
    assert report.handling.embargo_until == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert claim_from(report, report_id(report.publisher, report.publisher_reference)).lawyer_denied


def test_the_two_questions_grant_the_special_procedures_one_letter_and_nobody_else_anything(person: Person) -> None:
    person.fill(WHOLE)
    decided = {(d.recipient, d.purpose): d for d in Report.model_validate_json(json.dumps(person.composed())).consent}
    experts = ("UN-SP", "UN-SRHRD", "UN-WGAD")
    letter = Purpose.TRANSMIT_TO_GOVERNMENT
    granted = {key for key, decision in decided.items() if decision.status is ConsentStatus.GRANTED}
    assert granted == {
        *((expert, letter) for expert in experts),
        (Audience.GOVERNMENT, letter),
        (Audience.ALL_MECHANISMS, Purpose.ALERT),
        (Audience.ALL_MECHANISMS, Purpose.SHARE),
    }
    refused = {key for key, decision in decided.items() if decision.status is ConsentStatus.REFUSED}
    assert refused == {*((expert, Purpose.PUBLISH) for expert in experts), (Audience.PUBLIC, Purpose.PUBLISH)}
    taken_back = decided[Audience.NGOS, Purpose.ALERT]
    assert (taken_back.status, taken_back.withdrawn_on) == (ConsentStatus.WITHDRAWN, date(2026, 4, 1))
    assert all(d.informed and d.given_by == "her brother" and d.recorded_how == "signed" for d in decided.values())
    assert all(d.withdrawn_on is None for d in decided.values() if d is not taken_back)


def test_the_last_page_shows_every_answer_in_words(person: Person) -> None:
    page = person.fill(WHOLE)
    for shown in (
        NAME, "تامسين مارفيل", "Lawyer", "March 2026", "Togo", "Port Saltmarsh", "Harbour squad", "Northern Sand",
        "arrêtée à son bureau", "Amber, strict", "her brother",
        "Urgent appeal", "II: it punishes a freedom", "20 March 2026", "1 January 2030", "The account", "archive 12",
    ):  # fmt: skip
        assert shown in page.read, shown
    assert "nobody will be alerted" not in page.read


def test_a_report_that_alerts_nobody_says_so_before_it_is_sent(person: Person) -> None:
    assert "nobody will be alerted" in person.fill(LEAST).read


def test_nothing_can_be_sent_that_is_not_whole_and_each_fault_leads_to_its_page(person: Person) -> None:
    draft = person.draft
    page = person.get(f"{draft}/check")
    assert f"{draft}/send" not in page.forms
    for step in ("source", "persons", "events", "consent"):
        assert any(link.startswith(f"{draft}/{step}?mend=1#") for link in page.links), step
    refused = person.ask("POST", f"{draft}/send", data={"csrf": page.forms["/form/sign-out"]["csrf"][0]})
    assert refused.status == 422
    assert person.intake.shelf.records == []
    mended = person.get(next(link for link in page.links if link.startswith(f"{draft}/events?mend=1")))
    assert "violation.country" in mended.problems


def test_while_the_broker_is_away_nothing_is_lost_and_the_same_may_be_sent_again(person: Person) -> None:
    draft, shelf = person.draft, person.intake.shelf
    person.fill(LEAST)
    shelf.away = True
    page = person.submit(f"{draft}/send")
    assert page.status == 503
    assert "Nothing is lost" in page.read
    shelf.away = False
    assert person.submit(f"{draft}/send").path == f"{draft}/receipt"
    assert len(shelf.records) == 1


def test_a_report_is_sent_once_however_often_the_button_is_pressed(person: Person) -> None:
    draft = person.draft
    page = person.fill(LEAST)
    csrf = page.forms[f"{draft}/send"]["csrf"][0]
    for _ in range(3):
        assert person.ask("POST", f"{draft}/send", data={"csrf": csrf}).path == f"{draft}/receipt"
    assert len(person.intake.shelf.records) == 1
    for path in (f"{draft}/check", f"{draft}/persons"):
        assert person.get(path).path == f"{draft}/receipt", "a report that was sent cannot be changed"
    changed = person.ask("POST", f"{draft}/persons", data={"csrf": csrf, "do": "continue"})
    assert changed.status == 404


@pytest.mark.parametrize(
    ("asked", "said", "group"),
    [("asks.detention", "no", "detention"), ("reprisal.kind", "no", "reprisal")],
)
def test_what_hangs_on_a_no_is_neither_sent_nor_shown(person: Person, asked: str, said: str, group: str) -> None:
    pages = {step: dict(typed) for step, typed in WHOLE.items()}
    pages[group][asked] = said
    page = person.fill(pages)
    assert group not in person.composed()
    assert ("Harbour station" if group == "detention" else "Testimony") not in page.read


DATES: list[tuple[Answers, str | None]] = [
    (boxes_of("violation.date", TODAY), "2026-11-24"),
    ({"violation.date.year": ["2026"]}, "2026"),
    ({"violation.date.year": ["2026"], "violation.date.month": ["3"]}, "2026-03"),
    ({"violation.date.year": ["2026"], "violation.date.about": ["yes"]}, "2026~"),
    ({"violation.date.year": ["٢٠٢٦"], "violation.date.month": ["٣"]}, "2026-03"),
    ({"violation.date.year": [" 2026 "], "violation.date.month": ["03"], "violation.date.day": ["09"]}, "2026-03-09"),
    ({"violation.date.about": ["yes"]}, None),
    ({"violation.date.year": ["2026"], "violation.date.day": ["9"]}, "unreadable"),
    ({"violation.date.year": ["2026²"]}, "unreadable"),
    ({"violation.date.month": ["3"]}, "unreadable"),
]


@pytest.mark.parametrize(("answers", "expected"), DATES)
def test_a_date_is_as_precise_as_its_boxes(answers: Answers, expected: str | None) -> None:
    report = json.loads(composed(answers, "OIF", 1, TODAY).body)
    assert report.get("violation", {}).get("date") == expected
