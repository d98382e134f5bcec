"""A publisher cannot find out whether a case is known: with and without it, every answer is the same (T3)."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from builders import a_report, a_victim, a_violation
from databases import NOW
from intaking import OTHER, PUBLISHER, Intake, an_intake, read_all
from tocsin.runtime.jwe import seal
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.events import CONTENT_TYPE
from tocsin_schemas.reports import Report
from tocsin_schemas.signing import SEALED
from tocsin_schemas.topics import MAX_EVENT_BYTES, REPORTS

KNOWN = a_report(publisher=OTHER, publisher_reference="OBS-1")
ANOTHER = a_report(publisher=OTHER, publisher_reference="OBS-1", alleged_victims=[a_victim("Tamsin Marvelle")])
PROBES = [
    a_report(),
    a_report(publisher_reference="2026/TGO/002", violation=a_violation(date="2026-11-21")),
    a_report(publisher_reference="2026/TGO/003", alleged_victims=[a_victim("Afi Mensahwi")]),
    a_report(publisher_reference="2026/TGO/001", revision=2),
    a_report(),
]
"""The same, the same a day later, one of a similar name, a correction, and the first once more."""


@dataclass
class World:
    """An intake and the resolver that reads what it publishes."""

    intake: Intake

    def read_all(self) -> list[str]:
        """What the resolver makes of all that was published."""
        read_all(self.intake)
        with reading(self.intake.engine) as connection:
            table = tables.processed_messages
            return list(connection.execute(select(table.c.outcome).order_by(table.c.offset)).scalars())


def body_of(report: Report) -> bytes:
    return report.model_dump_json(exclude_none=True).encode()


def probe(world: World) -> list[httpx.Response]:
    """Everything that a publisher can ask about its probes, at every time."""
    intake = world.intake
    sent = [intake.submit(body_of(report)) for report in PROBES]
    world.read_all()
    asked = []
    for seconds in (0, 59, 60, 61, 3600):
        intake.now = NOW + timedelta(seconds=seconds)
        asked += [intake.ask("GET", answer.headers["location"]) for answer in sent]
    return sent + asked


def transcript(answers: list[httpx.Response]) -> list[Any]:
    """All that was answered, with the receipts told apart by their order alone; every one has the same length."""
    numbers: dict[str, int] = {}
    lines = []
    for answer in answers:
        receipt = answer.json()["receipt"]
        number = f"{numbers.setdefault(receipt, len(numbers)):060d}"
        assert len(receipt) == len(number)
        headers = sorted((name, value.replace(receipt, number)) for name, value in answer.headers.items())
        lines.append((answer.status_code, headers, answer.content.replace(receipt.encode(), number.encode())))
    return lines


def test_with_and_without_the_case_the_transcripts_are_identical_to_the_byte(tmp_path: Path) -> None:
    (tmp_path / "known").mkdir()
    (tmp_path / "unknown").mkdir()
    known, unknown = World(an_intake(tmp_path / "known")), World(an_intake(tmp_path / "unknown"))
    for world, report in ((known, KNOWN), (unknown, ANOTHER)):
        assert world.intake.submit(body_of(report), key="other").status_code == 202
        world.read_all()
    assert transcript(probe(known)) == transcript(probe(unknown))
    assert known.read_all() != unknown.read_all(), "the resolver itself has told them apart"


def test_what_the_intake_publishes_is_accepted_by_the_resolver_and_a_repeat_is_a_repeat(tmp_path: Path) -> None:
    world = World(an_intake(tmp_path))
    for _ in range(2):
        assert world.intake.submit().status_code == 202
    first, second = world.read_all()
    assert first not in ("repeat", "dead-letter")
    assert second == "repeat"
    with reading(world.intake.engine) as connection:
        assert connection.execute(select(tables.reports.c.publisher)).scalars().all() == [PUBLISHER]


def test_many_at_once_are_all_published_and_each_gets_a_receipt_of_its_own(tmp_path: Path) -> None:
    intake = an_intake(tmp_path)
    bodies = [body_of(a_report(publisher_reference=f"2026/TGO/{n}")) for n in range(40)]

    async def all_at_once() -> list[httpx.Response]:
        return await asyncio.gather(
            *(intake.submitting(body, headers={"idempotency-key": f"k{n}"}) for n, body in enumerate(bodies))
        )

    answers = asyncio.run(all_at_once())
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["receipt"] for answer in answers}) == 40
    assert sorted(map(intake.opened, intake.shelf.records)) == sorted(bodies)


@pytest.mark.parametrize("is_sealed", [False, True])
def test_the_largest_report_is_sealed_for_the_broker_however_it_came(tmp_path: Path, is_sealed: bool) -> None:
    """Sealing makes a body a third larger."""
    intake = an_intake(tmp_path)
    narratives = [{"language": "en", "text": "She was taken. " * 1300} for _ in range(13)]
    body = json.dumps(a_report().model_dump(mode="json", exclude_none=True) | {"narratives": narratives}).encode()
    body += b" " * (MAX_EVENT_BYTES - len(body))
    sent, media = (seal(body, intake.deployment.keys.opening.public()), SEALED) if is_sealed else (body, CONTENT_TYPE)
    assert intake.submit(sent, headers={"content-type": media}).status_code == 202
    (record,) = intake.shelf.records
    largest = int(REPORTS.configuration()["max.message.bytes"])
    assert len(record.body) + sum(len(name) + len(value) for name, value in record.headers) < largest
    assert ("content-type", SEALED.encode()) in record.headers
    assert intake.opened(record) == body
