"""What the resolver does with each kind of report, on a real database and without Kafka."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builders import a_report, a_victim, a_violation
from databases import NOW, a_database, a_deployment, a_message
from tocsin.resolver.accepting import Acceptance
from tocsin.store import audit, reports, tables
from tocsin.store.consuming import Consumer
from tocsin.store.database import reading, unit_of_work
from tocsin.store.vault import Erased
from tocsin_schemas.reports import Reference, Report, Withdrawal
from tocsin_schemas.topics import REPORTS
from tocsin_schemas.victims import PersonName
from tocsin_schemas.vocabulary import ReferenceScheme


@dataclass
class Resolver:
    """The resolver's consumer, fed by hand."""

    folder: Path
    offset: int = -1

    def __post_init__(self) -> None:
        self.deployment = a_deployment(self.folder)
        self.engine = a_database(self.folder)
        acceptance = Acceptance(self.deployment)
        self.consumer = Consumer("resolver", REPORTS, self.engine, self.deployment, acceptance, repeats_by_id=False)
        self.consumer.prepare()

    def take(self, content: Report | Withdrawal | bytes, event_type: str = "report.submitted", **over: str) -> str:
        body = content if isinstance(content, bytes) else content.model_dump_json(exclude_none=True).encode()
        self.offset += 1
        self.consumer.handle(a_message(body, self.offset, event_type, **over))
        with reading(self.engine) as connection:
            table = tables.processed_messages
            return connection.execute(select(table.c.outcome).where(table.c.offset == self.offset)).scalar_one()

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)))

    def published(self) -> list[str]:
        return [
            dict(row.headers).get("ce_type", "dead-letter").removeprefix("org.tocsin.")
            for row in self.rows(tables.outbox)
        ]


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _other(**over: Any) -> Report:
    fields = {"publisher": "OSCE-ODIHR", "publisher_reference": "OD/77", "language": "fr"}
    return a_report(**(fields | over))


def test_a_first_report_opens_a_case(resolver: Resolver) -> None:
    assert resolver.take(a_report()) == "opened"
    assert resolver.published() == ["case.opened"]


def test_another_mechanism_on_the_same_case_corroborates_it(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other()) == "joined"
    assert resolver.published() == ["case.opened", "case.corroborated"]
    assert len(resolver.rows(tables.cases)) == 1


def test_names_in_two_scripts_and_a_transliteration_meet(resolver: Resolver) -> None:
    names = [PersonName(value="Олена Тестова"), PersonName(value="Olena Testova")]
    resolver.take(a_report(alleged_victims=[a_victim(names=names)]))
    assert resolver.take(_other(alleged_victims=[a_victim("TESTOVA Olena")])) == "joined"


