"""A report of the form: sent, arrived, corrected."""

from typing import Any

from builders import a_claim
from forming import LEAST, Person
from intaking import PUBLISHER, Intake
from tocsin.domain.identifiers import report_id
from tocsin.store.casework import cases, reports
from tocsin.store.database import unit_of_work

REFERENCE = "2026/TGO/044"


def sends(form: Intake, pages: dict[str, dict[str, Any]] | None = None) -> tuple[Person, str]:
    """Somebody who has sent a report, and the code of its draft."""
    person = Person(form).sign_in()
    code = person.begin()
    draft = person.draft
    source = LEAST["source"] | {"publisher_reference": REFERENCE}
    person.fill(LEAST | {"source": source} | (pages or {}))
    assert person.submit(f"{draft}/send").path.endswith("/receipt")
    return person, code


def arrives(form: Intake, revision: int = 1) -> None:
    """As the resolver would have it."""
    claim = a_claim(publisher=PUBLISHER, report_id=report_id(PUBLISHER, REFERENCE), revision=revision)
    with unit_of_work(form.engine) as connection:
        case = cases.open_case(connection, form.deployment.identities.case(claim.report_id), claim, form.now)
        reports.add(connection, claim, "digest", case.case_id, [], form.now)


def corrects(person: Person, **typed: str) -> Person:
    person.get("/form/correct")
    page = person.submit("/form/correct", reference=REFERENCE, **typed)
    person.get(next(link for link in page.links if link.endswith("/source")))
    return person


def kinds(form: Intake) -> list[str]:
    return [dict(record.headers)["ce_type"].decode().removeprefix("org.tocsin.") for record in form.shelf.records]
