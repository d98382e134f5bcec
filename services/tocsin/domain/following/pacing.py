"""Which mail goes by itself and at once, and which waits: for others to go with it, or until its reader is at work.

What is urgent and new waits for nothing. Nothing that asks for an answer waits until it is too late to give one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tocsin.domain.following.hours import duty_begins, next_hour
from tocsin.domain.routing.chain import is_on_duty
from tocsin_schemas.alerts import EscalationCause, UpdateCause
from tocsin_schemas.deliveries import DeliveryCause, MailKind
from tocsin_schemas.directory import Seat
from tocsin_schemas.pacing import Budget, Pacing
from tocsin_schemas.vocabulary import Priority

UNPACED = frozenset({MailKind.WITHDRAWAL, MailKind.DRILL})
"""What calls something back is held by nothing, and a drill would prove little if it were."""
_DIGESTED = frozenset({MailKind.ALERT, MailKind.UPDATE})
_NOT_URGENT = frozenset({Priority.P3, Priority.P4})


class Way(StrEnum):
    """How a mail goes."""

    ALONE = "alone"
    BUNDLE = "bundle"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail that is asked for. reply_by: when an answer is due."""

    kind: MailKind
    priority: Priority
    update_cause: UpdateCause | EscalationCause | None = None
    reply_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """What the person was told before.

    of_case, in_all: mails within the period of the budget. told_of_case: of this case within the window of the
    priority, or a mail about it is still to go. told_of_twin: the same of a case that may be the same as this one.
    """

    of_case: int = 0
    in_all: int = 0
    told_of_case: bool = False
    told_of_twin: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """at: not before then. cause: why it waits. day: of a digest, by its reader's own calendar."""

    way: Way
    at: datetime
    cause: DeliveryCause = DeliveryCause.ALERT
    day: date | None = None


def plan(asked: Asked, recent: Recent, person: Seat | None, pacing: Pacing, now: datetime) -> Plan:
    """How one mail to one person goes. person: None if nothing is known of how they wish to be told."""
    if asked.kind in UNPACED:
        return Plan(Way.ALONE, now)
    if (digest := _digest(asked, person, now)) is not None:
        return digest
    gathered = _gathered(asked, recent, pacing, now)
    found = gathered or Plan(Way.ALONE, now)
    if asked.priority is Priority.P1 or person is None or is_on_duty(person, found.at):
        return found
    begins = duty_begins(person, found.at)
    if begins is None or _is_due(asked, now, begins):
        return found
    return Plan(found.way, begins, DeliveryCause.QUIET_HOURS)


def _digest(asked: Asked, person: Seat | None, now: datetime) -> Plan | None:
    if person is None or person.digest_at is None or asked.kind not in _DIGESTED or asked.priority not in _NOT_URGENT:
        return None
    hour = next_hour(person, person.digest_at, now)
    return None if _is_due(asked, now, hour.at) else Plan(Way.DIGEST, hour.at, DeliveryCause.BUNDLED, hour.day)


def _gathered(asked: Asked, recent: Recent, pacing: Pacing, now: datetime) -> Plan | None:
    gathering = pacing.gathering[asked.priority]
    is_next_update = asked.kind is MailKind.UPDATE and recent.told_of_case and not _alarms(asked)
    window = gathering.window if recent.told_of_twin or is_next_update else None
    if gathering.over_budget is not None and _is_spent(pacing.budget, recent):
        window = gathering.over_budget
    if window is None:
        return None
    at = now + window
    if asked.reply_by is not None and asked.reply_by > now:
        at = min(at, now + (asked.reply_by - now) / 2)  # so that time enough is left to answer
    return Plan(Way.BUNDLE, at, DeliveryCause.BUNDLED)


def _alarms(asked: Asked) -> bool:
    """It is urgent from now on, and was not."""
    return asked.update_cause is UpdateCause.PRIORITY_RAISED and asked.priority is Priority.P1


def _is_spent(budget: Budget, recent: Recent) -> bool:
    return recent.of_case >= budget.per_case or recent.in_all >= budget.in_all


def _is_due(asked: Asked, now: datetime, by: datetime) -> bool:
    """Whether an answer is still to be given, and is due by then."""
    return asked.reply_by is not None and now < asked.reply_by <= by
