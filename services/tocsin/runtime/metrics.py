"""Metrics (prefix ``hrd_``) and health, over HTTP. Labels come from small closed sets: no id, country or person."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

REGISTRY = CollectorRegistry()
OTHER = "other"
_LABEL = re.compile(r"(?![0-9a-f-]{16,}$)[a-z][a-z0-9_.-]{0,39}|P[1-4]")
_MAX_VALUES = 64
_AGE_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]

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


def message_processed(consumer: str, outcome: str, age_seconds: float | None = None) -> None:
    """Count one committed message. ``age_seconds``: since the event was made."""
    _processed.labels(_closed("consumer", consumer), _closed("outcome", outcome)).inc()
    if age_seconds is not None:
        _age.labels(_closed("consumer", consumer)).observe(max(age_seconds, 0.0))


def events_published(topic: str, count: int = 1) -> None:
    _published.labels(_closed("topic", topic)).inc(count)


def outbox(pending: int, oldest_seconds: float) -> None:
    _outbox_pending.set(pending)
    _outbox_oldest.set(max(oldest_seconds, 0.0))


def provider_response(outcome: str, provider: str = "sendgrid") -> None:
    """``outcome``: accepted, rejected, throttled, unreachable, unauthorised, unknown."""
    _provider.labels(_closed("outcome_of_mail", outcome), _closed("provider", provider)).inc()


def provider_breaker(provider: str, state: str) -> None:
    """``state``: closed, half_open, open."""
    for one in ("closed", "half_open", "open"):
        _breaker.labels(_closed("provider", provider), one).set(one == state)


def suppressed(by_list: Mapping[str, int], read_at: datetime | None) -> None:
    """Addresses in the directory that stand on the provider's lists. ``read_at``: if all lists were read."""
    _replace(_suppressed, "suppression_list", by_list)
    if read_at is not None:
        _suppressions_read.set(read_at.timestamp())


def webhook_event(outcome: str, count: int = 1) -> None:
    _webhook.labels(_closed("webhook", outcome)).inc(count)


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
    _undelivered.labels(_closed("turned", turned)).inc(count)


def backfilled(outcome: str) -> None:
    """``outcome``: changed, known, absent, unavailable."""
    _backfilled.labels(_closed("backfilled", outcome)).inc()


def alert(event: str, priority: str) -> None:
    """``event``: alert.raised, alert.held, alert.updated and so on."""
    _alerts.labels(_closed("alert", event), _closed("priority", priority)).inc()


def dead_letter(code: str) -> None:
    _dead_letters.labels(_closed("code", code)).inc()


def parked(urgent: int, others: int, oldest_seconds: float) -> None:
    """Without their publishers: who sends how much, and when, is for the operators alone."""
    _parked.labels("yes").set(urgent)
    _parked.labels("no").set(others)
    _parked_oldest.set(max(oldest_seconds, 0.0))


def report_released(outcome: str) -> None:
    _released.labels(_closed("outcome", outcome)).inc()


def deliveries(by_state: Mapping[str, int]) -> None:
    _replace(_deliveries, "state", by_state)


def reviews_open(by_kind: Mapping[str, int]) -> None:
    _replace(_reviews, "review", by_kind)


def consumer_lag(by_consumer: Mapping[str, int]) -> None:
    _replace(_lag, "consumer", by_consumer)


def conservation_breaches(by_kind: Mapping[str, int]) -> None:
    _replace(_breaches, "breach", by_kind)


def auditor_ran(at: datetime) -> None:
    _auditor_run.set(at.timestamp())


_seen: dict[str, set[str]] = {}


def _closed(label: str, value: str) -> str:
    """The value, or ``other`` if it is no code word or the set has grown past its bound."""
    known = _seen.setdefault(label, set())
    if value in known:
        return value
    if len(known) >= _MAX_VALUES or not _LABEL.fullmatch(value):
        return OTHER
    known.add(value)
    return value


def _replace(gauge: Gauge, label: str, counts: Mapping[str, int]) -> None:
    """Set every value of the label; those no longer present fall to 0."""
    closed: dict[str, int] = dict.fromkeys(_seen.get(label, ()), 0)
    for value, count in counts.items():
        name = _closed(label, value)
        closed[name] = closed.get(name, 0) + count
    for name, count in closed.items():
        gauge.labels(name).set(count)


def serve(port: int, bind: str, ready: Callable[[], bool]) -> None:
    """Answer ``/metrics``, ``/health/live`` and ``/health/ready`` from a daemon thread; port 0: do nothing."""
    if port == 0:
        return
    server = make_server(bind, port, endpoint(ready), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def endpoint(ready: Callable[[], bool]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application behind ``serve``."""
    exposition: Callable[..., Iterable[bytes]] = make_wsgi_app(REGISTRY)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return exposition(environ, start_response)
        if path not in {"/health/live", "/health/ready"}:
            start_response("404 Not Found", _HEADERS)
            return [b"not found\n"]
        well = path == "/health/live" or ready()
        start_response("200 OK" if well else "503 Service Unavailable", _HEADERS)
        return [b"ok\n" if well else b"not ready\n"]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing: a scrape is no news."""


# --- the canary -------------------------------------------------------------------------------------------------------

_drills = Counter("hrd_canary_drills", "Drills of the canary by what became of them", ["outcome"], registry=REGISTRY)
_drill_took = Histogram(
    "hrd_canary_seconds",
    "From publishing a drill to the provider's acceptance, and to delivery",
    ["until"],
    registry=REGISTRY,
    buckets=_AGE_BUCKETS,
)
_drill_last = Gauge("hrd_canary_last_timestamp_seconds", "When a drill was delivered last", registry=REGISTRY)
_components = Gauge("hrd_component_standing", "1 for the standing of it", ["component", "standing"], registry=REGISTRY)


def canary_drill(outcome: str) -> None:
    """``outcome``: delivered, late, unpublished."""
    _drills.labels(_closed("outcome_of_drill", outcome)).inc()


def canary_passed(accepted_seconds: float, delivered_seconds: float, at: datetime) -> None:
    """How long a drill took from its publishing. at: when it was delivered."""
    _drill_took.labels("accepted").observe(max(accepted_seconds, 0.0))
    _drill_took.labels("delivered").observe(max(delivered_seconds, 0.0))
    _drill_last.set(at.timestamp())


def components(standings: Mapping[str, str]) -> None:
    """By component: working, degraded or down."""
    for component, standing in standings.items():
        for one in ("working", "degraded", "down"):
            _components.labels(_closed("component", component), one).set(one == standing)
