"""A mailer without Kafka: a case with an alert in a database, the real SendGrid client, and the simulator beside it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from sqlalchemy import Connection, Engine, select

from builders import a_claim, an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.domain.claims import Claim
from tocsin.knowledge import load as knowledge
from tocsin.mailer.evidence.reconcile import Reconciliation
from tocsin.mailer.providers.sendgrid import Clients, SendGridSender
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.mailer.sender import Accepted, Mail, Outcome
from tocsin.mailer.sending import Sending
from tocsin.mailer.writing.letters import Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.resting import bases
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store import tables
from tocsin.store.alerting import alerts, disclosures
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, reports
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Delivery, Wanted
from tocsin.store.mail.threads import Terms
from tocsin.store.migrate import upgrade
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

MANDATE = "ACHPR-SRHRD"
CASE = "c0ffee" * 5 + "c0"


@dataclass(slots=True)
class Office:
    """A database with one case. ``now`` moves only when a test moves it; it starts with the simulator's own time."""

    engine: Engine
    deployment: Deployment
    case: cases.Case
    alert_id: str
    now: datetime
    delivery_ids: list[str] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def request(self, address: str, priority: Priority = Priority.P1, round_: int = 0, **over: Any) -> str:
        """Ask for a mail to ``address``, as the alert does; returns the delivery's id."""
        entry = an_entry(address, [MANDATE], languages=[over.pop("language", "en")])
        identities = self.deployment.identities
        with unit_of_work(self.engine) as connection:
            person = put_recipient(connection, self.deployment, entry, self.now)
            delivery_id = identities.delivery(self.alert_id, person, "email", round_)
            kind = over.get("kind", MailKind.UPDATE if round_ else MailKind.ALERT)
            deadline, cause = over.get("reply_by", self.now + timedelta(hours=5)), over.get("update_cause")
            ids = (delivery_id, self.alert_id, self.case.case_id, person)
            wanted = Wanted(*ids, round_, kind, priority, deadline, cause)
            deliveries.request(connection, identities, wanted, self.now)
        self.delivery_ids.append(delivery_id)
        return delivery_id

    def find(self, delivery_id: str) -> Delivery:
        with reading(self.engine) as connection:
            found = deliveries.find(connection, delivery_id)
        assert found is not None
        return found

    def states(self) -> dict[str, int]:
        with reading(self.engine) as connection:
            return dict(Counter(connection.execute(select(tables.deliveries.c.state)).scalars()))


def an_office(
    folder: Path, claim: Claim | None = None, level: str = "L1", now: datetime | None = None, url: str | None = None
) -> Office:
    """One case with one raised alert, and nobody told yet."""
    now = now or clock.now()
    deployment = a_deployment(folder)
    if url is None:
        engine = a_database(folder)
    else:
        upgrade(url)
        engine = open_database(url)
    claim = claim or a_claim(publisher="IACHR-RELE")
    with unit_of_work(engine) as connection:
        case = cases.open_case(connection, deployment.identities.case(claim.report_id), claim, now)
        reports.add(connection, claim, "digest", case.case_id, [], now)
        alert_id = deployment.identities.alert(case.case_id, MANDATE, 1)
        alerts.add(connection, _alert(alert_id, case.case_id, level), 1, now)
    return Office(engine, deployment, case, alert_id, now)


def _alert(alert_id: str, case_id: str, level: str) -> Alert:
    return Alert(
        alert_id=alert_id,
        case_id=case_id,
        mechanism=MANDATE,
        mandate=MANDATE,
        round=0,
        state="raised",
        priority="P1",
        level=level,
        rule="mandate-always",
        detail="",
        recipients=[],
        hold_reason=None,
        reply_by=NOW + timedelta(hours=5),
    )


@dataclass(slots=True)
class KeepingSender:
    """A provider that keeps what it is given. outcome: what it answers. meanwhile: done before it answers."""

    outcome: Outcome = field(default_factory=lambda: Accepted("id"))
    meanwhile: Callable[[Mail], object] = lambda _: None
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        self.meanwhile(mail)
        return self.outcome


