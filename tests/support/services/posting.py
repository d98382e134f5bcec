"""A mailer with a clock of its own: cases and their alerts in a database, what is asked of it, and what it sends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from builders import a_claim, an_entry
from consents import decision
from databases import NOW, a_database, a_deployment, a_message
from directories import put_recipient
from mailing import MANDATE, KeepingSender
from tocsin.domain.claims import Claim
from tocsin.knowledge import load as knowledge
from tocsin.mailer.requesting import Requesting
from tocsin.mailer.sender import Mail
from tocsin.mailer.sending import Sending
from tocsin.mailer.writing.rendering import Rendering
from tocsin.store import tables
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, links, reports
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas import alerts as events
from tocsin_schemas.alerts import AlertChange, DisclosureLevel, UpdateCause
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.events import Event
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Priority, Purpose

_AUDIENCES = (Audience.ALL_MECHANISMS, Audience.NGOS)
WITHIN = {"P1": timedelta(hours=4), "P2": timedelta(hours=24), "P3": timedelta(days=7), "P4": timedelta(days=14)}


@dataclass
class Post:
    """now: moves only when a test moves it. engine: SQLite without it."""

    folder: Path
    now: datetime = NOW
    engine: Engine | None = None
    sender: Any = field(default_factory=KeepingSender)
    rounds: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deployment = a_deployment(self.folder)
        self.engine = self.engine or a_database(self.folder)
        self.requesting = Requesting(self.deployment)
        self.sending = Sending(
            engine=self.engine,
            deployment=self.deployment,
            knowledge=knowledge.load(),
            sender=self.sender,
            rendering=Rendering("http://127.0.0.1:8084", "tocsin.example"),
            instance="1",
            threads=1,
            clock=lambda: self.now,
        )

    @property
    def mails(self) -> list[Mail]:
        return self.sender.mails

    def enter(self, address: str = "desk@mechanism.example", **over: Any) -> str:
        """Returns the recipient's id."""
        with unit_of_work(self.engine) as connection:
            return put_recipient(connection, self.deployment, an_entry(address, [MANDATE], **over), self.now)

    def open_cases(self, number: int, priority: str = "P1", **claim: Any) -> list[Alert]:
        """Cases of one alert each, of which nobody has been told."""
        opened, ids = [], self.deployment.identities
        with unit_of_work(self.engine) as connection:
            for _ in range(number):
                report_id = f"{len(self.rounds):08x}-0000-5000-8000-000000000000"
                claimed = a_claim(**({"publisher": "IACHR-RELE", "report_id": report_id} | claim))
                case = cases.open_case(connection, ids.case(report_id), claimed, self.now)
                reports.add(connection, claimed, "digest", case.case_id, [], self.now)
                opened.append(self._alert(ids.alert(case.case_id, MANDATE, 1), case.case_id, priority))
                self.rounds[opened[-1].alert_id] = 0
            alerts.add_all(connection, [(alert, None) for alert in opened], 1, self.now)
        return opened

    def _alert(self, alert_id: str, case_id: str, priority: str) -> Alert:
        due = self.now + WITHIN[priority]
        who = (MANDATE, MANDATE, 0, "raised", priority, "L1", "mandate-always", "", [], None, due)
        return Alert(alert_id, case_id, *who)

    def doubt(self, *pairs: tuple[Alert, Alert]) -> None:
        """The cases of each pair may be one: a person has yet to decide."""
        found = {(one.case_id, other.case_id): LinkKind.POSSIBLE_DUPLICATE for one, other in pairs}
        with unit_of_work(self.engine) as connection:
            links.add(connection, found, self.now)

    def alert(self, alert: Alert, *people: str) -> None:
        """The dispatcher raises it."""
        self.tell(alert, events.AlertRaised, people)

    def update(self, alert: Alert, *people: str, cause: UpdateCause = UpdateCause.ACTION_TAKEN, **over: Any) -> None:
        self.rounds[alert.alert_id] += 1
        facts = {"round": self.rounds[alert.alert_id], "notify": True, "cause": cause}
        self.tell(alert, events.AlertUpdated, people, **(facts | over))

    def remind(self, alert: Alert, *people: str) -> None:
        self.rounds[alert.alert_id] += 1
        self.tell(alert, events.AlertReminded, people, round=self.rounds[alert.alert_id])

    def escalate(self, alert: Alert, *people: str) -> None:
        self.rounds[alert.alert_id] += 1
        self.tell(alert, events.AlertEscalated, people, round=self.rounds[alert.alert_id], step=1)

    def tell(self, alert: Alert, model: type[AlertChange], people: tuple[str, ...], **over: Any) -> None:
        facts = {"level": DisclosureLevel.L1, "recipients": list(people), "reply_by": alert.reply_by}
        self.say(alert, model, **(facts | over))

    def close(self, alert: Alert) -> None:
        """The dispatcher closes it."""
        with unit_of_work(self.engine) as connection:
            where = tables.alerts.c.alert_id == alert.alert_id
            connection.execute(tables.alerts.update().where(where).values(state="closed"))
        self.say(alert, events.AlertClosed, reason="report_withdrawn")

    def refuse(self, alert: Alert) -> None:
        """The victim withdraws all consent; nobody has routed the case again yet."""
        withdrawn = [decision(a, ConsentStatus.WITHDRAWN, p) for a in _AUDIENCES for p in Purpose]
        with unit_of_work(self.engine) as connection:
            (claim,) = reports.claims_of(connection, alert.case_id)
            changed = Claim(**(dict(claim) | {"consents": withdrawn}))
            where = tables.reports.c.report_id == claim.report_id
            connection.execute(tables.reports.update().where(where).values(claim=changed.model_dump(mode="json")))

    def say(self, alert: Alert, model: type[AlertChange], **facts: Any) -> None:
        body = model(
            alert_id=alert.alert_id,
            case_id=alert.case_id,
            mechanism=alert.mechanism,
            mandate=alert.mandate,
            priority=Priority(facts.pop("priority", alert.priority)),
            rule=alert.rule,
            at=self.now,
            **facts,
        )
        with unit_of_work(self.engine) as connection:
            self.requesting(connection, Event("id", "type", "/tocsin", self.now, body), a_message(b""), self.now)

    def send(self, after: timedelta = timedelta()) -> list[Mail]:
        """Let time pass, and send what is due; returns the mails of this time."""
        self.now += after
        before = len(self.mails)
        with ThreadPoolExecutor(1) as pool:
            while self.sending.send_batch(pool):
                pass
        return self.mails[before:]

    def run(self, until: datetime) -> list[tuple[datetime, Mail]]:
        """Let time pass to whatever is due next, again and again; returns each mail with its moment."""
        sent = [(self.now, mail) for mail in self.send()]
        while (due := self.next_due()) is not None and due <= until:
            self.now = max(due, self.now, self.sending._closed_until or due)
            sent += [(self.now, mail) for mail in self.send()]
        self.now = max(until, self.now)
        return sent

    def next_due(self) -> datetime | None:
        return min((row.next_attempt_at for row in self.rows() if row.state == "requested"), default=None)

    def rows(self, table: Any = tables.deliveries) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def states(self, kind: str = "") -> dict[str, int]:
        """How many deliveries are in each state; of one kind, if it is given."""
        found: dict[str, int] = {}
        for row in self.rows():
            if row.kind == kind or not kind:
                found[row.state] = found.get(row.state, 0) + 1
        return found

    def references(self) -> dict[str, str]:
        """By case id."""
        return {row.case_id: row.reference for row in self.rows(tables.cases)}
