"""Metrics (prefix ``hrd_``). Labels come from small closed sets (``labels``): no id, country or person."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from tocsin.runtime.exposition import endpoint as endpoint
from tocsin.runtime.exposition import serve as serve
from tocsin.runtime.labels import REGISTRY as REGISTRY
from tocsin.runtime.labels import closed, family, replace, replace_oldest

_AGE_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_ANSWER_BUCKETS = (60.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 43200.0, 86400.0, 259200.0, 604800.0)

_processed = Counter(
    "hrd_messages_processed", "Messages consumed and committed", ["consumer", "outcome"], registry=REGISTRY
)
_age = Histogram(
    "hrd_event_age_seconds",
    "Age of an event when its consumer has committed it",
    ["consumer"],
    registry=REGISTRY,
    buckets=_AGE_BUCKETS,
)
_outbox_pending = Gauge("hrd_outbox_pending", "Events committed and not yet published", registry=REGISTRY)
_outbox_oldest = Gauge("hrd_outbox_oldest_seconds", "Age of the oldest unpublished event", registry=REGISTRY)
_published = Counter("hrd_events_published", "Events that the broker has acknowledged", ["topic"], registry=REGISTRY)
_deliveries = Gauge("hrd_deliveries", "Deliveries by state", ["state"], registry=REGISTRY)
_provider = Counter(
    "hrd_provider_responses", "Answers of the mail providers", ["outcome", "provider"], registry=REGISTRY
)
_breaker = Gauge("hrd_provider_breaker", "1 for the state that it is in", ["provider", "state"], registry=REGISTRY)
_suppressed = Gauge("hrd_recipients_suppressed", "Addresses that the provider drops", ["list"], registry=REGISTRY)
_suppressions_read = Gauge(
    "hrd_suppressions_read_timestamp_seconds", "When the provider's lists were last read whole", registry=REGISTRY
)
_webhook = Counter("hrd_webhook_events", "Events that the mail provider has sent", ["outcome"], registry=REGISTRY)
_newest_event = Gauge("hrd_webhook_newest_event_seconds", "Age of the provider's newest event", registry=REGISTRY)
_without_event = Gauge(
    "hrd_mails_without_event", "Mails taken a quarter of an hour ago of which no event has come", registry=REGISTRY
)
_twins = Gauge("hrd_mail_twins", "Mails of which two copies were taken", ["labelled"], registry=REGISTRY)
_undelivered = Counter(
    "hrd_undelivered", "Mails that did not arrive, by what was done instead", ["turned"], registry=REGISTRY
)
_backfilled = Counter("hrd_backfilled", "Mails whose state the provider's log told", ["outcome"], registry=REGISTRY)
_alerts = Counter("hrd_alerts", "Alert events decided", ["event", "priority"], registry=REGISTRY)
_dead_letters = Counter("hrd_dead_letters", "Messages refused, by their first problem", ["code"], registry=REGISTRY)
_parked = Gauge("hrd_reports_parked", "Reports that wait their turn", ["urgent"], registry=REGISTRY)
_parked_oldest = Gauge("hrd_reports_parked_oldest_seconds", "For how long the oldest has waited", registry=REGISTRY)
_released = Counter("hrd_reports_released", "Parked reports that had their turn", ["outcome"], registry=REGISTRY)
_reviews = Gauge("hrd_reviews_open", "Reviews that wait for a person", ["kind"], registry=REGISTRY)
_lag = Gauge("hrd_consumer_lag_messages", "Messages on the broker not yet committed", ["consumer"], registry=REGISTRY)
_breaches = Gauge("hrd_conservation_breaches", "Findings of the auditor that still stand", ["kind"], registry=REGISTRY)
_auditor_run = Gauge("hrd_auditor_last_run_timestamp_seconds", "When the auditor last finished", registry=REGISTRY)
_received = Counter(
    "hrd_reports_received", "Reports that came in, by family of publisher", ["family"], registry=REGISTRY
)
_silence = Gauge("hrd_source_silence_seconds", "Since the newest report of a family", ["family"], registry=REGISTRY)
_dedup = Counter("hrd_dedup_decisions", "New reports, by what the matcher decided", ["decision"], registry=REGISTRY)
_undone = Gauge("hrd_dedup_undone", "Pairs that the matcher joined and a person parted", registry=REGISTRY)
_reviews_oldest = Gauge("hrd_reviews_oldest_seconds", "Age of the oldest open review", ["kind"], registry=REGISTRY)
_unacknowledged = Gauge("hrd_alerts_unacknowledged", "Alerts that nobody has in hand", ["priority"], registry=REGISTRY)
_unacknowledged_oldest = Gauge(
    "hrd_alerts_oldest_unacknowledged_seconds", "Age of the oldest of them", ["priority"], registry=REGISTRY
)
_acknowledgement = Histogram(
    "hrd_acknowledgement_seconds",
    "From raising an alert to having it in hand",
    ["priority"],
    registry=REGISTRY,
    buckets=_ANSWER_BUCKETS,
)
_unanswered = Counter(
    "hrd_alerts_unanswered", "Alerts that nobody took in hand in time", ["priority"], registry=REGISTRY
)
_escalations = Counter("hrd_escalations", "Tiers told because nobody had answered", ["level"], registry=REGISTRY)
_lateness = Histogram(
    "hrd_due_time_lateness_seconds",
    "From when something fell due to its effect",
    ["kind"],
    registry=REGISTRY,
    buckets=_AGE_BUCKETS,
)
_mail = Histogram(
    "hrd_mail_seconds",
    "To the provider's acceptance since the mail was due; to delivery since the acceptance",
    ["stage", "urgent"],
    registry=REGISTRY,
    buckets=_AGE_BUCKETS,
)
_deliveries_oldest = Gauge(
    "hrd_deliveries_oldest_seconds", "For how long the oldest has been in its state", ["state"], registry=REGISTRY
)
_mails_per_person = Gauge(
    "hrd_mails_per_person", "Mails to one person in the last seven days", ["statistic"], registry=REGISTRY
)
_letters = Gauge("hrd_dead_letters_waiting", "Of the last week, not given another try", registry=REGISTRY)
_letters_oldest = Gauge("hrd_dead_letters_oldest_seconds", "Age of the oldest of them", registry=REGISTRY)
_audit_verified = Gauge(
    "hrd_audit_chain_verified_timestamp_seconds", "When the audit log was last verified whole", registry=REGISTRY
)


def _expect() -> None:
    """At 0 from the start: ``rate`` does not see a series' first value, and of these one may be all there is."""
    for priority in ("P1", "P2", "P3", "P4"):
        _unanswered.labels(closed("priority", priority))
        _acknowledgement.labels(closed("priority", priority))
    for stage in ("accepted", "delivered"):
        for urgent in ("yes", "no"):
            _mail.labels(closed("stage", stage), urgent)


