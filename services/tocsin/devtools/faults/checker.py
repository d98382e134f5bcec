"""The oracle of the storms: what went in must be in exactly one place, and nobody may be told twice.

Independent of the product: it reads topics, database rows and the provider's ledger, and knows only the manifest.
"""

import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.devtools.faults.evidence import Record, by_partition, read_ledger, read_topics, rows_of
from tocsin.devtools.faults.verdict import Verdict

_CONSUMERS = {"resolver": "tocsin.reports.v1", "dispatcher": "tocsin.cases.v1", "mailer": "tocsin.alerts.v1"}
_REPORTS = uuid.UUID("5f0f2a63-8f57-5d5e-9a35-2c5d1cfd9b11")
_SENT = {"accepted", "delivered", "deferred", "bounced", "dropped", "complained"}
MARKS = (
    "Possible repeat",
    "Répétition possible",
    "Posible repetición",
    "تكرار محتمل",
    "Возможный повтор",
    "Possível repetição",
)
"""How a mail says, in each language, that its reader may have had it before."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a manifest says must come out.

    reports: (publisher, reference) of every valid report, once. poison: how many records cannot be accepted.
    cases: how many distinct events the reports speak of. repeats: the largest share of mails that may go out again,
    if each of them says so.
    """

    reports: frozenset[tuple[str, str]]
    poison: int
    cases: int
    repeats: float = 0.0


def check(bootstrap: str, database: Path, ledger: Path, expected: Expectation) -> Verdict:
    """Compare what is left with what went in."""
    topics, mails = read_topics(bootstrap), read_ledger(ledger)
    with rows_of(database) as rows:
        breaches = [
            *_offsets(rows, topics),
            *_parked(rows),
            *_reports(rows, expected),
            *_dead_letters(topics, expected),
            *_outbox(rows, topics),
            *_alerts(rows),
            *_mails(rows, mails, expected.repeats),
            *_repeats(rows, mails),
        ]
        figures = _figures(rows, topics, mails)
    return Verdict(breaches, figures)


def _offsets(rows: sqlite3.Connection, topics: dict[str, list[Record]]) -> Iterator[str]:
    """Each record of a consumed topic has one row, and the offsets have no gap."""
    query = "SELECT partition, offset FROM processed_messages WHERE consumer = ? AND topic = ?"
    for consumer, topic in _CONSUMERS.items():
        done = {(r["partition"], r["offset"]) for r in rows.execute(query, (consumer, topic))}
        there = {(p, o) for p, offsets in by_partition(topics[topic]).items() for o in offsets}
        if missing := there - done:
            yield f"{consumer}: {len(missing)} records of {topic} were never processed, first {min(missing)}"
        if invented := done - there:
            yield f"{consumer}: {len(invented)} offsets marked as done do not exist, first {min(invented)}"


def _parked(rows: sqlite3.Connection) -> Iterator[str]:
    """Whatever waited its turn has had it, once, and its message says what came of it."""
    if waiting := _count(rows, "parked_reports WHERE released_at IS NULL OR outcome IS NULL"):
        yield f"{waiting} reports still wait their turn"
    said = "m.topic = p.topic AND m.partition = p.partition AND m.offset = p.offset AND m.outcome = p.outcome"
    unsaid = _count(rows, "parked_reports p WHERE NOT EXISTS (SELECT 1 FROM processed_messages m WHERE " + said + ")")  # noqa: S608
    if unsaid:
        yield f"{unsaid} reports had their turn, and their message says something else"
    if astray := _count(rows, "processed_messages WHERE outcome = 'parked'"):
        yield f"{astray} messages are called parked, and nothing of them waits"


def _reports(rows: sqlite3.Connection, expected: Expectation) -> Iterator[str]:
    """Each valid report is kept once, in one case; distinct events are distinct cases."""
    wanted = {str(uuid.uuid5(_REPORTS, f"{publisher}\x1f{reference}")) for publisher, reference in expected.reports}
    kept = {r["report_id"] for r in rows.execute("SELECT report_id FROM reports")}
    if lost := wanted - kept:
        yield f"{len(lost)} reports are lost, first {min(lost)}"
    if invented := kept - wanted:
        yield f"{len(invented)} reports were never published"
    if orphans := _count(rows, "reports r LEFT JOIN cases c ON c.case_id = r.case_id WHERE c.case_id IS NULL"):
        yield f"{orphans} reports belong to no case"
    if (cases := _count(rows, "cases")) != expected.cases:
        yield f"{cases} cases instead of {expected.cases}"


def _dead_letters(topics: dict[str, list[Record]], expected: Expectation) -> Iterator[str]:
    """Each poison record has exactly one dead letter, and nothing else has any."""
    origins: dict[str, set[str]] = {}
    for record in topics["tocsin.dead-letters.v1"]:
        origins.setdefault(record.headers["tocsin_origin"], set()).add(record.headers["tocsin_id"])
    if len(origins) != expected.poison:
        yield f"{len(origins)} dead letters instead of {expected.poison}"
    if doubled := [origin for origin, ids in origins.items() if len(ids) > 1]:
        yield f"{len(doubled)} records have several dead letters"


