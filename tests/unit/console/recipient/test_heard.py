"""From the page to the dispatcher and back: what a person answered is followed, and their page says so."""

from pathlib import Path

import pytest

from builders import a_report
from databases import NOW, a_message
from dispatching import Pipeline
from tocsin.console.recipient.app import app_of
from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.people import People
from tocsin.dispatcher.answering import Answering
from tocsin.knowledge.load import load
from tocsin.runtime.pages.site import Site
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.receiving.consuming import Consumer
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin_schemas.topics import ACTIONS, ANSWERS
from visiting import SITE, Browser, text_of


class Office:
    """A case that the dispatcher has raised, and the pages over the same database."""

    def __init__(self, folder: Path) -> None:
        self.pipeline = Pipeline(folder)
        self.chain = self.pipeline.enter_chain()
        self.pipeline.take(a_report(publisher="NGO-OBS"))
        engine, deployment = self.pipeline.engine, self.pipeline.deployment
        assert engine is not None
        desk = Desk(engine, deployment, load(), People(deployment), Site(frozenset({"127.0.0.1"}), SITE), lambda: NOW)
        self.browser = Browser(app_of(desk))
        with unit_of_work(engine) as connection:
            token = OF_RECIPIENTS.begin(connection, deployment.identities, self.chain["staff"], NOW)
        self.browser.cookies.set("tocsin-session", token, domain="127.0.0.1")
        self.path = f"/cases/{self.pipeline.rows(tables.cases)[0].reference}"
        work = Answering(self.pipeline.alerting)
        self.hearing = Consumer("dispatcher", ANSWERS, engine, deployment, work)
        self.hearing.prepare()
        self.heard = 0

    def pass_on(self) -> None:
        """As the relay does, and the broker."""
        for row in [row for row in self.pipeline.rows(tables.outbox) if row.topic == ANSWERS.name][self.heard :]:
            event_id = dict(row.headers)["ce_id"]
            self.hearing.handle(a_message(row.body, self.heard, "answer.given", ANSWERS.name, event_id=event_id))
            self.heard += 1


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_what_is_taken_in_hand_and_back_is_followed_and_shown(office: Office) -> None:
    browser = office.browser
    receipt = browser.submit(browser.form(office.path, "acknowledged"))
    assert "being passed on" in text_of(receipt)
    office.pass_on()
    assert "the others have been told" in text_of(browser.get(receipt.url.path))
    assert "You have it in hand." in text_of(browser.get(office.path))
    browser.submit(browser.form(office.path, "revoked"))
    office.pass_on()
    assert "Nobody has it in hand yet." in text_of(browser.get(office.path))


def test_what_is_handed_over_reaches_the_colleague(office: Office) -> None:
    browser, holder = office.browser, office.chain["mandate_holder"]
    receipt = browser.submit(browser.form(office.path, "handed_over"), to=holder)
    office.pass_on()
    assert "the others have been told" in text_of(browser.get(receipt.url.path))
    assert holder in office.pipeline.alert("UN-WGAD").recipients


def test_an_action_answers_for_its_mandate_and_shows_as_done(office: Office) -> None:
    browser = office.browser
    form = browser.form(office.path, "actions")
    receipt = browser.submit(form, stands="taken", type="press_statement", on="2026-11-23")
    (row,) = [row for row in office.pipeline.rows(tables.outbox) if row.topic == ACTIONS.name]
    headers = dict(row.headers)
    body = office.pipeline.deployment.keys.opening.open(row.body)
    message = a_message(body, 0, "action.taken", ACTIONS.name, event_id=headers["ce_id"])
    office.pipeline.recorder.handle(message)
    assert "the others have been told" in text_of(browser.get(receipt.url.path))
    text = text_of(browser.get(office.path))
    assert "Working Group on Arbitrary Detention : press statement , 23 November 2026" in text
    assert {row.alert_id for row in office.pipeline.rows(tables.acknowledgements)} == {
        office.pipeline.alert("UN-WGAD").alert_id
    }
