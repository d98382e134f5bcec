"""What is sent again, by whom and through whichever door: never two contents under one number, never below what waits."""

from pathlib import Path

import pytest

from databases import a_message
from form_reports import REFERENCE, arrives, corrects, kinds, sends
from forming import LEAST, Person, a_form
from intaking import PUBLISHER, Intake
from tocsin.domain.identifiers import report_id
from tocsin.intake.publishing import Record, Stored, Unavailable
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin.store.receiving import parking
from tocsin.store.receiving.parking import Arrival
from tocsin_schemas.reports import Withdrawal
from tocsin_schemas.vocabulary import Priority


@pytest.fixture
def form(tmp_path: Path) -> Intake:
    return a_form(tmp_path)


@pytest.fixture
def lost(form: Intake, monkeypatch: pytest.MonkeyPatch) -> Intake:
    """The broker takes the first event, and its answer is lost."""
    whole = form.shelf.send

    async def send(record: Record) -> Stored:
        stored = await whole(record)
        if len(form.shelf.records) == 1:
            raise Unavailable
        return stored

    monkeypatch.setattr(form.shelf, "send", send)
    return form


def _tries(form: Intake) -> Person:
    person = Person(form).sign_in()
    person.begin()
    person.fill(LEAST | {"source": LEAST["source"] | {"publisher_reference": REFERENCE}})
    assert person.submit(f"{person.draft}/send").status == 503
    return person


def _bodies(form: Intake) -> list[bytes]:
    return [form.opened(record) for record in form.shelf.records]


def test_what_may_have_arrived_goes_out_again_as_it_was(lost: Intake) -> None:
    person = _tries(lost)
    person.get(f"{person.draft}/check")
    assert person.submit(f"{person.draft}/send").path.endswith("/receipt")
    first, second = _bodies(lost)
    assert first == second


def test_what_was_changed_since_it_may_have_arrived_is_a_correction(lost: Intake) -> None:
    person = _tries(lost)
    person.get(f"{person.draft}/events")
    person.save({"violation.country": "BEN"})
    person.get(f"{person.draft}/check")
    assert person.submit(f"{person.draft}/send").path.endswith("/receipt")
    assert kinds(lost) == ["report.submitted", "report.corrected"]
    assert (person.sent().revision, person.sent().violation.country) == (2, "BEN")
    corrects(person)
    person.fill(LEAST)
    person.submit(f"{person.draft}/send")
    assert person.sent().revision == 3


def test_two_who_correct_one_report_do_not_use_one_number(form: Intake) -> None:
    first, _ = sends(form)
    second = Person(form).sign_in("colleague")
    for person in (first, second):
        corrects(person)
        person.fill(LEAST)
    form.shelf.away = True
    assert first.submit(f"{first.draft}/send").status == 503
    form.shelf.away = False
    second.submit(f"{second.draft}/send")
    assert second.sent().revision == 3
    first.get(f"{first.draft}/check")
    first.submit(f"{first.draft}/send")
    assert first.sent().revision == 2


def _waits(form: Intake, revision: int) -> None:
    """A revision that came by another door, and has not had its turn."""
    arrival = Arrival(PUBLISHER, report_id(PUBLISHER, REFERENCE), revision, Priority.P3)
    with unit_of_work(form.engine) as connection:
        parking.park(connection, form.deployment.vault, a_message(b"{}", revision), arrival, form.now)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_withdrawal_is_above_what_waits_its_turn(form: Intake, is_known: bool) -> None:
    if is_known:
        arrives(form)
    _waits(form, 5)
    person = Person(form).sign_in()
    person.get("/form/withdraw")
    assert person.submit("/form/withdraw", reference=REFERENCE, reason="consent_withdrawn").status == 200
    said = Withdrawal.model_validate_json(form.opened(form.shelf.records[-1]))
    assert said.revision == 6


def test_a_correction_is_above_what_waits_its_turn(form: Intake) -> None:
    arrives(form)
    _waits(form, 5)
    person = corrects(Person(form).sign_in())
    person.fill(LEAST)
    person.submit(f"{person.draft}/send")
    assert person.sent().revision == 6


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reference_that_is_taken_is_told_before_anything_is_sent(form: Intake, language: str) -> None:
    arrives(form)
    person = Person(form, language).sign_in()
    person.begin()
    page = person.fill(LEAST | {"source": LEAST["source"] | {"publisher_reference": REFERENCE}})
    assert f"{person.draft}/send" not in page.forms
    assert {"en": "Another report", "fr": "Un autre signalement"}[language] in page.read
    assert form.shelf.records == []


def test_a_correction_that_was_begun_before_a_withdrawal_does_not_undo_it(form: Intake) -> None:
    arrives(form)
    person = corrects(Person(form).sign_in())
    person.fill(LEAST)
    with unit_of_work(form.engine) as connection:
        reports.withdraw(connection, report_id(PUBLISHER, REFERENCE), 2, "digest", form.now)
    page = person.get(f"{person.draft}/check")
    assert f"{person.draft}/send" not in page.forms
    assert "was withdrawn" in page.read
    csrf = page.forms["/form/sign-out"]["csrf"]
    assert person.ask("POST", f"{person.draft}/send", data={"csrf": csrf}).status == 422
    assert form.shelf.records == []
