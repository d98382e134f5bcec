"""Two hundred invented names and contacts go through everything, and stand nowhere but where they belong.

And what a running deployment shows of itself is true: its readiness, and the metrics that wake people.
"""

import json
import re
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from kafka import KafkaConsumer, TopicPartition

from canaries import CANARIES, found, letters, plant
from tocsin.cli import main
from tocsin.devtools import tally
from tocsin.devtools.publish import publish
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.runtime import kafka
from tocsin.store.database import reading
from tocsin.store.views import overview
from tocsin_schemas.topics import DEAD_LETTERS, REPORTS, TOPICS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
RULES = Path(__file__).parents[2] / "deploy/prometheus/rules.yml"
OPEN = HURRIED | {"console_open": "true"}
EVERY_SERVICE = ("resolver", "dispatcher", "mailer", "webhook", "console", "auditor")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, after all letters with canaries have gone through it."""
    running, sent = Stack(tmp_path_factory.mktemp("canaries") / "home", overrides=OPEN, fresh=True), list(letters())
    running.start()
    try:
        running.wait_ready()
        publish(running.settings.bootstrap, sent)
        _wait(lambda: tally.count(running.engine).settled(len(sent)))
        _wait(lambda: _get(_metrics_page(running, "auditor", "/health/ready"))[0] == 200)
        yield running
    finally:
        running.stop()


def test_the_letters_came_to_everything_that_can_come_of_a_report(stack: Stack) -> None:
    counted = tally.count(stack.engine)
    assert counted.messages.keys() >= {"opened", "joined", "repeat", "corrected", "withdrawn", "dead-letter"}
    assert counted.messages["dead-letter"] == 12
    assert counted.deliveries["delivered"] >= 30
    bodies = b"\n".join(value for topic, _, _, value in _records(stack) if topic == REPORTS.name)
    assert set(found(bodies)) == set(CANARIES)
    assert len(set(CANARIES)) == 200


def test_no_file_holds_a_canary(stack: Stack) -> None:
    """Logs of services and broker, the database as it lies on the disk, the simulator's ledger, keys and addresses."""
    files = [path for path in stack.home.rglob("*") if path.is_file() and not _is_topic(stack, path)]
    names = {path.name for path in files}
    assert names >= {"tocsin.db", "tocsin.db-wal", "server.log", "resolver.log", "mailer.log", "ledger.jsonl"}
    assert _all_found({str(path): path.read_bytes() for path in files}) == {}


def test_no_topic_holds_a_canary_but_in_the_bodies_of_reports_and_dead_letters(stack: Stack) -> None:
    records = _records(stack)
    assert {topic for topic, *_ in records} >= {"tocsin.cases.v1", "tocsin.alerts.v1", "tocsin.deliveries.v1"}
    shown = {}
    for number, (topic, key, headers, value) in enumerate(records):
        open_body = value if topic not in {REPORTS.name, DEAD_LETTERS.name} else b""
        shown[f"{topic} {number}"] = b"\n".join(
            [key, *(part for n, v in headers for part in (n.encode(), v)), open_body]
        )
    assert _all_found(shown) == {}


def test_no_page_and_no_mail_holds_a_canary(stack: Stack) -> None:
    with reading(stack.engine) as connection:
        references = [case.reference for page in (1, 2) for case in overview.recent_cases(connection, page)]
    assert len(references) >= 30
    console, mailbox = stack.addresses["console"], stack.addresses["mailbox"]
    urls = [f"{console}/", *(f"{console}/cases/{reference}" for reference in references)]
    urls += [f"{mailbox}/", f"{mailbox}/simulator/ledger"]
    urls += [_metrics_page(stack, name, "/metrics") for name in EVERY_SERVICE]
    pages = {url: _get(url) for url in urls}
    assert {status for status, _ in pages.values()} == {200}
    assert _all_found({url: body for url, (_, body) in pages.items()}) == {}


def test_no_command_prints_a_canary(stack: Stack) -> None:
    run = _command_line(stack)
    references = [case["reference"] for case in json.loads(run("cases", "list", "--json"))]
    origins = [letter["origin"] for letter in json.loads(run("dead-letters", "list", "--json"))]
    assert len(origins) == 12
    calls = [
        ("status",),
        ("status", "--json"),
        ("cases", "list"),
        ("cases", "list", "--json"),
        ("dead-letters", "list"),
    ]
    calls += [("cases", "show", reference, *form) for reference in references for form in ((), ("--json",))]
    calls += [("dead-letters", "list", "--json"), *(("dead-letters", "show", origin) for origin in origins)]
    assert _all_found({" ".join(call): run(*call).encode() for call in calls}) == {}
    assert found(run("dead-letters", "show", origins[0], "--body").encode())