def test_a_shared_reference_joins_whatever_the_names(resolver: Resolver) -> None:
    number = [Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 9/2026")]
    resolver.take(a_report(references=number))
    assert resolver.take(_other(alleged_victims=[a_victim("Quite Another")], references=number)) == "joined"


def test_a_re_arrest_is_a_new_case_linked_to_the_first(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(violation=a_violation(date="2026-02-02"))) == "opened"
    assert resolver.published() == ["case.opened", "case.opened", "case.linked"]


def test_a_doubtful_match_is_published_as_new_and_queued_for_a_person(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(violation=a_violation(date="2026-11-22"))) == "opened"
    assert resolver.published()[1:] == ["case.opened", "case.linked", "review.requested"]
    assert [r.kind for r in resolver.rows(tables.reviews)] == ["possible_duplicate"]


def test_siblings_arrested_together_are_two_cases(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_other(alleged_victims=[a_victim("Kodzo Mensahvi")])) == "opened"


def test_a_repeat_changes_nothing_and_is_not_lost(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(a_report()) == "repeat"
    assert resolver.published() == ["case.opened"]


def test_two_reports_under_one_event_id_are_both_taken(resolver: Resolver) -> None:
    resolver.take(a_report(), event_id="same")
    assert resolver.take(_other(alleged_victims=[a_victim("Quite Another")]), event_id="same") == "opened"


def test_a_correction_replaces_the_claim(resolver: Resolver) -> None:
    resolver.take(a_report())
    corrected = a_report(revision=2, violation=a_violation(country="GHA"))
    assert resolver.take(corrected, "report.corrected") == "corrected"
    assert resolver.published() == ["case.opened", "case.updated"]
    assert resolver.rows(tables.cases)[0].countries == ["GHA"]


def test_an_older_revision_that_comes_late_changes_nothing(resolver: Resolver) -> None:
    resolver.take(a_report(revision=2))
    assert resolver.take(a_report(revision=1, violation=a_violation(country="GHA"))) == "superseded"
    assert resolver.rows(tables.cases)[0].countries == ["TGO"]


def test_the_same_revision_with_other_content_is_dead_lettered(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(a_report(violation=a_violation(country="GHA"))) == "dead-letter"
    headers = dict(resolver.rows(tables.outbox)[-1].headers)
    assert (headers["tocsin_code"], json.loads(headers["tocsin_problems"])[0][1]) == ("revision-conflict", "/revision")


def _withdrawal(report: Report, revision: int) -> Withdrawal:
    return Withdrawal(
        publisher=report.publisher,
        publisher_reference=report.publisher_reference,
        revision=revision,
        reason="consent_withdrawn",
        withdrawn_at=NOW,
    )


def test_withdrawing_the_only_report_closes_the_case(resolver: Resolver) -> None:
    resolver.take(a_report())
    assert resolver.take(_withdrawal(a_report(), 2), "report.withdrawn") == "withdrawn"
    assert resolver.take(_withdrawal(a_report(), 2), "report.withdrawn") == "repeat"
    assert resolver.published() == ["case.opened", "case.closed"]


def test_withdrawing_one_of_two_leaves_the_case_open(resolver: Resolver) -> None:
    resolver.take(a_report())
    resolver.take(_other())
    resolver.take(_withdrawal(a_report(), 2), "report.withdrawn")
    assert resolver.published()[-1] == "case.updated"
    assert resolver.rows(tables.cases)[0].state == "open"


def test_withdrawing_what_was_never_published_is_dead_lettered(resolver: Resolver) -> None:
    assert resolver.take(_withdrawal(a_report(), 2), "report.withdrawn") == "dead-letter"


POISON = [
    (b"", "report.submitted", "body-empty"),
    (b"\xff\xfe", "report.submitted", "body-not-utf8"),
    (b'{"publisher":', "report.submitted", "json-malformed"),
    (b"{}", "report.submitted", "missing"),
    (b"{}", "report.invented", "event-type-unknown"),
    (b"{}", "case.opened", "missing"),
]


@pytest.mark.parametrize(("body", "event_type", "code"), POISON)
def test_poison_becomes_one_dead_letter_with_its_code(
    resolver: Resolver, body: bytes, event_type: str, code: str
) -> None:
    assert resolver.take(body, event_type) == "dead-letter"
    assert resolver.take(a_report()) == "opened", "and the next report is taken"
    letters = [
        dict(row.headers)["tocsin_code"]
        for row in resolver.rows(tables.outbox)
        if row.topic.endswith("dead-letters.v1")
    ]
    assert letters == [code]


def test_a_message_that_ended_three_processes_is_isolated_and_shown_to_people(resolver: Resolver) -> None:
    resolver.consumer.deadly[(REPORTS.name, 0, 0)] = "ZeroDivisionError"
    assert resolver.take(a_report()) == "dead-letter"
    assert [r.kind for r in resolver.rows(tables.reviews)] == ["isolated_message"]
    assert resolver.take(_other()) == "opened"


def test_no_name_stands_in_clear_in_any_table_and_erasing_forgets_the_report(resolver: Resolver) -> None:
    canary = "Zanele Kanarivogel"
    resolver.take(a_report(alleged_victims=[a_victim(canary)]))
    resolver.take(json.dumps({"publisher": canary}).encode())
    with unit_of_work(resolver.engine) as connection:
        dump = repr([list(connection.execute(select(t))) for t in tables.metadata.tables.values()])
    assert canary not in dump
    assert not any(b"Kanarivogel" in f.read_bytes() for f in resolver.folder.iterdir() if f.is_file())

    report_id = resolver.rows(tables.reports)[0].report_id
    with unit_of_work(resolver.engine) as connection:
        assert canary.encode() in resolver.deployment.vault.open(connection, report_id, "revision-1")
        assert reports.erase(connection, resolver.deployment.vault, report_id)
        with pytest.raises(Erased):
            resolver.deployment.vault.open(connection, report_id, "revision-1")


def test_the_audit_chain_holds_an_entry_for_each_accepted_report(resolver: Resolver) -> None:

    resolver.take(a_report())
    resolver.take(_other())
    with reading(resolver.engine) as connection:
        assert audit.verify(connection) == []
        assert audit.heads(connection)["resolver"][0] == 2
