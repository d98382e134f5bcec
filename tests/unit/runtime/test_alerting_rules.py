"""The alerting rules name only metrics and labels that the services export."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

from tocsin.runtime import metrics

FILE = Path(__file__).parents[3] / "deploy/prometheus/rules.yml"
RULES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text())["groups"][0]["rules"]


def exported() -> dict[str, set[str]]:
    """Name as scraped -> labels."""
    found: dict[str, set[str]] = {}
    for metric in (m for m in vars(metrics).values() if isinstance(m, MetricWrapperBase)):
        name, labels = metric._name, set(metric._labelnames)
        ending = {"counter": "_total", "histogram": "_bucket"}.get(metric._type, "")
        found[name + ending] = labels | ({"le"} if isinstance(metric, Histogram) else set())
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_rule_asks_only_for_what_is_exported(rule: dict[str, Any]) -> None:
    names = set(re.findall(r"\bhrd_\w+", rule["expr"]))
    assert names
    assert names <= exported().keys()
    asked = set(re.findall(r"[{,]\s*(\w+)\s*[!=]~?=?\"", rule["expr"]))
    asked |= {label.strip() for by in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in by.split(",")}
    assert asked <= set().union(*(exported()[name] for name in names))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_rule_says_how_urgent_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"].keys() == {"summary", "description"}


def test_every_metric_is_named_as_prometheus_asks() -> None:
    for name in exported():
        assert re.fullmatch(r"hrd_[a-z_]+", name)
        assert not name.endswith(("_ms", "_count", "_info"))
