"""An invented deployment, minute by minute, in our own metrics: run it in a process of its own.

Reports come by day more than by night. In the last night a mail provider is away for forty minutes, and at the end
somebody has not answered an urgent alert for forty. Nothing is measured: the figures are plausible, no more.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tocsin.runtime import drill_metrics, metrics

END = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_OUTAGE = (END - timedelta(hours=4), END - timedelta(hours=3, minutes=20))
_ESCAPES = 3
"""Minutes until the breaker opens, and mail goes the other way."""
_SLOW = {END - timedelta(hours=3, minutes=10): timedelta(minutes=48), END - timedelta(minutes=42): timedelta(days=1)}
"""Urgent alerts that nobody takes in hand in time, with how long it takes."""
_FAMILIES = {"ngo": 38, "un": 22, "iachr": 10, "achpr": 8, "eu": 7, "coe": 6, "osce": 5, "oif": 4}
_DECISIONS = {"unrelated": 70, "duplicate": 27, "possible_duplicate": 3}
_PRIORITIES = {"P1": 12, "P2": 30, "P3": 40, "P4": 18}
_ANSWERED_AFTER = {"P1": 9.0, "P2": 70.0, "P3": 600.0, "P4": 2000.0}
"""Minutes, of half of them."""
_REVIEWED_AFTER = 55.0
_CODES = {"date-edtf": 4, "missing": 3, "json-malformed": 1, "revision-conflict": 1}
_REVIEWS = {"possible_duplicate": 5, "unrouted": 3, "certainty": 2, "emblematic_suggested": 1}
_TOPICS = {"tocsin.cases.v1": 1, "tocsin.alerts.v1": 2, "tocsin.deliveries.v1": 8}
_DUE = ("escalation", "reminder", "acknowledgement", "embargo_end", "reply_due", "look_again")


@dataclass(slots=True)
class _Waiting:
    """An alert or a review. kind: its priority, or its kind. until: when somebody deals with it."""

    kind: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Invented:
    """``minute`` brings it to the next moment. seed: the same one makes the same week."""

    seed: int = 8
    _rng: random.Random = field(init=False)
    _alerts: list[_Waiting] = field(default_factory=list)
    _reviews: list[_Waiting] = field(default_factory=list)
    _newest: dict[str, datetime] = field(default_factory=dict)
    _states: dict[str, int] = field(default_factory=dict)
    _parted: int = 2
    _letters: list[datetime] = field(default_factory=list)
    _most: int = 34

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)  # noqa: S311 - not for secrets
        self._states = dict.fromkeys(("requested", "claimed", "unknown", "accepted", "deferred", "bounced"), 0)
        self._states |= {"delivered": 5200, "rejected": 3, "dropped": 1, "complained": 0}
        metrics.due_times_expected(_DUE)

    def minute(self, now: datetime) -> None:
        busy = 0.65 + 0.45 * math.sin((now.hour + now.minute / 60 - 8) / 24 * math.tau)
        for _ in range(self._poisson(0.75 * busy)):
            self._report(now)
        if now in _SLOW:
            self._alerts.append(_Waiting("P1", now, now + _SLOW[now]))
            metrics.alert("alert.raised", "P1")
        self._answers(now)
        self._fall_due()
        self._drill(now)
        self._standing(now)

    def _report(self, now: datetime) -> None:
        family = self._pick(_FAMILIES)
        self._newest[family] = now
        metrics.report_received(family)
        if self._rng.random() < 0.03:
            self._letters.append(now)
            metrics.dead_letter(self._pick(_CODES))
            return
        decision = self._pick(_DECISIONS)
        metrics.dedup_decision(decision)
        metrics.message_processed("resolver", "joined" if decision == "duplicate" else "opened", self._about(0.12))
        if decision == "possible_duplicate" or self._rng.random() < 0.04:
            kind = "possible_duplicate" if decision == "possible_duplicate" else self._pick(_REVIEWS)
            self._reviews.append(_Waiting(kind, now, now + self._after(_REVIEWED_AFTER, 0.6)))
        for topic, number in _TOPICS.items():
            metrics.events_published(topic, number)
        self._decide(decision, now)

    def _decide(self, decision: str, now: datetime) -> None:
        priority, age = self._pick(_PRIORITIES), self._about(0.25)
        event = "alert.updated" if decision == "duplicate" else "alert.raised"
        metrics.alert(event, priority)
        metrics.message_processed("dispatcher", "raised" if event == "alert.raised" else "updated", age)
        if event == "alert.raised":
            self._alerts.append(_Waiting(priority, now, now + self._after(_ANSWERED_AFTER[priority], 0.9)))
        for _ in range(self._rng.choice((1, 1, 2, 3))):
            self._mail(priority in {"P1", "P2"}, now)

    def _mail(self, is_urgent: bool, now: datetime) -> None:
        metrics.message_processed("mailer", "requested", self._about(0.3))
        away = _is_away(now)
        if away and now < _OUTAGE[0] + timedelta(minutes=_ESCAPES):
            metrics.provider_response("unreachable")
            taken = 60.0 * self._rng.uniform(0.4, _ESCAPES)
        else:
            taken = self._about(2.4 if away else 0.8)
        metrics.provider_response("accepted", "smtp" if away else "sendgrid")
        metrics.mail("accepted", is_urgent, taken)
        chance = self._rng.random()
        if chance < 0.012:
            self._states["bounced"] += 1
            metrics.undelivered("second-address" if chance < 0.008 else "next-in-line")
        else:
            self._states["delivered"] += 1
            metrics.mail("delivered", is_urgent, self._about(40.0 if chance < 0.03 else 3.5))
            metrics.webhook_event("late" if chance > 0.97 else "changed", 2)

    def _answers(self, now: datetime) -> None:
        for alert in [each for each in self._alerts if each.until <= now]:
            self._alerts.remove(alert)
            metrics.acknowledged(alert.kind, (now - alert.since).total_seconds())
        for alert in self._alerts:
            if now - alert.since == timedelta(minutes=30) and alert.kind == "P1":
                metrics.escalated("deputy")
                metrics.unanswered("P1")
        done = [each for each in self._reviews if each.until <= now]
        self._parted += sum(each.kind == "possible_duplicate" and self._rng.random() < 0.04 for each in done)
        self._reviews = [each for each in self._reviews if each.until > now]

    def _fall_due(self) -> None:
        if self._rng.random() < 0.3:
            metrics.due_time_fired(self._rng.choice(_DUE[:3]), self._about(0.8))

    def _drill(self, now: datetime) -> None:
        if now.minute % 5 == 0 and not _is_away(now):
            taken = self._about(0.4)
            drill_metrics.drill("delivered")
            drill_metrics.passed(taken, taken + 1.6, now)
        elif now.minute % 5 == 0:
            drill_metrics.drill("late")

    def _standing(self, now: datetime) -> None:
        """What the auditor and the others see, each minute."""
        away, waiting = _is_away(now), self._oldest(self._alerts, now)
        numbers = {p: sum(each.kind == p for each in self._alerts) for p in _PRIORITIES}
        metrics.unacknowledged(numbers, dict.fromkeys(_PRIORITIES, 0.0) | waiting)
        kinds = {kind: sum(each.kind == kind for each in self._reviews) for kind in _REVIEWS}
        metrics.reviews_open(kinds | {"component_alarm": 0, "matching_incomplete": 0})
        ages = dict.fromkeys((*_REVIEWS, "component_alarm", "matching_incomplete"), 0.0)
        metrics.reviews_oldest(ages | self._oldest(self._reviews, now))
        metrics.dedup_undone(self._parted)
        metrics.sources_silent({name: (now - at).total_seconds() for name, at in self._newest.items()})
        self._most = max(24, min(46, self._most + self._rng.choice((-1, 0, 0, 0, 0, 0, 0, 1))))
        metrics.mails_per_person(6.0 + now.day % 3, self._most)
        letters = [at for at in self._letters if now - at < timedelta(hours=20)]
        metrics.dead_letters(len(letters), (now - letters[0]).total_seconds() if letters else 0.0)
        metrics.consumer_lag({name: self._poisson(0.4) for name in ("resolver", "dispatcher", "mailer")})
        metrics.outbox(self._poisson(0.6), self._rng.uniform(0.0, 0.4))
        metrics.parked(
            0, self._poisson(2.0 if now.hour in {7, 9, 14} else 0.1), 40.0 if now.hour in {7, 9, 14} else 0.0
        )
        metrics.conservation_breaches({"delivery_overdue": 0, "outbox_stuck": 0, "component_down": int(away)})
        self._providers(now, away)

    def _providers(self, now: datetime, away: bool) -> None:
        under_way = {"requested": self._poisson(0.3), "claimed": self._poisson(0.2), "accepted": self._poisson(2.5)}
        if away:
            under_way["requested"] += 3
        metrics.deliveries(self._states | under_way)
        metrics.deliveries_oldest({name: 20.0 * min(number, 4) for name, number in under_way.items()})
        is_probed = away and now.minute % 4 == 0
        is_open = away and now >= _OUTAGE[0] + timedelta(minutes=_ESCAPES)
        metrics.provider_breaker("sendgrid", "half_open" if is_open and is_probed else "open" if is_open else "closed")
        metrics.provider_breaker("smtp", "closed")
        metrics.suppressed({"bounces": 0, "blocks": 0}, now.replace(minute=0))
        since = now - _OUTAGE[0] if away else timedelta(seconds=self._rng.uniform(3, 90))
        metrics.provider_evidence(since.total_seconds(), 2 if away and since > timedelta(minutes=15) else 0)
        metrics.mail_twins(1, 0)
        if away and now.minute % 10 == 0:
            metrics.backfilled("unavailable")
        if not away and self._rng.random() < 0.01:
            metrics.backfilled("changed")
        metrics.auditor_ran(now - timedelta(seconds=self._rng.uniform(1, 9)))
        metrics.audit_chain_verified(now.replace(minute=0) + timedelta(minutes=now.minute // 30 * 30))
        standings = dict.fromkeys(("resolver", "dispatcher", "mailer", "webhook", "auditor", "database"), "working")
        drill_metrics.components(standings | {"provider": "down" if away else "working"})

    def _oldest(self, waiting: list[_Waiting], now: datetime) -> dict[str, float]:
        return {each.kind: (now - each.since).total_seconds() for each in reversed(waiting)}

    def _pick(self, weights: Mapping[str, int]) -> str:
        return self._rng.choices([*weights], [*weights.values()])[0]

    def _about(self, seconds: float) -> float:
        return self._rng.lognormvariate(math.log(seconds), 0.45)

    def _after(self, minutes: float, spread: float) -> timedelta:
        return timedelta(minutes=round(min(self._rng.lognormvariate(math.log(minutes), spread), minutes * 3)))

    def _poisson(self, mean: float) -> int:
        """By Knuth."""
        floor, number, product = math.exp(-mean), 0, self._rng.random()
        while product > floor:
            number, product = number + 1, product * self._rng.random()
        return number


def _is_away(now: datetime) -> bool:
    return _OUTAGE[0] <= now < _OUTAGE[1]
