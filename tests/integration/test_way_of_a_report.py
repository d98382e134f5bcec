"""From a mechanism's event to a mandate-holder's mail, on a real Kafka, with each database."""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, select

from builders import RECEIVED_AT, a_report, a_report_json, a_victim
from forming import LEAST, Person
from tocsin.devtools import corpus, sample
from tocsin.devtools.broker import Broker
from tocsin.devtools.stack import HURRIED, Stack
from tocsin.domain import identifiers
from tocsin.runtime import clock, kafka
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher
from tocsin_schemas.actions import ActionTaken
from tocsin_schemas.events import encode_headers
from tocsin_schemas.model import Model
from tocsin_schemas.topics import ACTIONS, REPORTS
from tocsin_schemas.vocabulary import ActionType

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
CANARY = "Zanele Kanarivogel"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, emptied: Callable[[], Broker]
) -> Iterator[Stack]:
    """One for all tests here, for it takes long to start; the sample, which is counted, comes first."""
    overrides, apart = HURRIED | {"kafka_bootstrap": emptied().bootstrap}, ["console", "pages", "auditor"]
    if request.param == "postgresql":
        apart.append("intake")
        database: Callable[[], str] = request.getfixturevalue("postgresql")
        overrides["database_url"] = database()
    running = Stack(tmp_path_factory.mktemp("stack") / "home", overrides=overrides, fresh=True, without=apart)
    running.start()
    try:
        running.wait_ready()
        yield running
    finally:
        running.stop()


def _mails(stack: Stack) -> list[dict[str, str]]:
    with urllib.request.urlopen(stack.addresses["mailbox"] + "/simulator/ledger") as answer:
        found = json.load(answer)
    return found["mails"] if isinstance(found, dict) else found


def _wait(until: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_the_sample_has_the_outcome_that_was_written_down_beside_it(stack: Stack) -> None:
    result = sample.run(stack.engine, stack.settings.bootstrap, None, 150, lambda _: None)
    assert result.differences == []
    with reading(stack.engine) as connection:
        assert audit.verify(connection) == []


@pytest.mark.kcat
@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed: apt-get install kcat")
def test_kcat_publishes_a_cloudevent_and_it_becomes_mail_that_names_nobody(stack: Stack) -> None:
    body = a_report_json(alleged_victims=[a_victim(CANARY)])
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": "kcat-1",
        "ce_type": "org.tocsin.report.submitted",
        "ce_source": "/kcat",
        "content-type": "application/json",
    }
    value = body.replace(b"\n", b" ")
    signed = corpus.sign("ACHPR-SRHRD", [(name, said.encode()) for name, said in attributes.items()], value)
    headers = [argument for name, said in signed for argument in ("-H", f"{name}={said.decode()}")]
    before = len(_mails(stack))
    command = ["kcat", "-P", "-b", stack.addresses["kafka"], "-t", "tocsin.reports.v1", "-k", "kcat", *headers]
    subprocess.run(command, input=value, check=True, timeout=30)
    _wait(lambda: len(_mails(stack)) >= before + 3)
    case = _case_of(stack, body)
    _wait(lambda: _states(stack, case) == {"delivered"})
    assert CANARY.split()[1] not in json.dumps(_mails(stack))


def test_an_action_on_the_topic_answers_its_mechanism_and_starts_the_clock_of_the_reply(stack: Stack) -> None:
    report = a_report(publisher="NGO-OBS", alleged_victims=[a_victim("Ndabenhle Onbestaan")])
    _publish(stack, REPORTS.name, "report.submitted", report, report.publisher)
    _wait(lambda: _case_of(stack, report.model_dump_json().encode()) is not None)
    case = _case_of(stack, report.model_dump_json().encode())
    raised = select(tables.alerts.c.mandate).where(tables.alerts.c.state == "raised", tables.alerts.c.case_id == case)
    _wait(lambda: "UN-WGAD" in _column(stack, raised))
    [reference] = _column(stack, select(tables.cases.c.reference).where(tables.cases.c.case_id == case))
    taken = ActionTaken(
        mechanism="UN-WGAD",
        action=ActionType.WGAD_URGENT_ACTION,
        case=reference,
        taken_on=date(2026, 11, 25),
        recorded_at=RECEIVED_AT,
    )
    _publish(stack, ACTIONS.name, "action.taken", taken, taken.mechanism)
    answered = select(tables.alerts.c.mandate).join(
        tables.acknowledgements, tables.acknowledgements.c.alert_id == tables.alerts.c.alert_id
    )
    answered = answered.where(tables.alerts.c.case_id == case)
    _wait(lambda: _column(stack, answered) == ["UN-WGAD"])
    waiting = select(tables.due_times.c.about).where(
        tables.due_times.c.kind == "escalation", tables.due_times.c.cancelled_at.is_(None)
    )
    waiting = waiting.where(tables.due_times.c.case_id == case)
    assert "UN-WGAD" not in _column(stack, waiting)
    assert "UN-SRHRD" in _column(stack, waiting)


