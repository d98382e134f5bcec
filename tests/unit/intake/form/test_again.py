"""A report that was sent is corrected and withdrawn by its reference, by whoever may speak for its publisher."""

from datetime import timedelta
from pathlib import Path

import pytest

from form_reports import REFERENCE, arrives, corrects, kinds, sends
from forming import LEAST, NAME, Person, a_form
from intaking import PUBLISHER, Intake
from tocsin.domain.identifiers import report_id
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin.store.publishing.drafts import KEPT_AFTER_SENDING
from tocsin_schemas.reports import Report, Withdrawal


@pytest.fixture
def form(tmp_path: Path) -> Intake:
    return a_form(tmp_path)


def test_a_correction_begins_with_what_was_written_and_replaces_the_report(form: Intake) -> None:
    person, code = sends(form)
    corrects(person, code=code)
    draft = person.draft
    fields = person.page.forms[person.page.path]
    assert fields["publisher_reference"] == [REFERENCE]
    assert "readonly" in person.page.text
    assert NAME in person.get(f"{draft}/persons").text
    person.get(f"{draft}/source")
    person.save(LEAST["source"] | {"publisher_reference": "another"})
    person.get(f"{draft}/events")
    person.save(LEAST["events"] | {"violation.country": "BEN"})
    person.get(f"{draft}/check")
    person.submit(f"{draft}/send")
    assert kinds(form) == ["report.submitted", "report.corrected"]
    report = person.sent()
    assert (report.publisher_reference, report.revision, report.violation.country) == (REFERENCE, 2, "BEN")
    assert report.alleged_victims[0].names[0].value == NAME


def test_without_the_code_a_correction_begins_empty_even_for_a_colleague_who_knows_the_reference(form: Intake) -> None:
    sends(form)
    colleague = corrects(Person(form).sign_in("colleague"))
    assert NAME not in colleague.get(f"{colleague.draft}/persons").text
    wrong = colleague.get("/form/correct")
    wrong = colleague.submit("/form/correct", reference=REFERENCE, code="AAAA-AAAA-AAAA")
    assert wrong.status == 422
    assert "does not open" in wrong.problems["code"]


def test_a_code_of_another_report_brings_nothing_of_it_into_a_correction(form: Intake) -> None:
    person, _ = sends(form)
    other = person.begin()
    person.fill({"persons": {"alleged_victims.0.names.0.value": "Ansel Quillfeather"}})
    person.get("/form/correct")
    assert person.submit("/form/correct", reference=REFERENCE, code=other).status == 422


@pytest.mark.parametrize("arrived", [1, 4])
def test_the_revision_follows_the_last_that_is_known(form: Intake, arrived: int) -> None:
    person, code = sends(form)
    arrives(form, arrived)
    corrects(person, code=code)
    draft = person.draft
    person.get(f"{draft}/check")
    person.submit(f"{draft}/send")
    assert person.sent().revision == arrived + 1
    person.get("/form/withdraw")
    person.submit("/form/withdraw", reference=REFERENCE, reason="other")
    assert Withdrawal.model_validate_json(form.opened(form.shelf.records[-1])).revision == arrived + 2


def test_a_withdrawal_is_sent_and_answered_with_a_receipt(form: Intake) -> None:
    person, _ = sends(form)
    person.get("/form/withdraw")
    page = person.submit("/form/withdraw", reference=REFERENCE, reason="consent_withdrawn")
    assert "Your withdrawal has arrived" in page.read
    assert REFERENCE in page.read
    assert kinds(form) == ["report.submitted", "report.withdrawn"]
    said = Withdrawal.model_validate_json(form.opened(form.shelf.records[-1]))
    assert (said.publisher, said.publisher_reference, said.revision) == (PUBLISHER, REFERENCE, 2)
    assert (said.reason, said.withdrawn_at) == ("consent_withdrawn", form.now)


def test_long_after_the_draft_is_gone_a_report_that_arrived_can_be_corrected_and_withdrawn(form: Intake) -> None:
    person, _ = sends(form)
    arrives(form)
    form.now += KEPT_AFTER_SENDING + timedelta(days=30)
    person.sign_in()
    corrects(person)
    draft = person.draft
    assert person.fill(LEAST).status == 200
    person.submit(f"{draft}/send")
    assert Report.model_validate_json(form.opened(form.shelf.records[-1])).revision == 2


@pytest.mark.parametrize("path", ["/form/correct", "/form/withdraw"])
@pytest.mark.parametrize(("who", "reference"), [("form", "2026/TGO/999"), ("other", REFERENCE), ("form", "")])
def test_a_reference_that_is_unknown_or_anothers_is_refused_alike(
    form: Intake, path: str, who: str, reference: str
) -> None:
    sends(form)
    arrives(form)
    person = Person(form).sign_in(who)
    person.get(path)
    page = person.submit(path, reference=reference, reason="other")
    assert page.status == 422
    assert "No report with this reference has arrived from your organisation" in page.problems["reference"]
    assert kinds(form) == ["report.submitted"]


def test_a_withdrawal_says_why_and_is_not_sent_twice(form: Intake) -> None:
    person, _ = sends(form)
    arrives(form)
    person.get("/form/withdraw")
    assert "reason" in person.submit("/form/withdraw", reference=REFERENCE, reason="mood").text
    assert person.page.status == 422
    with unit_of_work(form.engine) as connection:
        reports.withdraw(connection, report_id(PUBLISHER, REFERENCE), 2, "digest", form.now)
    page = person.submit("/form/withdraw", reference=REFERENCE, reason="other")
    assert page.status == 422
    assert "was withdrawn already" in page.read
    assert kinds(form) == ["report.submitted"]


def test_while_the_broker_is_away_a_withdrawal_can_be_tried_again(form: Intake) -> None:
    person, _ = sends(form)
    form.shelf.away = True
    person.get("/form/withdraw")
    page = person.submit("/form/withdraw", reference=REFERENCE, reason="unfounded")
    assert page.status == 503
    assert page.forms["/form/withdraw"]["reason"] == ["unfounded"]
    form.shelf.away = False
    assert person.submit("/form/withdraw").status == 200
