"""How long mails take is measured once for each step, whoever saw it, and not of what waited on purpose."""

from datetime import timedelta
from pathlib import Path

import pytest

from databases import NOW
from figuring import value
from mailing import Office, an_office
from tocsin.store.database import unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Observation
from tocsin.store.mail.delivery_changes import record
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState

ACCEPTED = Observation(DeliveryState.ACCEPTED, DeliveryCause.PROVIDER_ACCEPTED, provider_message_id="m1")
DEFERRED = Observation(DeliveryState.DEFERRED, DeliveryCause.WEBHOOK)
DELIVERED = Observation(DeliveryState.DELIVERED, DeliveryCause.WEBHOOK)
BOUNCED = Observation(DeliveryState.BOUNCED, DeliveryCause.WEBHOOK)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path, now=NOW)
    office.request("desk@mechanism.example")
    return office


def seen(office: Office, *observed: tuple[Observation, float]) -> dict[str, tuple[float, float]]:
    """Each after so many seconds; returns (how many, seconds) measured of each stage meanwhile."""
    before = {stage: _measured(stage) for stage in ("accepted", "delivered")}
    for what, seconds in observed:
        with unit_of_work(office.engine) as connection:
            at = NOW + timedelta(seconds=seconds)
            deliveries.observe(connection, office.deployment.identities, office.delivery_ids[0], what, at)
    now = {stage: _measured(stage) for stage in before}
    return {stage: (now[stage][0] - before[stage][0], now[stage][1] - before[stage][1]) for stage in before}


def _measured(stage: str) -> tuple[float, float]:
    both = [{"stage": stage, "urgent": urgent} for urgent in ("yes", "no")]
    number = sum(value("hrd_mail_seconds_count", **labels) for labels in both)
    return number, sum(value("hrd_mail_seconds_sum", **labels) for labels in both)


CASES = [
    ("accepted, then delivered", [(ACCEPTED, 2), (DELIVERED, 12)], (1, 2), (1, 10)),
    ("deferred between them", [(ACCEPTED, 2), (DEFERRED, 5), (DELIVERED, 62)], (1, 2), (1, 60)),
    ("told twice", [(ACCEPTED, 2), (ACCEPTED, 3), (DELIVERED, 4), (DELIVERED, 5)], (1, 2), (1, 2)),
    ("the event was faster than the answer", [(DELIVERED, 3), (ACCEPTED, 4)], (1, 3), (1, 0)),
    ("bounced", [(ACCEPTED, 2), (BOUNCED, 9)], (1, 2), (0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("observed", "accepted", "delivered"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_step_is_measured_once(
    office: Office, observed: list[tuple[Observation, float]], accepted: tuple[int, int], delivered: tuple[int, int]
) -> None:
    assert seen(office, *observed) == {"accepted": pytest.approx(accepted), "delivered": pytest.approx(delivered)}


@pytest.mark.parametrize("cause", [DeliveryCause.QUIET_HOURS, DeliveryCause.BUNDLED])
def test_what_was_put_off_on_purpose_says_nothing_of_how_fast_mail_leaves(office: Office, cause: DeliveryCause) -> None:
    with unit_of_work(office.engine) as connection:
        record(connection, office.delivery_ids[0], DeliveryState.REQUESTED, cause, 0, "", NOW)
    assert seen(office, (ACCEPTED, 30_000), (DELIVERED, 30_007)) == {"accepted": (0, 0), "delivered": (1, 7)}