def send_batch(office: Office, sender: Any) -> None:
    """Send what is due, as one process would."""
    with ThreadPoolExecutor(1) as pool:
        a_sending(office, sender).send_batch(pool)


@contextmanager
def a_simulator(home: Path, webhook_url: str = "http://127.0.0.1:9/") -> Iterator[Simulator]:
    """The SendGrid simulator on a free port. Its events go nowhere unless a test says where."""
    with Simulator.create(Settings(home=home, simulator_port=0), webhook_url) as simulator:
        yield simulator


def clients_for(simulator: Simulator, home: Path, timeout: float = 2.0) -> Clients:
    return Clients(simulator.url, home / "sendgrid.key", timeout)


def a_sender(simulator: Simulator, home: Path, timeout: float = 2.0, sandbox: bool = False) -> SendGridSender:
    return SendGridSender(clients_for(simulator, home, timeout), "alerts@tocsin.example", clock.now, sandbox)


def a_sending(office: Office, sender: Any, instance: str = "1", threads: int = 2) -> Sending:
    return Sending(
        engine=office.engine,
        deployment=office.deployment,
        knowledge=knowledge.load(),
        sender=sender,
        rendering=Rendering("http://127.0.0.1:8082", "tocsin.example"),
        instance=instance,
        threads=threads,
        clock=office.clock,
    )


def a_reconciliation(office: Office, simulator: Simulator, home: Path) -> Reconciliation:
    log = SendGridLog(clients_for(simulator, home))
    return Reconciliation(office.engine, office.deployment, log, timedelta(seconds=10), office.clock)


def a_mail(to: str = "desk@mechanism.example", **over: Any) -> Mail:
    fields: dict[str, Any] = {
        "delivery_id": "0f" * 16,
        "attempt": 1,
        "to": to,
        "subject": "[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC",
        "text": "A case within your mandate.\n",
        "html": "<p>A case within your mandate.</p>",
        "headers": {"Auto-Submitted": "auto-generated", "References": "<case.1@tocsin.example>"},
    }
    return Mail(**(fields | over))


def a_letter(**over: Any) -> Letter:
    """A letter about the case of ``a_claim()``, as an alert at level 1. ``over``: also kind, level, update_cause."""
    kind, level = over.pop("kind", MailKind.ALERT), over.pop("level", DisclosureLevel.L1)
    repeat, cause = over.pop("possible_repeat", False), over.pop("update_cause", None)
    ids = ("0f" * 16, "0a" * 16, CASE, "0e" * 16)
    delivery = Delivery(*ids, "email", 0, kind, "P1", DeliveryState.CLAIMED, 1, "f", NOW, repeat, NOW, cause)
    terms = over.get("terms", Terms("P1", NOW, NOW + timedelta(hours=5)))
    claims = over.pop("claims", [a_claim(publisher="IACHR-RELE")])
    fields: dict[str, Any] = {
        "delivery": delivery,
        "alert_id": delivery.alert_id,
        "case_id": delivery.case_id,
        "reference": "HRD-7F3K-22Q",
        "rests_on": bases(claims, knowledge.load().mechanisms[MANDATE], MANDATE, level, NOW),
        "mandate": SimpleNamespace(key="UN-WGAD", name={"en": "Working Group on Arbitrary Detention"}),
        "rule": "mandate-by-violation",
        "level": level,
        "terms": terms,
        "root": terms,
        "language": "en",
        "address": "desk@mechanism.example",
    }
    return Letter(**(fields | over))


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until ``condition`` holds; fails if it does not in time."""
    pause = threading.Event()
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "this did not come true in time"
        pause.wait(0.02)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """A web application on a free port of loopback."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


def told_of(connection: Connection, case_id: str, report_id: str) -> list[tuple[str, str]]:
    """(alert, person) for everyone to whom a mail that rests on this report may have left, each once."""
    found = disclosures.of_case(connection, case_id)
    return sorted({(told.alert_id, told.recipient_id) for told in found if told.report_id == report_id})
