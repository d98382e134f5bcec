"""Metrics are named as Prometheus asks, and no label can hold an id, a country or a person."""

import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest
from prometheus_client import generate_latest

from tocsin.runtime import metrics

AT_THE_START = generate_latest(metrics.REGISTRY).decode()


def exposed() -> str:
    return generate_latest(metrics.REGISTRY).decode()


def test_every_metric_the_operators_watch_is_exposed() -> None:
    metrics.message_processed("resolver", "joined", 0.2)
    metrics.outbox(3, 1.5)
    metrics.deliveries({"accepted": 2})
    metrics.provider_response("accepted", "smtp")
    metrics.provider_breaker("sendgrid", "open")
    metrics.suppressed({"bounces": 2}, datetime(2026, 11, 24, tzinfo=UTC))
    metrics.alert("alert.raised", "P1")
    metrics.dead_letter("json-malformed")
    metrics.reviews_open({"unrouted": 1})
    metrics.conservation_breaches({"offset_gap": 0})
    metrics.auditor_ran(datetime(2026, 11, 24, tzinfo=UTC))
    text = exposed()
    for line in (
        'hrd_messages_processed_total{consumer="resolver",outcome="joined"}',
        'hrd_event_age_seconds_bucket{consumer="resolver",le="0.3"}',
        "hrd_outbox_pending 3.0",
        "hrd_outbox_oldest_seconds 1.5",
        'hrd_deliveries{state="accepted"} 2.0',
        'hrd_provider_responses_total{outcome="accepted",provider="smtp"}',
        'hrd_provider_breaker{provider="sendgrid",state="open"} 1.0',
        'hrd_provider_breaker{provider="sendgrid",state="closed"} 0.0',
        'hrd_recipients_suppressed{list="bounces"} 2.0',
        "hrd_suppressions_read_timestamp_seconds 1.7",
        'hrd_alerts_total{event="alert.raised",priority="P1"}',
        'hrd_dead_letters_total{code="json-malformed"}',
        'hrd_reviews_open{kind="unrouted"} 1.0',
        'hrd_conservation_breaches{kind="offset_gap"} 0.0',
        "hrd_auditor_last_run_timestamp_seconds 1.7",
    ):
        assert line in text


@pytest.mark.parametrize(
    "line",
    [
        'hrd_alerts_unanswered_total{priority="P1"}',
        'hrd_acknowledgement_seconds_count{priority="P1"}',
        'hrd_mail_seconds_count{stage="accepted",urgent="yes"}',
        'hrd_mail_seconds_count{stage="delivered",urgent="yes"}',
    ],
)
def test_what_an_objective_counts_is_there_before_it_first_happens(line: str) -> None:
    assert f"{line} 0.0\n" in AT_THE_START


@pytest.mark.parametrize(
    "value",
    [
        "Amina Benkhelifa",
        "TUN",
        "a" * 41,
        "0123456789abcdef0123456789abcdef",
        "5f0f2a63-8f57-5d5e-9a35-2c5d1cfd9b11",
        "",
    ],
)
def test_a_label_that_is_no_code_word_becomes_other(value: str) -> None:
    metrics.dead_letter(value)
    assert 'code="other"' in exposed()
    assert not value or value not in exposed()


def test_the_number_of_label_values_is_bounded() -> None:
    for number in range(500):
        metrics.message_processed("dispatcher", f"outcome-{number}")
    assert exposed().count('hrd_messages_processed_total{consumer="dispatcher"') <= 65


def test_a_state_that_empties_falls_to_zero() -> None:
    metrics.deliveries({"claimed": 4})
    metrics.deliveries({"delivered": 4})
    assert 'hrd_deliveries{state="claimed"} 0.0' in exposed()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_health_and_metrics_answer_over_http(free_port: int) -> None:
    state = {"ready": False}
    metrics.serve(free_port, "127.0.0.1", lambda: state["ready"])
    assert _get(free_port, "/health/live") == 200
    assert _get(free_port, "/health/ready") == 503
    state["ready"] = True
    assert _get(free_port, "/health/ready") == 200
    assert _get(free_port, "/metrics") == 200
    assert _get(free_port, "/anything") == 404


def _get(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
