"""``python -m tocsin.auditor``."""

import logging
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from kafka.errors import KafkaError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tocsin.auditor.audit_watch import AuditWatch
from tocsin.auditor.canary_watch import CanaryWatch
from tocsin.auditor.conservation import KINDS, Auditor, EndOffsets, Patience, lag
from tocsin.auditor.directory_watch import DirectoryWatch, ask_people
from tocsin.auditor.figures import Figures
from tocsin.auditor.publishers_watch import PublishersWatch
from tocsin.auditor.repair import first_record_on, repair
from tocsin.auditor.weighing import weigh_some
from tocsin.runtime import clock, heartbeats, kafka, logs, metrics
from tocsin.runtime.kafka_access import Access
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit, audit_findings, audits
from tocsin.store.auditing.audit_findings import Finding
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.matching import reviews
from tocsin.store.streams import outbox
from tocsin.store.views import conservation, overview, waiting_reports
from tocsin.store.views.waiting_reports import Waiting
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import TOPICS

PERIOD_SECONDS = 5.0
_WATCH_TAKES = timedelta(minutes=2)
"""How long the mailer's watch may take beyond its time before it counts as dead."""
_NOTED = timedelta(seconds=30)
"""How exactly it is kept when an audit ended last."""
SHARE = 10
"""It rests ten times as long as it worked, so that a large database is not kept busy by its own auditor."""
_LONGEST_REST = 240.0
"""Its sign of life must be young: whoever watches over it takes long silence for death."""

_Watch = DirectoryWatch | PublishersWatch | AuditWatch | CanaryWatch
log = logging.getLogger("tocsin.auditor")


def main() -> None:
    settings = Settings()
    logs.configure("auditor", settings.log_level)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))  # an audit may be cut short anywhere
    patience = Patience(undelivered=timedelta(seconds=settings.undelivered_seconds) + _WATCH_TAKES)
    engine, auditor, audited = open_database(settings.database), Auditor(patience), threading.Event()
    watches = (
        DirectoryWatch(settings.key_file),
        PublishersWatch(settings.key_file),
        AuditWatch(),
        CanaryWatch(
            settings.home, heartbeats.silence(settings.canary_seconds), bool(settings.duty_address), clock.now()
        ),
    )
    figures = Figures()
    metrics.serve(settings.metrics_port, settings.bind, audited.is_set)
    log.info("ready")
    worked = 0.0
    while True:
        time.sleep(min(max(PERIOD_SECONDS, worked * SHARE), _LONGEST_REST))
        began = time.monotonic()
        try:
            run_once(engine, auditor, watches, settings.kafka)
            with reading(engine) as connection:
                figures.show(connection, clock.now())
            weigh_some(engine, clock.now())
            audited.set()
        except (OperationalError, KafkaError, kafka.BrokerUnreachable):
            log.exception("audit not finished; the next one starts anew")
        worked = time.monotonic() - began
        heartbeats.beat(settings.home, heartbeats.AUDITOR, clock.now())


def run_once(
    engine: Engine,
    auditor: Auditor,
    watches: Sequence[_Watch],
    broker: str | Access,
) -> list[Finding]:
    """Audit, record what changed, publish the figures, and have holes read again."""
    ends, now = _ends(broker), clock.now()
    with reading(engine) as connection:
        found = auditor.audit(connection, ends, now)
        found += [each for watch in watches for each in watch.look(connection, now)]
        change = audit_findings.compare(connection, found, KINDS)
    if change:
        with unit_of_work(engine) as connection:
            audit_findings.record(connection, change, now)
            ask_people(connection, change.new, now)
            detail = {"new": [f.finding_id for f in change.new], "cleared": change.cleared}
            audit.append(connection, "auditor", "findings-changed", "findings", detail, now)
    _note(engine, watches, now)
    for finding in change.new:
        log.error("conservation breach", extra={"kind": finding.kind, "finding_id": finding.finding_id})
    _show(engine, ends, found)
    if standing := {finding.subject for finding in found if finding.kind in ("tail_lag", "offset_gap")}:
        repair(engine, first_record_on(broker), now, standing)
    metrics.auditor_ran(clock.now())
    return found


def _note(engine: Engine, watches: Sequence[_Watch], now: datetime) -> None:
    """When this audit, and the last pass over the audit log, came to their end; now and then, for it is a write."""
    with reading(engine) as connection:
        known = audits.finished(connection)
    passed = {Kind.CONSERVATION: now}
    for watch in watches:
        if isinstance(watch, AuditWatch) and watch.passed_at is not None:
            passed[Kind.CHAINS] = watch.passed_at
    due = {kind: at for kind, at in passed.items() if kind not in known or not _NOTED > at - known[kind] >= timedelta()}
    if due:
        with unit_of_work(engine) as connection:
            for kind, at in due.items():
                audits.note(connection, kind, at)


def _ends(broker: str | Access) -> EndOffsets:
    """What the broker holds; nothing if it does not answer, for then the database is audited alone."""
    try:
        return kafka.end_offsets(broker, [topic.name for topic in TOPICS])
    except (KafkaError, OSError):
        log.warning("the broker does not answer")
        return {}


def _show(engine: Engine, ends: EndOffsets, found: list[Finding]) -> None:
    with reading(engine) as connection:
        pending, oldest = outbox.pending(connection)
        metrics.outbox(pending, (clock.now() - oldest).total_seconds() if oldest else 0.0)
        metrics.deliveries({state.value: 0 for state in DeliveryState} | overview.mails(connection))
        metrics.reviews_open(dict.fromkeys(reviews.KINDS, 0) | reviews.open_counts(connection))
        _show_parked(waiting_reports.by_publisher(connection))
        reached = conservation.progress(connection)
    consumers = {at.consumer for at in reached}
    metrics.consumer_lag({c: lag([at for at in reached if at.consumer == c], ends) for c in consumers})
    metrics.conservation_breaches(dict.fromkeys(KINDS, 0) | Counter(finding.kind for finding in found))


def _show_parked(waiting: list[Waiting]) -> None:
    number, urgent = sum(each.reports for each in waiting), sum(each.urgent for each in waiting)
    oldest = (clock.now() - waiting[0].since).total_seconds() if waiting else 0.0
    metrics.parked(urgent, number - urgent, oldest)


if __name__ == "__main__":
    main()
