"""The same request under the same key is taken once, and answered alike, whatever fails in between."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from intaking import Intake, a_body, an_intake
from tocsin.intake.ledger import Answered
from tocsin.store.publishing import idempotency

ONCE = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
ANOTHER = a_body(publisher_reference="2026/TGO/002")


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return an_intake(tmp_path)


def code(answer: Any) -> str:
    return str(answer.json()["problems"][0]["code"])


def test_the_same_again_gets_the_same_answer_and_is_published_once(intake: Intake) -> None:
    first = intake.submit(headers=ONCE)
    intake.now += timedelta(days=6)
    again = intake.submit(headers={"idempotency-key": ONCE["idempotency-key"].strip('"')})
    assert (first.status_code, first.content, first.headers) == (again.status_code, again.content, again.headers)
    assert len(intake.shelf.records) == 1


def test_another_body_under_the_same_key_is_refused(intake: Intake) -> None:
    intake.submit(headers=ONCE)
    answer = intake.submit(ANOTHER, headers=ONCE)
    assert (answer.status_code, code(answer)) == (422, "idempotency-key-reused")
    assert len(intake.shelf.records) == 1


def test_a_key_belongs_to_one_publisher(intake: Intake) -> None:
    intake.submit(headers=ONCE)
    assert intake.submit(a_body(publisher="NGO-OBS"), key="other", headers=ONCE).status_code == 202
    assert len(intake.shelf.records) == 2


def test_after_seven_days_a_key_is_forgotten(intake: Intake) -> None:
    intake.submit(headers=ONCE)
    intake.now += timedelta(days=7, seconds=1)
    assert intake.submit(ANOTHER, headers=ONCE).status_code == 202


def test_of_many_at_once_one_is_published_and_the_others_are_told_to_wait(intake: Intake) -> None:
    intake.shelf.slow = 0.1

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(intake.submitting(headers=ONCE) for _ in range(12)))

    answers = asyncio.run(all_at_once())
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 11
    busy = next(answer for answer in answers if answer.status_code == 409)
    assert (code(busy), busy.headers["retry-after"]) == ("idempotency-in-progress", "2")
    assert len(intake.shelf.records) == 1


def test_what_the_broker_did_not_take_may_be_sent_again_at_once(intake: Intake) -> None:
    intake.shelf.away = True
    refused = intake.submit(headers=ONCE)
    assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (503, "broker-unavailable", "5")
    intake.shelf.away = False
    assert intake.submit(headers=ONCE).status_code == 202
    assert len(intake.shelf.records) == 1


def test_a_death_between_publishing_and_noting_it_doubles_no_report(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is published again, as the same report: the resolver sees a repeat (test_two_worlds)."""

    with monkeypatch.context() as dying:
        dying.setattr(intake.desk.ledger, "write", _dies_at_the_answer(intake.desk.ledger.write))
        assert intake.submit(headers=ONCE).status_code == 500
    assert len(intake.shelf.records) == 1
    assert code(intake.submit(headers=ONCE)) == "idempotency-in-progress", "its claim may still be alive"
    intake.now += idempotency.LEASE
    again = intake.submit(headers=ONCE)
    assert again.status_code == 202
    first, second = intake.shelf.records
    assert (first.key, dict(first.headers)["ce_id"]) == (second.key, dict(second.headers)["ce_id"])
    assert intake.opened(first) == intake.opened(second)
    assert intake.ask("GET", again.headers["location"]).json()["status"] == "received"
    assert intake.submit(headers=ONCE).content == again.content


def _dies_at_the_answer(write: Callable[..., Any]) -> Callable[..., Any]:
    """What a death leaves behind: the claim, without an answer, and nobody who releases it."""

    async def until(entry: Any) -> Any:
        if isinstance(entry, Answered):
            raise RuntimeError
        return await write(entry)

    return until


def test_without_the_database_nothing_is_accepted_and_nothing_is_told_of_it(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("secret"))

    monkeypatch.setattr(idempotency, "claim", broken)
    answer = intake.submit(headers=ONCE)
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (503, "database-unavailable", "5")
    assert "secret" not in answer.text
    assert not intake.shelf.records
