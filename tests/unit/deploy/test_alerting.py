"""The rules name only what the services export, and each alert has an owner, a page and a test of promtool."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

from tocsin.cli import main
from tocsin.devtools.dashboards.views import VIEWS
from tocsin.runtime import drill_metrics, metrics, policy_reports

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy/prometheus"
TESTS = ("tests.yml", "tests_of_hours.yml")
OWNERS = {"operations", "duty-officer", "reviewers", "directory"}


def _rules(file: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / file).read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALERTS, RECORDED = _rules("rules.yml"), _rules("recording.yml")
TRIED = [test for file in TESTS for test in yaml.safe_load((FOLDER / file).read_text())["tests"]]
SHOWN = [query.expr for view in VIEWS for panel in view.panels for query in panel.queries]
EXPRESSIONS = [rule["expr"] for rule in (*ALERTS, *RECORDED)] + SHOWN


def exported() -> dict[str, set[str]]:
    """Name as scraped -> labels."""
    found: dict[str, set[str]] = {}
    every = [*vars(metrics).values(), *vars(drill_metrics).values(), *vars(policy_reports).values()]
    for metric in (m for m in every if isinstance(m, MetricWrapperBase)):
        labels = set(metric._labelnames)
        if isinstance(metric, Histogram):
            found |= {f"{metric._name}_bucket": labels | {"le"}, f"{metric._name}_count": labels}
        else:
            found[metric._name + {"counter": "_total"}.get(metric._type, "")] = labels
    return found


def _names(expression: str) -> set[str]:
    return set(re.findall(r"\bhrd_\w+", expression))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_expression_asks_only_for_what_is_exported(expression: str) -> None:
    names = _names(expression)
    assert names <= exported().keys()
    recorded = {rule["record"] for rule in RECORDED}
    assert set(re.findall(r"\bslo:[\w:]+", expression)) <= recorded
    asked = set(re.findall(r"[{,]\s*(\w+)\s*[!=]~?=?\"", expression)) - {"job"}
    asked |= {label.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for label in by.split(",")}
    assert asked <= set().union(*(exported()[name] for name in names))


def test_every_metric_that_is_exported_is_used_in_a_rule_or_a_dashboard() -> None:
    used = set().union(*map(_names, EXPRESSIONS))
    families = {name.removesuffix("_bucket").removesuffix("_count") for name in used}
    assert {name.removesuffix("_bucket").removesuffix("_count") for name in exported()} == families


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_each_alert_says_how_urgent_it_is_whose_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["labels"]["owner"] in OWNERS
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    page = (ROOT / rule["annotations"]["runbook_url"]).read_text()
    assert page.startswith(f"# {rule['alert']}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [
        "What it means",
        "What is at stake",
        "What to do",
        "When it is over",
    ]


def test_there_is_no_page_without_its_alert() -> None:
    pages = {page.stem for page in (ROOT / "deploy/runbooks").glob("*.md")}
    assert pages == {rule["alert"] for rule in ALERTS}


PAGES = sorted((ROOT / "deploy/runbooks").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_only_commands_and_pages_that_exist(page: Path) -> None:
    text = page.read_text()
    for words in re.findall(r"`tocsin ([a-z -]+)", text):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"tocsin {words}"
            command = found
    assert [link for link in re.findall(r"\]\(([^)#]+)", text) if not (page.parent / link).exists()] == []


def test_every_metric_is_named_as_prometheus_asks() -> None:
    for name in exported():
        base = name.removesuffix("_count").removesuffix("_bucket")
        assert re.fullmatch(r"hrd_[a-z_]+", base)
        assert not base.endswith(("_ms", "_count", "_info"))


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_promtool_is_asked_when_each_alert_fires_and_when_it_stays_quiet(rule: dict[str, Any]) -> None:
    mine = [test for test in TRIED if test["name"].split()[0] == rule["alert"]]
    assert sorted(bool(test["promql_expr_test"][0]["exp_samples"]) for test in mine) == [False, True]
    assert all(f'"{rule["alert"]}"' in test["promql_expr_test"][0]["expr"] for test in mine)


def _promtool(*arguments: str) -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool (Debian: prometheus) is not installed")
    done = subprocess.run([promtool, *arguments], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_reads_the_rules() -> None:
    _promtool("check", "rules", "rules.yml", "recording.yml")


@pytest.mark.parametrize("file", [TESTS[0], pytest.param(TESTS[1], marks=pytest.mark.slow)])
def test_the_alerts_fire_and_stay_quiet_as_the_tests_of_promtool_say(file: str) -> None:
    _promtool("test", "rules", file)
