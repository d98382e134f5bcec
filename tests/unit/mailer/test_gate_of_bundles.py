"""In a bundle each case is held to its own level, whatever may be said of the others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from builders import a_report, a_violation
from posting import Post
from tocsin.mailer import sending
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing import composing
from tocsin.store import tables
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import sealed_reports
from tocsin.store.database import unit_of_work

WINDOW = timedelta(minutes=10)
TOLD, UNTOLD = "TGO", "KEN"
PERSONS = "desk@mechanism.example"


def a_bundle(post: Post, *levels: str) -> list[Alert]:
    """Of cases at these levels, after a first mail: those at level 0 in a State that may not be named."""
    opened = [*post.open_cases(1)]
    for level in levels:
        opened += post.open_cases(1, country=TOLD if level == "L1" else UNTOLD)
    with unit_of_work(post.engine) as connection:
        for alert, level in zip(opened[1:], levels, strict=True):
            here = tables.alerts.c.alert_id == alert.alert_id
            connection.execute(update(tables.alerts).where(here).values(level=level))
        for row in connection.execute(select(tables.reports.c.report_id, tables.reports.c.claim)).all():
            violation = a_violation(country=row.claim["country"])
            body = a_report(publisher="IACHR-RELE", violation=violation).model_dump_json(exclude_none=True).encode()
            post.deployment.vault.seal(connection, row.report_id, "revision-1", body, post.now)
    post.doubt(*((alert, opened[0]) for alert in opened[1:]))
    person = post.enter(PERSONS)
    for alert in opened:
        post.alert(alert, person)
    post.send()
    return opened


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


@pytest.mark.parametrize(("said", "bundles"), [("Kenya", "cancelled"), ("Togo", "accepted"), ("", "accepted")])
def test_where_one_case_may_be_told_the_other_is_still_searched_for(
    post: Post, monkeypatch: pytest.MonkeyPatch, said: str, bundles: str
) -> None:
    a_bundle(post, "L1", "L0")

    def leaking(rendering: Any, letter: Any) -> Mail:
        mail = composing.compose(rendering, letter)
        return replace(mail, text=f"{mail.text}\n{said}\n")

    monkeypatch.setattr(sending, "compose", leaking)
    post.send(after=WINDOW)
    assert post.states("bundle") == {bundles: 1}
    assert post.states("alert").get("cancelled", 0) == (bundles == "cancelled")


def test_whoever_was_told_of_a_case_that_became_part_of_this_one_is_not_named_either(post: Post) -> None:
    first, second = post.open_cases(2)
    post.alert(first, post.enter("one@mechanism.example"))
    post.alert(second, post.enter("other@mechanism.example"))
    with unit_of_work(post.engine) as connection:
        here = tables.cases.c.case_id == second.case_id
        connection.execute(update(tables.cases).where(here).values(state="merged", redirects_to=first.case_id))
        for case_id in (first.case_id, second.case_id):
            known = sealed_reports.addresses_of(connection, post.deployment.vault, case_id)
            assert set().union(*known.values()) == {"one@mechanism.example", "other@mechanism.example"}


@pytest.mark.parametrize("body", [b"[]", b'{"violation": null, "alleged_victims": [{"birth": "long ago"}]}'])
def test_a_report_that_cannot_be_understood_stops_the_mails_of_its_case_and_no_other(post: Post, body: bytes) -> None:
    odd, well = post.open_cases(2)
    with unit_of_work(post.engine) as connection:
        here = tables.reports.c.case_id == odd.case_id
        report_id = connection.execute(select(tables.reports.c.report_id).where(here)).scalar_one()
        post.deployment.vault.seal(connection, report_id, "revision-1", body, post.now)
    person = post.enter()
    for alert in (odd, well):
        post.alert(alert, person)
    (mail,) = post.send()
    assert post.references()[well.case_id] in mail.subject
    assert [row.case_id for row in post.rows(tables.reviews)] == [odd.case_id]
