"""Every question of every dashboard and of every rule is put to a real Prometheus that watches a running deployment.

What should have a value there has one; what may have none is listed below, with the reason.
"""

import json
import math
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tocsin.devtools import sample
from tocsin.devtools.dashboards.__main__ import FOLDER
from tocsin.devtools.dashboards.asking import Asked, asked_by, dashboards
from tocsin.devtools.prometheus import RULES, Prometheus, installed
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.runtime import heartbeats

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not installed(), reason="prometheus is not installed: Debian has it"),
]
BOARDS = dashboards(FOLDER)
ASKED = [asked for board in BOARDS.values() for asked in asked_by(board)]
ALERTS, RECORDED = (
    [rule for group in yaml.safe_load((RULES / file).read_text())["groups"] for rule in group["rules"]]
    for file in ("rules.yml", "recording.yml")
)
MAY_BE_EMPTY = {
    ("tocsin-duty-wall", "Time to take urgent alerts in hand", "A"): "nobody answers the sample",
    ("tocsin-duty-wall", "Time to take urgent alerts in hand", "B"): "nobody answers the sample",
    ("tocsin-pipeline", "Reports that wait their turn", "B"): "nobody has sent more than their share",
    ("tocsin-pipeline", "Lateness of what falls due, 99 of 100", "A"): "nothing falls due in a few minutes",
}
NOT_COUNTED_YET = {
    'hrd_provider_responses_total{outcome!="accepted"}': "the provider has refused nothing",
    'hrd_provider_responses_total{outcome="unauthorised"}': "the key is right",
    'hrd_webhook_events_total{outcome=~"bad-signature|bad-time|not-stored"}': "nobody has forged an event",
}
FEW = 15.0
"""Seconds between two counts of what the auditor shows."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Over a deployment that has had the sample, and drills."""
    home = tmp_path_factory.mktemp("watched")
    stack = Stack(home / "stack", overrides=HURRIED | {"canary_seconds": "6"}, fresh=True, canary=True)
    stack.start()
    try:
        stack.wait_ready(300)
        with Prometheus(home, figures_of(stack), every=1.0) as watching:
            wait(lambda: watching.ask('sum(up{job="tocsin"}) == count(up{job="tocsin"})'), 120)
            sample.run(stack.engine, stack.settings.kafka, 10, 300, lambda _: None)
            wait(lambda: heartbeats.last(stack.home, heartbeats.CANARY), 180)
            wait(lambda: watching.ask("max(hrd_mails_per_person) > 0 and on () max(hrd_dead_letters_waiting) > 0"), 180)
            time.sleep(FEW)
            yield watching
    finally:
        stack.stop()


def figures_of(stack: Stack) -> dict[str, str]:
    """Of what runs: service -> where its figures are."""
    addresses = json.loads((stack.home / "addresses.json").read_text())
    running = stack.pids()
    named = {name.removeprefix("metrics-"): url for name, url in addresses.items() if name.startswith("metrics-")}
    return {name: url for name, url in named.items() if name in running}


def wait(until: Any, seconds: float) -> None:
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, "it did not come about in time"
        time.sleep(0.5)


def values(answer: list[dict[str, Any]]) -> list[float]:
    """Without those that are no number, which Grafana draws as nothing."""
    return [value for series in answer if not math.isnan(value := float(series["value"][1]))]


def key(asked: Asked) -> tuple[str, str, str]:
    return asked.dashboard, asked.panel, asked.letter


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(key(asked)))
def test_each_query_of_each_panel_is_understood_and_answered(prometheus: Prometheus, asked: Asked) -> None:
    assert values(prometheus.ask(asked.expr)) or key(asked) in MAY_BE_EMPTY


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(key(asked)))
def test_each_value_fits_its_panel(prometheus: Prometheus, asked: Asked) -> None:
    [panel] = [p for p in BOARDS[asked.dashboard]["panels"] if p["id"] == asked.number]
    most = {"percentunit": 1.0, "s": 3600.0}.get(panel["fieldConfig"]["defaults"]["unit"], math.inf)
    assert all(0 <= value <= most for value in values(prometheus.ask(asked.expr)))
    if panel["type"] == "stat":
        assert len(prometheus.ask(asked.expr)) <= 1, "one number"


def test_no_panel_is_excused_that_does_not_exist() -> None:
    assert MAY_BE_EMPTY.keys() <= {key(asked) for asked in ASKED}
    assert NOT_COUNTED_YET.keys() <= {selector for rule in ALERTS for selector in selectors(rule["expr"])}


def test_prometheus_evaluates_every_rule_without_a_fault(prometheus: Prometheus) -> None:
    loaded = prometheus.rules()
    assert len(loaded) == len(ALERTS) + len(RECORDED)
    assert [rule["name"] for rule in loaded if rule["health"] != "ok" or rule.get("lastError")] == []


def selectors(expr: str) -> set[str]:
    return set(re.findall(r"(?:\bhrd_\w+|\bslo:[\w:]+|\bup\b)(?:\{[^}]*\})?", expr))


@pytest.mark.parametrize("rule", [*ALERTS, *RECORDED], ids=lambda rule: rule.get("alert") or rule["record"])
def test_each_rule_asks_for_series_that_are_there(prometheus: Prometheus, rule: dict[str, Any]) -> None:
    absent = {selector for selector in selectors(rule["expr"]) if not prometheus.ask(f"count({selector})")}
    assert absent <= NOT_COUNTED_YET.keys()


def test_each_objective_has_its_budget_and_its_share_of_errors(prometheus: Prometheus) -> None:
    objectives = {rule["labels"]["slo"] for rule in RECORDED if "labels" in rule}
    told = prometheus.ask("slo:error_ratio:rate1h / on (slo) slo:error_budget")
    assert {series["metric"]["slo"] for series in told} == objectives