_expect()


def message_processed(consumer: str, outcome: str, age_seconds: float | None = None) -> None:
    """Count one committed message. ``age_seconds``: since the event was made."""
    _processed.labels(closed("consumer", consumer), closed("outcome", outcome)).inc()
    if age_seconds is not None:
        _age.labels(closed("consumer", consumer)).observe(max(age_seconds, 0.0))


def events_published(topic: str, count: int = 1) -> None:
    _published.labels(closed("topic", topic)).inc(count)


def outbox(pending: int, oldest_seconds: float) -> None:
    _outbox_pending.set(pending)
    _outbox_oldest.set(max(oldest_seconds, 0.0))


def provider_response(outcome: str, provider: str = "sendgrid") -> None:
    """``outcome``: accepted, rejected, throttled, unreachable, unauthorised, unknown."""
    _provider.labels(closed("outcome_of_mail", outcome), closed("provider", provider)).inc()


def provider_breaker(provider: str, state: str) -> None:
    """``state``: closed, half_open, open."""
    for one in ("closed", "half_open", "open"):
        _breaker.labels(closed("provider", provider), one).set(one == state)


def suppressed(by_list: Mapping[str, int], read_at: datetime | None) -> None:
    """Addresses in the directory that stand on the provider's lists. ``read_at``: if all lists were read."""
    replace(_suppressed, "suppression_list", by_list)
    if read_at is not None:
        _suppressions_read.set(read_at.timestamp())


def webhook_event(outcome: str, count: int = 1) -> None:
    _webhook.labels(closed("webhook", outcome)).inc(count)


def provider_evidence(newest_event_seconds: float | None, mails_without_event: int) -> None:
    """``newest_event_seconds``: None if there never was an event."""
    if newest_event_seconds is not None:
        _newest_event.set(max(newest_event_seconds, 0.0))
    _without_event.set(mails_without_event)


def mail_twins(labelled: int, unlabelled: int) -> None:
    """``labelled``: whose every repeat says that it may be one."""
    _twins.labels("yes").set(labelled)
    _twins.labels("no").set(unlabelled)


