"""One audit: what stands in the database and on the broker, against what must be true."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain import breaches
from tocsin.store.auditing.audit_findings import Finding
from tocsin.store.mail.deliveries import URGENT
from tocsin.store.recipients import heard_answers
from tocsin.store.streams import outbox
from tocsin.store.views import conservation, waiting_reports
from tocsin.store.views.conservation import Progress
from tocsin_schemas.topics import ALERTS, ANSWERS, CASES, REPORTS
from tocsin_schemas.vocabulary import Priority

EndOffsets = Mapping[tuple[str, int], int]
_IN_TURNS = frozenset({REPORTS.name})
"""Topics of which the messages are not done in the order of their offsets (``runtime.lanes``)."""
KINDS = (
    "offset_gap",
    "tail_lag",
    "report_parked_long",
    "parked_astray",
    "outbox_stuck",
    "report_without_case",
    "report_silent",
    "dead_letter_missing",
    "alert_undelivered",
    "delivery_claimed",
    "delivery_overdue",
    "delivery_in_doubt",
    "delivery_state_unknown",
    "delivery_uncarried",
    "delivery_overlooked",
    "due_overdue",
    "answer_unheard",
    "directory_fault",
    "publisher_altered",
    "audit_chain_fault",
    "canary_silent",
)
"""Every kind of finding; deploy/runbook.md says of each what to do."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a thing may take before it counts as stuck."""

    tail: timedelta = timedelta(seconds=20)
    """A partition with messages left in which nothing moves."""
    turn: timedelta = timedelta(seconds=30)
    """A hole that does not move where each sender has its turn, and a message may be done before an earlier one."""
    settled: timedelta = timedelta(seconds=10)
    """A report without alert, or an alert without delivery, once everything before it has been read."""
    busy: timedelta = timedelta(minutes=5)
    """The same while a backlog is being worked off."""
    parked: timedelta = timedelta(minutes=15)
    """An urgent report that waits its turn."""
    routine_parked: timedelta = timedelta(hours=12)
    """The same of one that is not urgent."""
    outbox: timedelta = timedelta(seconds=30)
    claimed: timedelta = timedelta(seconds=90)
    overdue: timedelta = timedelta(seconds=90)
    doubt: timedelta = timedelta(minutes=5)
    routine_doubt: timedelta = timedelta(minutes=20)
    """The same of a mail that is not urgent: then a person is asked."""
    undelivered: timedelta = timedelta(minutes=12)
    """An urgent mail that did not arrive, and for which nobody else was turned to."""
    due: timedelta = timedelta(minutes=2)


@dataclass(slots=True)
class Auditor:
    """Remembers from one audit to the next only since when each partition, and each hole, has not moved."""

    patience: Patience = field(default_factory=Patience)
    _moved: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _holes: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def audit(self, connection: Connection, ends: EndOffsets, now: datetime) -> list[Finding]:
        """Everything that is wrong.

        ends: what the broker holds, read before the database, so that what arrives meanwhile is not called lag;
        empty if the broker does not answer.
        """
        reached = conservation.progress(connection)
        return [
            *self._gaps(connection, reached, now),
            *self._tails(reached, ends, now),
            *_outbox(connection, now, self.patience),
            *_parked(connection, now, self.patience),
            *_reports(connection, now - self._grace(connection, reached, ends, CASES.name)),
            *_alerts(connection, now - self._grace(connection, reached, ends, ALERTS.name)),
            *_answers(connection, now - self._grace(connection, reached, ends, ANSWERS.name)),
            *_owed(connection, now, self.patience),
        ]

    def _gaps(self, connection: Connection, reached: list[Progress], now: datetime) -> list[Finding]:
        before, self._holes, found = self._holes, {}, []
        for at in (each for each in reached if each.missing):
            hole = conservation.first_hole(connection, at)
            same, since = before.get(at.place, (-1, now))
            self._holes[at.place] = (hole, since if same == hole else now)
            if at.topic not in _IN_TURNS or now - self._holes[at.place][1] > self.patience.turn:
                found.append(_finding("offset_gap", at.place, missing=at.missing, hole=hole))
        return found

    def _tails(self, reached: list[Progress], ends: EndOffsets, now: datetime) -> list[Finding]:
        found = []
        for at in reached:
            behind = ends.get((at.topic, at.partition), at.next_offset) - at.next_offset
            seen, since = self._moved.get(at.place, (-1, now))
            if seen != at.next_offset or behind <= 0:
                since = now
            self._moved[at.place] = (at.next_offset, since)
            if behind > 0 and now - since > self.patience.tail:
                found.append(_finding("tail_lag", at.place, offset=at.next_offset))
        return found

    def _grace(self, connection: Connection, reached: list[Progress], ends: EndOffsets, topic: str) -> timedelta:
        """Short once all events of ``topic`` are published and read, long while they are not or nobody can tell."""
        read = bool(ends) and lag([at for at in reached if at.topic == topic], ends) == 0
        settled = read and conservation.events_waiting(connection, topic) == 0
        return self.patience.settled if settled else self.patience.busy


