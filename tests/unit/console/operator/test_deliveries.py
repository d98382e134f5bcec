"""Every mail shows its whole history and the provider's events, and no address; one in doubt is settled once."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select

import planted
from databases import NOW, a_database, a_deployment
from operator_pages import OPERATOR, an_app, post, read, text_of
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.domain.identifiers import case_reference
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.deliveries import DeliveryState, MailKind
from web_client import ask

SAID = words("en")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    return an_app(engine, a_deployment(tmp_path))


def a_mail(engine: Engine, state: str, number: int = 1) -> tuple[str, str]:
    """(its path, the reference of its case)"""
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, number)
        alert_id = planted.plant_alert(connection, case_id)
        delivery_id = planted.plant_delivery(connection, alert_id, case_id, state)
        event = {"provider_event_id": f"event-{number}", "delivery_id": delivery_id, "event": "processed"}
        times = {"occurred_at": NOW, "received_at": NOW + timedelta(seconds=2)}
        connection.execute(tables.provider_events.insert(), event | times)
    return f"/deliveries/{delivery_id}", case_reference(case_id)


def test_mails_are_listed_by_state_and_by_case(engine: Engine, app: FastAPI) -> None:
    (_, bounced), (_, delivered) = a_mail(engine, "bounced", 1), a_mail(engine, "delivered", 2)
    for query, there, absent in (
        ("", (bounced, delivered), ()),
        ("?state=bounced", (bounced,), (delivered,)),
        (f"?case={delivered.lower()}", (delivered,), (bounced,)),
        ("?state=strange", (bounced, delivered), ()),
    ):
        rows = read(app, f"/deliveries{query}").partition(SAID("mails.changed"))[2]
        assert all(reference in rows for reference in there), query
        assert not any(reference in rows for reference in absent), query
    assert SAID("mails.none") in read(app, "/deliveries?state=dropped")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_history_stands_in_its_order(engine: Engine, app: FastAPI, language: str) -> None:
    said, (path, _) = words(language), a_mail(engine, "bounced")
    history = read(app, f"{path}?lang={language}").partition(said("mails.history"))[2]
    places = [history.index(said(f"mailed.{state}")) for state in ("requested", "accepted", "bounced")]
    assert places == sorted(places)
    assert "provider_accepted" in history
    assert "processed" in history.partition(said("mails.events"))[2]
    assert "2026-11-24 09:00:02 UTC" in history


@pytest.mark.parametrize(("decision", "state"), [("sent", "accepted"), ("again", "requested")])
def test_a_mail_in_doubt_is_settled_once_and_on_record(engine: Engine, app: FastAPI, decision: str, state: str) -> None:
    path, _ = a_mail(engine, "unknown")
    shown = read(app, post(app, f"{path}/settlement", decision=decision))
    assert SAID(f"done.settled_{decision}") in shown
    assert SAID("mails.settle_hint") not in shown
    with reading(engine) as connection:
        assert connection.execute(select(tables.deliveries.c.state)).scalar_one() == state
        entry = connection.execute(select(tables.audit).where(tables.audit.c.action == "delivery-settled")).one()
    assert entry.detail == {"by": OPERATOR, "decision": decision}
    again = ask(app, f"{path}/settlement", "POST", data={"decision": decision})
    assert SAID("refused.settled.title") in text_of(again)


@pytest.mark.parametrize("state", ["delivered", "requested", "accepted"])
def test_what_is_known_is_not_settled(engine: Engine, app: FastAPI, state: str) -> None:
    path, _ = a_mail(engine, state)
    assert SAID("mails.settle_hint") not in read(app, path)
    assert ask(app, f"{path}/settlement", "POST", data={"decision": "again"}).status_code == 409


def test_an_auditor_looks_and_settles_nothing(engine: Engine, tmp_path: Path) -> None:
    path, _ = a_mail(engine, "unknown")
    app = an_app(engine, a_deployment(tmp_path), Role.AUDITOR)
    assert SAID("mails.settle_hint") not in read(app, path)
    assert ask(app, f"{path}/settlement", "POST", data={"decision": "sent"}).status_code == 404
    assert ask(an_app(engine, a_deployment(tmp_path), Role.REVIEWER), "/deliveries").status_code == 404


def test_what_is_not_there_is_not_there(app: FastAPI) -> None:
    assert ask(app, f"/deliveries/{'0' * 32}").status_code == 404


def test_every_state_and_kind_of_mail_has_words_in_every_language() -> None:
    wanted = [f"mailed.{state}" for state in DeliveryState] + [f"mail.{kind}" for kind in MailKind]
    assert [key for language in LANGUAGES for key in wanted if not words(language).has(key)] == []