def _outbox(rows: sqlite3.Connection, topics: dict[str, list[Record]]) -> Iterator[str]:
    """Everything that a transaction wanted published is on its topic."""
    if waiting := _count(rows, "outbox WHERE published_at IS NULL"):
        yield f"{waiting} events were never published"
    published = {r.headers.get("tocsin_id") or r.headers.get("ce_id") for records in topics.values() for r in records}
    wanted = {r["event_id"] for r in rows.execute("SELECT event_id FROM outbox")}
    if missing := wanted - published:
        yield f"{len(missing)} events are marked as published but are on no topic"


def _alerts(rows: sqlite3.Connection) -> Iterator[str]:
    """Each case has its alerts, or waits for a person; each recipient of a raised alert has a delivery."""
    silent = (
        "cases c WHERE c.state = 'open' AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.case_id = c.case_id) "
        "AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.case_id = c.case_id)"
    )
    if count := _count(rows, silent):
        yield f"{count} cases were never alerted nor queued for a person"
    unsent = (
        "alerts a, json_each(a.recipients) p WHERE a.state = 'raised' AND NOT EXISTS "
        "(SELECT 1 FROM deliveries d WHERE d.alert_id = a.alert_id AND d.recipient_id = p.value)"
    )
    if count := _count(rows, unsent):
        yield f"{count} recipients of raised alerts have no delivery"


def _mails(rows: sqlite3.Connection, mails: list[dict[str, Any]], repeats: float) -> Iterator[str]:
    """Each delivery reached the provider once, by itself or within another, and the provider got nothing else."""
    times = Counter(mail["custom_args"]["d"] for mail in mails)
    by_itself = "SELECT delivery_id, state FROM deliveries WHERE state != 'carried'"
    states = {r["delivery_id"]: r["state"] for r in rows.execute(by_itself)}
    for row in rows.execute("SELECT carried_by FROM deliveries WHERE state = 'carried'"):
        if row["carried_by"] not in states:
            yield "a delivery is said to be carried by another that there is not"
    if len(repeated := [d for d, n in times.items() if n > 1]) > repeats * len(states):
        yield f"{len(repeated)} mails went out more than once"
    if unknown := times.keys() - states.keys():
        yield f"{len(unknown)} mails belong to no delivery"
    if unsent := states.keys() - times.keys():
        yield f"{len(unsent)} deliveries never reached the provider"
    if unsettled := [d for d, state in states.items() if state not in _SENT]:
        yield f"{len(unsettled)} deliveries have no outcome: {Counter(states[d] for d in unsettled)}"
    twice = (
        "(SELECT case_id, recipient_id FROM deliveries WHERE round = 0 AND case_id IS NOT NULL "  # bundles tell of many
        "GROUP BY case_id, recipient_id HAVING count(*) > 1)"
    )
    if count := _count(rows, twice):
        yield f"{count} persons were told twice of one case"


def _repeats(rows: sqlite3.Connection, mails: list[dict[str, Any]]) -> Iterator[str]:
    """Whoever may have a mail twice is told so in the later one."""
    flagged = {r["delivery_id"] for r in rows.execute("SELECT delivery_id FROM deliveries WHERE possible_repeat")}
    seen: set[str] = set()
    for mail in mails:
        delivery_id = mail["custom_args"]["d"]
        if delivery_id in seen and not (delivery_id in flagged and any(mark in mail["text"] for mark in MARKS)):
            yield f"a mail went out again and does not say so: {delivery_id}"
        seen.add(delivery_id)


def _figures(rows: sqlite3.Connection, topics: dict[str, list[Record]], mails: list[dict[str, Any]]) -> dict[str, int]:
    republished = 0
    for records in topics.values():
        ids = [r.headers.get("tocsin_id") or r.headers.get("ce_id") for r in records if "ce_source" in r.headers]
        republished += len(ids) - len(set(ids))
    return {
        "records": len(topics["tocsin.reports.v1"]),
        "reports": _count(rows, "reports"),
        "cases": _count(rows, "cases"),
        "alerts": _count(rows, "alerts"),
        "mails": len(mails),
        "mails_sent_again": len(mails) - len({mail["custom_args"]["d"] for mail in mails}),
        "deliveries": _count(rows, "deliveries"),
        "deliveries_carried_by_others": _count(rows, "deliveries WHERE state = 'carried'"),
        "parked": _count(rows, "parked_reports"),
        "dead_letters": len(topics["tocsin.dead-letters.v1"]),
        "unknown_outcomes_resolved": _count(rows, "delivery_history WHERE state = 'unknown'"),
        "published_again_under_the_same_id": republished,
    }


def _count(rows: sqlite3.Connection, source: str) -> int:
    return int(rows.execute(f"SELECT count(*) FROM {source}").fetchone()[0])  # noqa: S608 - our own constants
