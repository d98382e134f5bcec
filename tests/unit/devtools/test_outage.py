"""An outage of the provider loses, repeats and delays nothing; and what judges it can tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tocsin.devtools.faults import outage
from tocsin.devtools.faults.outage import Outage, Post
from tocsin.devtools.faults.outage_checks import Aftermath, Taken
from tocsin.mailer.sender import Accepted, Mail, Outcome
from tocsin.store import tables
from tocsin.store.database import reading

SHORTLY = timedelta(minutes=5)
TWO_CASES, THREE_CASES = 14, 28
"""The first is urgent, and the second is withdrawn with all that waits of it."""
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    return Outage(tmp_path_factory.mktemp("outage"), THREE_CASES, SHORTLY).run()


def test_five_minutes_without_the_provider_lose_repeat_and_delay_nothing(aftermath: Aftermath) -> None:
    verdict = aftermath.judge()
    assert verdict.breaches == []
    assert all(verdict.figures[name] for name in ("by_smtp", "by_sendgrid", "ended_cancelled")), verdict.figures


def _taken(after: Aftermath, by: str, at: timedelta = timedelta()) -> Taken:
    found = next(mail for mail in after.taken if mail.by == by)
    return replace(found, at=found.at + at)


def _twice(after: Aftermath) -> Aftermath:
    return replace(after, taken=[*after.taken, after.taken[-1]])


def _swallowed(after: Aftermath) -> Aftermath:
    return replace(after, taken=after.taken[:-1])


def _still(after: Aftermath, state: str, carried_by: str | None = None) -> Aftermath:
    """One mail that was cancelled stands otherwise."""
    delivery_id, row = next(item for item in after.asked.items() if item[1].state == "cancelled")
    return replace(after, asked={**after.asked, delivery_id: replace(row, state=state, carried_by=carried_by)})


def _waiting(after: Aftermath) -> Aftermath:
    return _still(after, "requested")


def _carried_by_nothing(after: Aftermath) -> Aftermath:
    return _still(after, "carried", "f" * 32)


def _late(after: Aftermath) -> Aftermath:
    late = _taken(after, "smtp", 5 * 60 * SECOND + SECOND)
    return replace(after, taken=[late, *(m for m in after.taken if m.delivery_id != late.delivery_id)])


def _withdrawn(after: Aftermath) -> Aftermath:
    case_id = after.asked[_taken(after, "sendgrid").delivery_id].case_id
    return replace(after, withdrawn={*after.withdrawn, str(case_id)})


def _routine_by_the_second(after: Aftermath) -> Aftermath:
    return replace(after, taken=[replace(mail, by="smtp") for mail in after.taken])


def _routine_first(after: Aftermath) -> Aftermath:
    first = _taken(after, "sendgrid").delivery_id
    return replace(after, asked={**after.asked, first: replace(after.asked[first], priority="P4")})


PLANTED: list[tuple[Callable[[Aftermath], Aftermath], str]] = [
    (_twice, "sent twice"),
    (_swallowed, "neither sent, carried nor cancelled"),
    (_waiting, "neither sent, carried nor cancelled"),
    (_carried_by_nothing, "neither sent, carried nor cancelled"),
    (_late, "more than five minutes"),
    (_withdrawn, "after the consent was withdrawn"),
    (_routine_by_the_second, "went by the second way"),
    (_routine_first, "did not leave by its priority"),
]


@pytest.mark.parametrize(("plant", "breach"), PLANTED, ids=[p.__name__.strip("_") for p, _ in PLANTED])
def test_each_breach_is_caught_and_no_other_is_named(
    aftermath: Aftermath, plant: Callable[[Aftermath], Aftermath], breach: str
) -> None:
    (found,) = plant(aftermath).judge().breaches
    assert breach in found


class Careless(Post):
    """Takes one mail twice, and of the next only says that it took it."""

    def send(self, mail: Mail) -> Outcome:
        outcome = super().send(mail)
        if isinstance(outcome, Accepted):
            self.taken.append(self.taken[-1])
            if len(self.taken) % 3 == 0:
                del self.taken[-2:]
        return outcome


def _unheeded(engine: Engine, now: datetime) -> set[str]:
    """What is withdrawn, and reaches nobody who sends."""
    with reading(engine) as connection:
        return set(connection.execute(select(tables.reports.c.case_id)).scalars())


def test_providers_that_repeat_and_swallow_and_a_withdrawal_that_is_ignored_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "Post", Careless)
    monkeypatch.setattr(outage, "_withdraw", _unheeded)
    found = " ".join(Outage(tmp_path, TWO_CASES, SHORTLY).run().judge().breaches)
    for breach in ("sent twice", "neither sent", "after the consent was withdrawn"):
        assert breach in found