def test_what_a_person_types_into_the_form_becomes_a_case_and_mail_that_names_nobody(stack: Stack) -> None:
    if stack.engine.dialect.name != "sqlite":
        pytest.skip("the form and the intake are the same on PostgreSQL: test_intake_on_postgresql")
    person = _Visitor(stack)
    person.get("/form")
    person.submit("/form/sign-in", key=_form_key(stack, "NGO-MARVELLE"))
    person.begin()
    draft, before = person.draft, len(_mails(stack))
    agreed = {"consent.all_mechanisms.alert": "yes", "consent_record.informed": "yes"}
    source, victim = {"publisher_reference": "M-2026-044"}, {"alleged_victims.0.names.0.value": "Veridiana Formularova"}
    page = person.fill(
        LEAST | {"source": LEAST["source"] | source, "persons": victim, "consent": LEAST["consent"] | agreed}
    )
    assert page.problems == {}
    assert person.submit(f"{draft}/send").path == f"{draft}/receipt"
    body = json.dumps({"publisher": "NGO-MARVELLE", **source}).encode()
    _wait(lambda: _case_of(stack, body) is not None)
    _wait(lambda: len(_mails(stack)) > before)
    assert "Formularova" not in json.dumps(_mails(stack))
    assert person.get(f"{draft}/receipt").status == 200


class _Visitor(Person):
    """Somebody with a browser at the intake of a stack."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(intake=None)  # type: ignore[arg-type]  # theirs is another process
        self.base = stack.addresses["intake"]

    async def send(self, method: str, path: str, **over: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.base, cookies=self.cookies) as client:
            answer = await client.request(method, path, **over)
            self.cookies = client.cookies
            return answer


def _form_key(stack: Stack, publisher: str) -> str:
    now, identities = clock.now(), load_deployment(stack.settings.key_file).identities
    with unit_of_work(stack.engine) as connection:
        publishers.add(connection, identities, Publisher(publisher, (), now, "officer-1"))
        ends = now + timedelta(days=1)
        return api_keys.create(connection, identities, publisher, [Scope.FORM], (), ends, "officer-1", now)


def _publish(stack: Stack, topic: str, event_type: str, content: Model, publisher: str) -> None:
    with unit_of_work(stack.engine) as connection:
        corpus.register(connection, load_deployment(stack.settings.key_file).identities, [publisher])
    body = content.model_dump_json(exclude_none=True).encode()
    headers = corpus.sign(publisher, encode_headers(f"{event_type}-1", event_type, "/tests", RECEIVED_AT), body)
    with closing(kafka.producer(stack.settings.bootstrap)) as producer:
        producer.send(topic, key=b"key", value=body, headers=[*headers]).get(timeout=20)


def _column(stack: Stack, query: Select[Any]) -> list[str]:
    with reading(stack.engine) as connection:
        return sorted(connection.execute(query).scalars())


def _case_of(stack: Stack, body: bytes) -> str | None:
    report = json.loads(body)
    report_id = identifiers.report_id(report["publisher"], report["publisher_reference"])
    found = _column(stack, select(tables.reports.c.case_id).where(tables.reports.c.report_id == report_id))
    return found[0] if found else None


def _states(stack: Stack, case: str | None) -> set[str]:
    with reading(stack.engine) as connection:
        states = select(tables.deliveries.c.state).where(tables.deliveries.c.case_id == case)
        return set(connection.execute(states).scalars())
