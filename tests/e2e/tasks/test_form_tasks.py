"""A focal point of a mechanism: a report from the first page to the receipt, kept, mended, corrected and withdrawn."""

import pytest

from form_reports import REFERENCE, arrives, kinds, sends
from forming import NAME, Person
from intaking import Intake
from tocsin.intake.form.words import choice, words
from visitor import Visitor
from ways import EVERY_WAY

pytestmark = EVERY_WAY
FIRST_NAME = "main input[name*=names]"
ARABIC = "سلمى الزهراوي"


def signs_in(reporter: Visitor, form: Intake) -> None:
    reporter.open("/form")
    reporter.write(reporter.said("door.key"), form.keys["form"])
    reporter.push(reporter.said("door.enter"))


def begins(reporter: Visitor, form: Intake) -> str:
    """Returns the code of the draft; its first page is open."""
    signs_in(reporter, form)
    reporter.push(reporter.said("new.button"))
    code = reporter.page.inner_text("main code")
    reporter.follow(reporter.said("code.on"))
    return code


def fills(reporter: Visitor) -> None:
    """The fewest answers that make a report, page by page, up to that of consent."""
    said = reporter.said
    reporter.mark(said("relation.relative"))
    reporter.write(said("ask.source.name"), "Odile Marvelle")
    reporter.push(said("continue"))
    reporter.write(said("ask.alleged_victims.names.value"), ARABIC)
    reporter.push(said("continue"))
    tells_what_happened(reporter)
    for _ in ("detention", "reprisal", "procedures"):
        reporter.push(said("continue"))


def tells_what_happened(reporter: Visitor) -> None:
    said, spoken = reporter.said, words(reporter.way.language)
    reporter.mark(choice(spoken, "violations", "arrest"), role="checkbox")
    for box, text in (("day", "9"), ("month", "3"), ("year", "2026")):
        reporter.write(said(f"date.{box}"), text, group=said("ask.violation.date"))
    reporter.choose(said("ask.violation.country"), choice(spoken, "country", "TGO"))
    reporter.push(said("continue"))


def test_a_report_is_written_and_sent_with_each_question_of_consent_by_itself(reporter: Visitor, form: Intake) -> None:
    said = reporter.said
    begins(reporter, form)
    fills(reporter)
    yes, no = said("consent_answer.yes"), said("consent_answer.no")
    reporter.mark(yes, group=said("ask.consent.letter"))
    reporter.mark(no, group=said("ask.consent.reports"))
    reporter.mark(yes, group=said("ask.consent.all_mechanisms.alert"))
    reporter.push(said("continue"))
    reporter.push(said("continue"))
    assert reporter.heading == said("step.check")
    assert reporter.sees(ARABIC)
    reporter.push(said("send.button"))
    assert reporter.sees(said("receipt.arrived"))
    report = Person(form).sent()
    assert (report.alleged_victims[0].names[0].value, report.violation.country) == (ARABIC, "TGO")
    statuses = {(decision.recipient, decision.purpose): decision.status for decision in report.consent}
    assert statuses["government", "transmit_to_government"] == "granted"
    assert statuses["public", "publish"] == "refused"
    assert statuses["all_mechanisms", "alert"] == "granted"
    assert ("all_mechanisms", "share") not in statuses


@pytest.mark.slow
def test_what_is_wrong_stands_beside_its_field_and_the_list_of_it_leads_there(reporter: Visitor, form: Intake) -> None:
    said = reporter.said
    draft = begins(reporter, form) and reporter.path.rpartition("/")[0]
    reporter.open(f"{draft}/events")
    reporter.push(said("continue"))
    assert reporter.sees(said("problems"))
    reporter.jump(said("ask.violation.types"))
    field = str(reporter.page.evaluate("location.hash")).removeprefix("#")
    described = "document.activeElement.closest('fieldset').getAttribute('aria-describedby')"
    assert field.startswith("violation-types")
    assert "violation-types-problem" in str(reporter.page.evaluate(described))
    tells_what_happened(reporter)
    assert reporter.path == f"{draft}/detention"


def test_a_draft_is_kept_and_gone_on_with_after_signing_in_anew(reporter: Visitor, form: Intake) -> None:
    said = reporter.said
    code = begins(reporter, form)
    draft = reporter.path.rpartition("/")[0]
    reporter.open(f"{draft}/persons")
    reporter.write(said("ask.alleged_victims.names.value"), ARABIC)
    reporter.push(said("later"))
    assert reporter.sees(said("notice.kept"))
    reporter.push(said("sign_out"))
    signs_in(reporter, form)
    reporter.open(f"{draft}/persons")
    assert not reporter.page.locator(FIRST_NAME).count(), "without its code it stays shut"
    reporter.open("/form")
    reporter.write(said("resume.code"), code)
    reporter.push(said("resume.button"))
    reporter.open(f"{draft}/persons")
    assert reporter.page.input_value(FIRST_NAME) == ARABIC


@pytest.mark.slow
def test_a_draft_is_thrown_away(reporter: Visitor, form: Intake) -> None:
    begins(reporter, form)
    draft = reporter.path.rpartition("/")[0]
    reporter.open(f"{draft}/check")
    reporter.unfold(reporter.said("erase.title"))
    reporter.push(reporter.said("erase.button"))
    assert reporter.sees(reporter.said("notice.erased"))


def test_a_report_is_corrected_from_what_was_written(reporter: Visitor, form: Intake) -> None:
    said = reporter.said
    _, code = sends(form)
    arrives(form)
    signs_in(reporter, form)
    reporter.follow(said("correct.title"))
    reporter.write(said("again.reference"), REFERENCE)
    reporter.write(said("correct.code"), code)
    reporter.push(said("correct.button"))
    reporter.follow(said("code.on"))
    draft = reporter.path.rpartition("/")[0]
    reporter.open(f"{draft}/persons")
    assert reporter.page.input_value(FIRST_NAME) == NAME
    reporter.write(said("ask.alleged_victims.names.value"), ARABIC)
    reporter.push(said("continue"))
    reporter.follow(said("step.check"))
    reporter.push(said("send.button"))
    assert kinds(form) == ["report.submitted", "report.corrected"]
    assert Person(form).sent().alleged_victims[0].names[0].value == ARABIC


def test_a_report_is_withdrawn_and_a_mistyped_reference_is_said_to_be_one(reporter: Visitor, form: Intake) -> None:
    said = reporter.said
    sends(form)
    arrives(form)
    signs_in(reporter, form)
    reporter.follow(said("withdraw.title"))
    for reference in ("2026/TGO/440", REFERENCE):
        reporter.write(said("again.reference"), reference)
        reporter.mark(said("withdraw.consent_withdrawn"))
        reporter.push(said("withdraw.button"))
        assert reporter.sees(said("again.unknown")) is (reference != REFERENCE)
    assert reporter.sees(said("receipt.withdrawn"))
    assert kinds(form) == ["report.submitted", "report.withdrawn"]
