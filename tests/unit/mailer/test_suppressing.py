"""Whose mail the provider drops is known within the hour, told to operators once, and forgotten when it is over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from sqlalchemy import select

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from mailing import MANDATE
from tocsin.mailer.providers.account import LISTS, NotTold, Suppressed
from tocsin.mailer.suppressing import AGAIN, EVERY, Suppressing
from tocsin.runtime import metrics
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import suppressions
from tocsin.store.mail.suppressions import REVIEW
from tocsin.store.matching import reviews
from tocsin.store.tables import reviews as reviews_table
from tocsin_schemas.deliveries import Channel

SINCE = NOW - timedelta(days=3)


@dataclass
class Account:
    """The provider's lists. silent: which cannot be read."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: int = 0

    def suppressed(self, name: str) -> Iterator[Suppressed]:
        self.asked += 1
        for address in self.lists.get(name, []):
            yield Suppressed(address, SINCE)
        if name in self.silent:
            raise NotTold("http-500")


class World:
    """A directory of two people; ``first`` has a second address."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.deployment, self.now = a_database(folder), a_deployment(folder), NOW
        self.account = Account()
        self.first = self.enter("First.Desk@mechanism.example", "desk-1", "backup@mechanism.example")
        self.second = self.enter("second@mechanism.example", "desk-2")
        self.work = Suppressing(self.engine, self.deployment, self.account, self.clock)  # type: ignore[arg-type]

    def clock(self) -> datetime:
        return self.now

    def enter(self, address: str, key: str, backup: str | None = None) -> str:
        entry = an_entry(address, [MANDATE], key=key)
        if backup is not None:
            entry = entry.model_copy(update={"addresses": entry.addresses | {Channel.BACKUP_EMAIL: backup}})
        with unit_of_work(self.engine) as connection:
            return put_recipient(connection, self.deployment, entry, NOW)

    def standing(self) -> set[tuple[str, str, str]]:
        with reading(self.engine) as connection:
            return {row[:3] for row in suppressions.standing(connection)}

    def waiting(self) -> int:
        with reading(self.engine) as connection:
            return reviews.open_counts(connection).get(REVIEW, 0)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("name", LISTS)
def test_a_duty_holder_on_any_list_is_told_to_operators_once(world: World, name: str) -> None:
    world.account.lists = {name: ["somebody@else.example", "first.desk@mechanism.example"]}
    for _ in range(3):
        assert world.work.compare()
    assert world.standing() == {(world.first, "email", name)}
    assert world.waiting() == 1


def test_either_address_of_a_person_and_every_list_count_by_themselves(world: World) -> None:
    world.account.lists = {"bounces": ["backup@mechanism.example", "second@mechanism.example"]}
    world.account.lists["unsubscribes"] = ["second@mechanism.example"]
    world.work.compare()
    assert world.standing() == {
        (world.first, "backup_email", "bounces"),
        (world.second, "email", "bounces"),
        (world.second, "email", "unsubscribes"),
    }
    assert world.waiting() == 3


def test_two_people_who_share_an_address_are_both_found(world: World) -> None:
    third = world.enter("second@mechanism.example", "desk-3")
    world.account.lists = {"bounces": ["second@mechanism.example"]}
    world.work.compare()
    assert {row[0] for row in world.standing()} == {world.second, third}


def test_who_is_on_no_list_any_more_is_forgotten_and_the_review_closed(world: World) -> None:
    world.account.lists = {"bounces": ["second@mechanism.example"]}
    world.work.compare()
    world.account.lists = {}
    world.work.compare()
    assert world.standing() == set()
    assert world.waiting() == 0
    world.account.lists = {"bounces": ["second@mechanism.example"]}
    world.work.compare()
    assert world.waiting() == 1, "and operators are asked anew if it comes back"


def test_what_an_operator_has_looked_at_is_not_asked_again(world: World) -> None:
    world.account.lists = {"bounces": ["second@mechanism.example"]}
    world.work.compare()
    with unit_of_work(world.engine) as connection:
        connection.execute(reviews_table.update().values(resolved_at=NOW, resolved_by="duty-officer-2"))
    world.work.compare()
    assert world.waiting() == 0
    assert len(world.standing()) == 1


def test_a_list_that_cannot_be_read_changes_nothing_and_does_not_hide_the_others(world: World) -> None:
    world.account.lists = {"bounces": ["second@mechanism.example"]}
    world.work.compare()
    world.account.lists = {"spam_reports": ["second@mechanism.example"]}
    world.account.silent = {"bounces"}
    assert not world.work.compare()
    assert {row[2] for row in world.standing()} == {"bounces", "spam_reports"}


def test_the_lists_are_read_every_hour_and_sooner_if_one_could_not_be_read(world: World) -> None:
    world.work.look()
    world.now += EVERY - timedelta(seconds=1)
    world.work.look()
    assert world.account.asked == len(LISTS)
    world.now += timedelta(seconds=1)
    world.account.silent = {"blocks"}
    world.work.look()
    world.now += AGAIN
    world.work.look()
    assert world.account.asked == 3 * len(LISTS)


def test_neither_rows_nor_reviews_nor_logs_nor_metrics_hold_an_address(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.account.lists = {"bounces": ["second@mechanism.example", "backup@mechanism.example"]}
    world.work.compare()
    with reading(world.engine) as connection:
        rows = str(suppressions.standing(connection)) + str(connection.execute(select(reviews_table)).all())
    exposed = generate_latest(metrics.REGISTRY).decode()
    assert 'hrd_recipients_suppressed{list="bounces"} 2.0' in exposed
    for text in (rows, caplog.text, str([r.__dict__ for r in caplog.records]), exposed):
        assert "mechanism.example" not in text