def lag(reached: list[Progress], ends: EndOffsets) -> int:
    """Messages on the broker that are not committed."""
    return sum(max(ends.get((at.topic, at.partition), 0) - at.next_offset, 0) + at.missing for at in reached)


def _outbox(connection: Connection, now: datetime, patience: Patience) -> list[Finding]:
    _, oldest = outbox.pending(connection)
    if oldest is None or now - oldest <= patience.outbox:
        return []
    return [_finding("outbox_stuck", "outbox", since=f"{oldest:%H:%M:%S}")]


def _parked(connection: Connection, now: datetime, patience: Patience) -> list[Finding]:
    before = {p: now - (patience.parked if p in URGENT else patience.routine_parked) for p in Priority}
    late = waiting_reports.overdue(connection, before)
    found = [_finding("report_parked_long", f"{publisher}:{of}") for publisher, of in late]
    return found + _named({"parked_astray": waiting_reports.astray(connection, conservation.LIMIT)})


def _reports(connection: Connection, before: datetime) -> list[Finding]:
    return _named(
        {
            "report_without_case": conservation.reports_without_case(connection),
            "report_silent": conservation.silent_reports(connection, before),
            "dead_letter_missing": conservation.dead_letters_without_message(connection),
        }
    )


def _alerts(connection: Connection, before: datetime) -> list[Finding]:
    unsent = conservation.alerts_without_deliveries(connection, before)
    return _named({"alert_undelivered": unsent})


def _answers(connection: Connection, before: datetime) -> list[Finding]:
    unheard = heard_answers.unheard(connection, before, conservation.LIMIT)
    return _named({"answer_unheard": unheard})


def _owed(connection: Connection, now: datetime, patience: Patience) -> list[Finding]:
    late = {
        "delivery_claimed": (conservation.deliveries_claimed, patience.claimed),
        "delivery_overdue": (conservation.deliveries_overdue, patience.overdue),
        "due_overdue": (conservation.due_times_overdue, patience.due),
    }
    doubtful = conservation.deliveries_in_doubt(connection, now - patience.doubt, now - patience.routine_doubt)
    return [
        *(
            _finding(kind, subject, seconds=bound.seconds)
            for kind, (check, bound) in late.items()
            for subject in check(connection, now - bound)
        ),
        *(_finding("delivery_in_doubt", subject, seconds=patience.doubt.seconds) for subject in doubtful),
        *_named(
            {
                "delivery_state_unknown": conservation.deliveries_of_unknown_state(connection),
                "delivery_uncarried": conservation.deliveries_uncarried(connection),
                "delivery_overlooked": conservation.deliveries_overlooked(connection, now - patience.undelivered),
            }
        ),
    ]


def _named(found: Mapping[str, list[str]]) -> list[Finding]:
    """subjects by kind: of kinds whose sentence needs no figure."""
    return [_finding(kind, subject) for kind, subjects in found.items() for subject in subjects]


def _finding(kind: str, subject: str, **facts: object) -> Finding:
    return Finding(kind, subject, breaches.FORMS[kind](**facts))
