"""What judges a storm of mails can tell: a mail lost, a repeat that does not say so, a carrier that there is not."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import planted
from databases import a_database
from tocsin.devtools.faults import checker
from tocsin.devtools.faults.checker import Expectation
from tocsin.devtools.faults.evidence import TOPICS
from tocsin.store.database import unit_of_work
from tocsin.store.tables import deliveries

SHARE = 0.2
"""Two of our ten mails may go out again."""


@dataclass
class Left:
    """What a storm has left: ten mails that were sent, one in another of them, and the ledger of the provider."""

    folder: Path
    ledger: list[tuple[str, str]] = field(default_factory=list)
    """Of each mail its delivery and its text."""

    def __post_init__(self) -> None:
        self.engine = a_database(self.folder)
        with unit_of_work(self.engine) as connection:
            self.case_id = planted.plant_case(connection, 1)
            self.alert_id = planted.plant_alert(connection, self.case_id, recipients=[])
        self.sent = [self.deliver(number) for number in range(10)]
        self.ledger = [(delivery_id, "Urgent appeal") for delivery_id in self.sent]
        self.carried = self.deliver(10, state="carried", carried_by=self.sent[0])

    def deliver(self, number: int, **over: Any) -> str:
        over["recipient_id"] = planted.ident("recipient", number)
        with unit_of_work(self.engine) as connection:
            return planted.plant_delivery(connection, self.alert_id, self.case_id, **over)

    def put(self, delivery_id: str, **values: object) -> None:
        with unit_of_work(self.engine) as connection:
            here = deliveries.c.delivery_id == delivery_id
            assert connection.execute(update(deliveries).where(here).values(**values)).rowcount == 1

    def repeat(self, delivery_id: str, text: str, is_flagged: bool = True) -> None:
        self.put(delivery_id, possible_repeat=is_flagged)
        self.ledger.append((delivery_id, text))

    def breaches(self, repeats: float = SHARE) -> list[str]:
        file = self.folder / "ledger.jsonl"
        lines = [json.dumps({"custom_args": {"d": d}, "text": text}) for d, text in self.ledger]
        file.write_text("\n".join(lines))
        expected = Expectation(reports=frozenset(), poison=0, cases=1, repeats=repeats)
        return checker.check("", self.folder / "tocsin.db", file, expected).breaches


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Left:
    monkeypatch.setattr(checker, "read_topics", lambda _: {topic: [] for topic in TOPICS})
    return Left(tmp_path)


def test_where_each_mail_went_out_once_or_within_another_nothing_is_found(left: Left) -> None:
    assert left.breaches(repeats=0.0) == []


@pytest.mark.parametrize("mark", checker.MARKS)
def test_a_repeat_that_says_so_in_the_language_of_its_reader_is_no_breach(left: Left, mark: str) -> None:
    left.repeat(left.sent[0], f"{mark}: you may have this already.")
    assert left.breaches() == []


def _unmarked_repeat(left: Left) -> None:
    left.repeat(left.sent[0], "Urgent appeal")


def _repeat_marked_in_its_first_copy_alone(left: Left) -> None:
    left.repeat(left.sent[0], "Urgent appeal")
    left.ledger[0] = (left.sent[0], "Possible repeat")


def _repeat_that_is_not_on_record(left: Left) -> None:
    left.repeat(left.sent[0], "Possible repeat", is_flagged=False)


def _too_many_repeats(left: Left) -> None:
    for delivery_id in left.sent[:3]:
        left.repeat(delivery_id, "Possible repeat")


def _carried_by_nothing(left: Left) -> None:
    left.put(left.carried, carried_by="f" * 32)


def _carried_by_what_is_carried_itself(left: Left) -> None:
    left.deliver(11, state="carried", carried_by=left.carried)


def _carrier_lost(left: Left) -> None:
    del left.ledger[0]


def _carried_and_sent_too(left: Left) -> None:
    left.ledger.append((left.carried, "Urgent appeal"))


def _mail_of_no_delivery(left: Left) -> None:
    left.ledger.append(("f" * 32, "Urgent appeal"))


def _without_outcome(left: Left) -> None:
    left.put(left.sent[0], state="claimed")


def _told_twice(left: Left) -> None:
    left.put(left.sent[1], recipient_id=planted.ident("recipient", 0), channel="backup_email")


PLANTED: list[tuple[Callable[[Left], None], str]] = [
    (_unmarked_repeat, "does not say so"),
    (_repeat_marked_in_its_first_copy_alone, "does not say so"),
    (_repeat_that_is_not_on_record, "does not say so"),
    (_too_many_repeats, "went out more than once"),
    (_carried_by_nothing, "carried by another that there is not"),
    (_carried_by_what_is_carried_itself, "carried by another that there is not"),
    (_carrier_lost, "never reached the provider"),
    (_carried_and_sent_too, "belong to no delivery"),
    (_mail_of_no_delivery, "belong to no delivery"),
    (_without_outcome, "have no outcome"),
    (_told_twice, "told twice of one case"),
]


@pytest.mark.parametrize(("plant", "breach"), PLANTED, ids=[p.__name__.strip("_") for p, _ in PLANTED])
def test_each_breach_is_caught_and_no_other_is_named(left: Left, plant: Callable[[Left], None], breach: str) -> None:
    plant(left)
    (found,) = left.breaches()
    assert breach in found