@pytest.mark.parametrize("canary", CANARIES[:4])
def test_the_search_finds_a_canary_in_a_log_and_in_a_table(stack: Stack, tmp_path: Path, canary: str) -> None:
    assert found(plant(stack.home / "logs" / "resolver.log", canary)) == [canary]
    with (
        closing(sqlite3.connect(stack.home / "tocsin.db")) as live,
        closing(sqlite3.connect(tmp_path / "copy")) as copy,
    ):
        live.backup(copy)
        copy.execute("UPDATE cases SET countries = ? WHERE rowid = 1", (json.dumps([canary]),))
        copy.commit()
    assert found((tmp_path / "copy").read_bytes()) == [canary]


@pytest.mark.parametrize("name", EVERY_SERVICE)
def test_every_service_says_that_it_is_ready(stack: Stack, name: str) -> None:
    assert _get(_metrics_page(stack, name, "/health/ready"))[0] == 200


OF_THE_CANARY = {"hrd_canary_last_timestamp_seconds"}
"""It does not run here; tests/integration/test_canary_watch.py is about it."""


def test_every_metric_that_wakes_a_person_has_a_value(stack: Stack) -> None:
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"\bhrd_\w+", rule["expr"])} - OF_THE_CANARY
    text = "".join(_get(_metrics_page(stack, name, "/metrics"))[1].decode() for name in EVERY_SERVICE)
    assert asked == {name for name in asked if re.search(rf"^{name}(\{{.*\}})? \d", text, re.MULTILINE)}
    for line in (
        'hrd_events_published_total{topic="tocsin.alerts.v1"}',
        'hrd_dead_letters_total{code="extra-forbidden"}',
        'hrd_deliveries{state="unknown"} 0.0',
        'hrd_conservation_breaches{kind="offset_gap"} 0.0',
        'hrd_consumer_lag_messages{consumer="mailer"} 0.0',
        'hrd_reviews_open{kind="isolated_message"} 0.0',
    ):
        assert line in text


def _all_found(haystacks: dict[str, bytes]) -> dict[str, list[str]]:
    return {place: canaries for place, content in haystacks.items() if (canaries := found(content))}


def _is_topic(stack: Stack, path: Path) -> bool:
    """The broker's own copy of the topics, bodies included."""
    return path.is_relative_to(stack.home / "broker" / "data")


def _records(stack: Stack) -> list[tuple[str, bytes, list[tuple[str, bytes]], bytes]]:
    """Topic, key, headers and body of everything on the broker.

    The headers of a report are its publisher's, and lie on a dead letter behind our own marks; both are left out.
    """
    ends = kafka.end_offsets(stack.settings.bootstrap, [topic.name for topic in TOPICS])
    places = {TopicPartition(*position): end for position, end in ends.items() if end}
    records = []
    with closing(KafkaConsumer(bootstrap_servers=stack.settings.bootstrap, enable_auto_commit=False)) as consumer:
        consumer.assign(list(places))
        consumer.seek_to_beginning()
        while any(consumer.position(place) < end for place, end in places.items()):
            records += [record for batch in consumer.poll(timeout_ms=500).values() for record in batch]
    return [(r.topic, r.key or b"", _own_headers(r.topic, r.headers), r.value or b"") for r in records]


def _own_headers(topic: str, headers: list[tuple[str, bytes | None]]) -> list[tuple[str, bytes]]:
    names = [name for name, _ in headers]
    end = {REPORTS.name: 0, DEAD_LETTERS.name: names.index("tocsin_origin_key") if "tocsin_origin_key" in names else 0}
    return [(name, value or b"") for name, value in headers[: end.get(topic, len(headers))]]


def _command_line(stack: Stack) -> Callable[..., str]:
    environment = {"TOCSIN_HOME": str(stack.home), "TOCSIN_KAFKA_BOOTSTRAP": stack.settings.bootstrap, "COLUMNS": "400"}
    runner = CliRunner(env=environment)

    def run(*arguments: str) -> str:
        result = runner.invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def _metrics_page(stack: Stack, name: str, path: str) -> str:
    return json.loads((stack.home / "addresses.json").read_text())[f"metrics-{name}"] + path


def _get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


def _wait(until: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.25)
