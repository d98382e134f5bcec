"""Whatever is held back is listed with its reason, until when, and what may be done; nothing is released by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

import planted
from databases import a_database, a_deployment
from operator_pages import an_app, read
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, moment, words
from tocsin.domain.identifiers import case_reference
from tocsin.knowledge.load import labels
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.views import held_alerts
from tocsin_schemas.alerts import HoldReason
from web_client import ask

ENDS = datetime(2027, 1, 20, 12, tzinfo=UTC)
HELD = (
    (1, "UN-WGAD", HoldReason.EMBARGO, "under-embargo", ENDS),
    (1, "UN-TORTURE", HoldReason.EMBARGO, "under-embargo", ENDS + timedelta(days=1)),
    (1, "EU-HRD", HoldReason.CONSENT, "consent-refused", None),
    (2, "UN-WGAD", HoldReason.CERTAINTY, "certainty-unlikely", None),
    (3, "UN-WATER", HoldReason.NO_RECIPIENT, "no-recipient", None),
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        cases = {number: planted.plant_case(connection, number) for number in (1, 2, 3, 4)}
        for number, mandate, reason, rule, ends in HELD:
            hold(connection, cases[number], mandate, reason, rule, ends)
        hold(connection, cases[4], "UN-WGAD", None, "mandate-always", None)
    return engine


def hold(
    connection: Connection, case_id: str, mandate: str, reason: str | None, rule: str, ends: datetime | None
) -> None:
    state = "held" if reason else "raised"
    planted.plant_alert(connection, case_id, mandate, state=state, rule=rule, hold_reason=reason, release_at=ends)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return a_deployment(tmp_path)


def references(engine: Engine) -> dict[int, str]:
    return {number: case_reference(planted.ident("case", number)) for number in (1, 2, 3, 4)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_case_is_listed_with_why_whom_until_when_and_what_to_do(
    engine: Engine, deployment: Deployment, language: str
) -> None:
    shown, said = read(an_app(engine, deployment), f"/unrouted/held?lang={language}"), words(language)
    known = references(engine)
    for number, mandate, reason, rule, _ in HELD:
        for expected in (
            known[number],
            mandate,
            said(f"hold.{reason}"),
            labels(language)["rules"][rule],
            said(f"held.act.{reason}"),
        ):
            assert expected in shown
    assert moment(ENDS) in shown
    assert known[4] not in shown, "it was told"
    assert said("held.title") in read(an_app(engine, deployment), f"/unrouted?lang={language}")


@pytest.mark.parametrize("reason", HoldReason)
def test_one_reason_is_listed_alone(engine: Engine, deployment: Deployment, reason: HoldReason) -> None:
    expected = {number for number, _, why, _, _ in HELD if why == reason}
    shown = read(an_app(engine, deployment), f"/unrouted/held?reason={reason}")
    assert {number for number, reference in references(engine).items() if reference in shown} == expected
    with reading(engine) as connection:
        assert held_alerts.counts(connection)[reason] == len(expected)


def test_nothing_is_released_there(engine: Engine, deployment: Deployment) -> None:
    app = an_app(engine, deployment, Role.DUTY_OFFICER)
    assert ask(app, "/unrouted/held").status_code == 200
    html = ask(app, "/unrouted/held").text
    assert html.count("<form") == html.count("sign-out")
    assert "/directory/proposal" not in html, "who may not propose is not led there"
    assert ask(an_app(engine, deployment, Role.AUDITOR), "/unrouted/held").status_code == 404
