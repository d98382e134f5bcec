"""Whoever sent a report by the form sees on its receipt what became of it, as the API would tell it."""

from datetime import timedelta
from pathlib import Path

import pytest

from databases import NOW
from forming import LEAST, Person, a_form
from intaking import Intake, read_all
from tocsin.intake.form.words import words
from tocsin.intake.receipts import TICK, WAIT

STORED, ACCEPTED, REFUSED = (str(words("en")(f"receipt.became_{each}")) for each in ("received", "accepted", "refused"))


@pytest.fixture
def form(tmp_path: Path) -> Intake:
    return a_form(tmp_path)


def sends(form: Intake, name: str = "Tamsin Marvelle") -> Person:
    """All under one reference, each as a first revision."""
    person = Person(form).sign_in()
    person.begin()
    draft = person.draft
    source = LEAST["source"] | {"publisher_reference": "2026/TGO/044"}
    persons = {"alleged_victims.0.names.0.value": name}
    person.fill(LEAST | {"source": source, "persons": persons})
    person.submit(f"{draft}/send")
    return person


def later(form: Intake) -> None:
    form.now = NOW + WAIT + TICK


def test_until_its_time_a_receipt_says_received_whatever_became_of_the_report(form: Intake) -> None:
    person = sends(form)
    before = person.page.text
    assert STORED in person.page.read
    assert "From " in person.page.read
    read_all(form)
    form.now = NOW + WAIT - timedelta(seconds=1)
    assert person.get(person.page.path).text == before


def test_then_it_says_that_the_report_was_accepted(form: Intake) -> None:
    person = sends(form)
    read_all(form)
    later(form)
    assert ACCEPTED in person.get(person.page.path).read


def test_what_still_waits_its_turn_is_told_as_waiting(form: Intake) -> None:
    person = sends(form)
    later(form)
    page = person.get(person.page.path)
    assert STORED in page.read
    assert str(words("en")("receipt.its_turn")) in page.read
    assert person.page.path in page.links, "to look again"


def test_a_refusal_is_told_with_what_is_wrong_and_how_to_mend_it_and_may_be_corrected(form: Intake) -> None:
    first, second = sends(form), sends(form, "Afi Mensahvi")
    read_all(form)
    later(form)
    assert ACCEPTED in first.get(first.page.path).read
    page = second.get(second.page.path)
    assert REFUSED in page.read
    assert "revision" in page.read
    assert "Mensahvi" not in page.text
    second.get("/form/correct")
    assert second.submit("/form/correct", reference="2026/TGO/044", code="").status == 200
    assert str(words("fr")("receipt.became_refused")) in second.get(page.path + "?lang=fr").read
