"""A console with something to do on every page: cases, doubtful matches, mails, dead letters, changes that wait."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

import planted
from builders import a_violation, an_entry
from databases import frozen, thawed
from directories import FIRST, appoint_two, put_recipient
from operating import House
from resolving import Resolver, identity
from reviewing import AGAIN, BROTHER, OTHER, a_case_report
from stage import Stage
from tocsin.console.access.desk import Desk
from tocsin.console.access.provider import Provider
from tocsin.console.app import app_of
from tocsin.domain.identifiers import case_reference
from tocsin.resolver.matching import load_matcher
from tocsin.runtime import clock
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.pages.site import site_of
from tocsin.store import tables
from tocsin.store.auditing import audits
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import proposals
from tocsin.store.publishing import publishers
from tocsin.store.publishing.publishers import Publisher
from tocsin.store.streams import outbox
from tocsin_schemas.problems import problem
from tocsin_schemas.violations import Place

ARABIC, ARABIC_LATIN = "سلمى الزهراوي", "Salma al-Zahrawi"
ARAB = a_case_report("ANHRI", ARABIC, violation=a_violation(country="MAR", place=Place(name="Fez")))
"""Of a woman whose name is written in Arabic alone."""
HELD = "UN-TORTURE"
"""A mandate that is not told of her yet."""
EMBARGOED: dict[str, Any] = {
    "state": "held",
    "rule": "under-embargo",
    "hold_reason": "embargo",
    "release_at": planted.NOW + timedelta(days=50),
}
NEWCOMER = "newcomer@mechanism.example"
LETTER = "0" * 32
DOUBTFUL, BOUNCED = 1, 2
"""Numbers of the cases whose mail is in doubt, or bounced."""


def case_of(number: int) -> str:
    return planted.ident("case", number)


def delivery_of(number: int) -> str:
    return planted.ident("delivery", planted.ident("alert", case_of(number), "UN-WGAD"), "")


def rows(house: House, table: Any) -> list[Any]:
    with reading(house.engine) as connection:
        return list(connection.execute(select(table)))


def reference_of(house: House, report: Any) -> str:
    homes = {row.report_id: row.case_id for row in rows(house, tables.reports)}
    return case_reference(homes[identity(report)])


def operations(
    folder: Path, stage: Stage, provider: Provider | None = None, broker: str | Access | None = None
) -> House:
    """The console on the stage. Its clock is this machine's."""
    engine, deployment = thawed(folder, _kept())
    site, now = site_of(stage.named, "127.0.0.1", "tocsin-console"), [clock.now()]
    desk = Desk(engine, deployment, site, provider, False, lambda: now[0])
    house = House(engine, desk, app_of(desk, broker), now)
    stage.app = house.app
    return house


@cache
def _kept() -> tuple[bytes, bytes]:
    with TemporaryDirectory() as home:
        folder = Path(home)
        resolver = Resolver(folder, load_matcher())  # type: ignore[arg-type]
        for report in (BROTHER, AGAIN, OTHER, ARAB):
            resolver.accept(report)
        with unit_of_work(resolver.engine) as connection:
            homes = {row.report_id: row.case_id for row in connection.execute(select(tables.reports))}
            planted.plant_alert(connection, homes[identity(BROTHER)])
            planted.plant_alert(connection, homes[identity(ARAB)])
            planted.plant_alert(connection, homes[identity(ARAB)], HELD, **EMBARGOED)
            planted.plant_review(connection, homes[identity(ARAB)])
            _plant_mails(connection)
            _plant_letter(connection, resolver.deployment)
            _plant_directory(connection, resolver.deployment)
            audits.note(connection, Kind.CHAINS, planted.EARLIER)
        return frozen(folder, resolver.engine)


def _plant_mails(connection: Connection) -> None:
    for number, state in ((DOUBTFUL, "unknown"), (BOUNCED, "bounced")):
        case_id = planted.plant_case(connection, number)
        planted.plant_report(connection, case_id)
        planted.plant_delivery(connection, planted.plant_alert(connection, case_id), case_id, state)
    event = {"provider_event_id": "event-1", "delivery_id": delivery_of(BOUNCED), "event": "bounce"}
    times = {"occurred_at": planted.EARLIER, "received_at": planted.EARLIER + timedelta(seconds=2)}
    connection.execute(tables.provider_events.insert(), event | times)


def _plant_letter(connection: Connection, deployment: Deployment) -> None:
    headers = [("ce_type", b"org.tocsin.report.submitted"), ("ce_id", b"7")]
    body = f'{{"alleged_victims": "{ARABIC}"}}'.encode()
    origin = outbox.Origin("tocsin.reports.v1", 3, 41, b"key", headers, body)
    wrong = problem("list-type", "/alleged_victims", hint="text", of="Report.alleged_victims")
    outbox.enqueue_dead_letter(connection, deployment.vault, LETTER, origin, [wrong], planted.EARLIER, "FLD")


def _plant_directory(connection: Connection, deployment: Deployment) -> None:
    now = clock.now() - timedelta(minutes=5)
    appoint_two(connection, deployment)
    put_recipient(connection, deployment, an_entry("wgad@mechanism.example", ["UN-WGAD"]), planted.EARLIER)
    entry = an_entry(NEWCOMER, ["UN-TORTURE"], title=ARABIC_LATIN)
    proposals.propose_entry(connection, deployment, FIRST, entry, now)
    publishers.add(connection, deployment.identities, Publisher("ANHRI", (), planted.EARLIER, "officer-1"))