def undelivered(turned: str, count: int = 1) -> None:
    """``turned``: second-address, next-in-line, others-reached, nobody-left and so on."""
    _undelivered.labels(closed("turned", turned)).inc(count)


def backfilled(outcome: str) -> None:
    """``outcome``: changed, known, absent, unavailable."""
    _backfilled.labels(closed("backfilled", outcome)).inc()


def alert(event: str, priority: str) -> None:
    """``event``: alert.raised, alert.held, alert.updated and so on."""
    _alerts.labels(closed("alert", event), closed("priority", priority)).inc()


def dead_letter(code: str) -> None:
    _dead_letters.labels(closed("code", code)).inc()


def parked(urgent: int, others: int, oldest_seconds: float) -> None:
    """Without their publishers: who sends how much, and when, is for the operators alone."""
    _parked.labels("yes").set(urgent)
    _parked.labels("no").set(others)
    _parked_oldest.set(max(oldest_seconds, 0.0))


def report_released(outcome: str) -> None:
    _released.labels(closed("outcome", outcome)).inc()


def deliveries(by_state: Mapping[str, int]) -> None:
    replace(_deliveries, "state", by_state)


def reviews_open(by_kind: Mapping[str, int]) -> None:
    replace(_reviews, "review", by_kind)


def consumer_lag(by_consumer: Mapping[str, int]) -> None:
    replace(_lag, "consumer", by_consumer)


def conservation_breaches(by_kind: Mapping[str, int]) -> None:
    replace(_breaches, "breach", by_kind)


def auditor_ran(at: datetime) -> None:
    _auditor_run.set(at.timestamp())


def report_received(publisher: str) -> None:
    """Of the publisher no more is kept than its family."""
    _received.labels(family(publisher)).inc()


def sources_silent(seconds_by_publisher: Mapping[str, float]) -> None:
    """For each family since the newest report of any of its publishers."""
    newest: dict[str, float] = {}
    for publisher, seconds in seconds_by_publisher.items():
        newest[family(publisher)] = min(seconds, newest.get(family(publisher), seconds))
    for name, seconds in newest.items():
        _silence.labels(name).set(max(seconds, 0.0))


def dedup_decision(decision: str) -> None:
    _dedup.labels(closed("decision", decision)).inc()


def dedup_undone(count: int) -> None:
    _undone.set(count)


def reviews_oldest(seconds_by_kind: Mapping[str, float]) -> None:
    replace_oldest(_reviews_oldest, "review", seconds_by_kind)


def unacknowledged(count_by_priority: Mapping[str, int], oldest_seconds: Mapping[str, float]) -> None:
    """Raised alerts that nobody has in hand as urgent as they are."""
    replace(_unacknowledged, "priority", count_by_priority)
    replace_oldest(_unacknowledged_oldest, "priority", oldest_seconds)


def acknowledged(priority: str, seconds: float) -> None:
    """``seconds``: since the alert was raised."""
    _acknowledgement.labels(closed("priority", priority)).observe(max(seconds, 0.0))


def unanswered(priority: str) -> None:
    _unanswered.labels(closed("priority", priority)).inc()


def escalated(level: str) -> None:
    """``level``: the tier that is told now: staff, holder, deputy, duty officer and so on."""
    _escalations.labels(closed("level", level)).inc()


def due_times_expected(kinds: Iterable[str]) -> None:
    """A metric that is absent wakes nobody: let each kind be there before the first falls due."""
    for kind in kinds:
        _lateness.labels(closed("due", kind))


def due_time_fired(kind: str, late_seconds: float) -> None:
    _lateness.labels(closed("due", kind)).observe(max(late_seconds, 0.0))


def mail(stage: str, urgent: bool, seconds: float) -> None:
    """``stage``: accepted, by the provider since the mail was due; delivered, since it was accepted."""
    _mail.labels(closed("stage", stage), "yes" if urgent else "no").observe(max(seconds, 0.0))


def deliveries_oldest(seconds_by_state: Mapping[str, float]) -> None:
    replace_oldest(_deliveries_oldest, "state", seconds_by_state)


def mails_per_person(median: float, most: float) -> None:
    """Of those who had any."""
    _mails_per_person.labels("median").set(median)
    _mails_per_person.labels("most").set(most)


def dead_letters(waiting: int, oldest_seconds: float) -> None:
    _letters.set(waiting)
    _letters_oldest.set(max(oldest_seconds, 0.0))


def audit_chain_verified(at: datetime) -> None:
    _audit_verified.set(at.timestamp())
