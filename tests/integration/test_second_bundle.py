"""What one bundle carried in vain never joins a second bundle that a sender takes up at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailing import an_office
from tocsin.store.database import unit_of_work
from tocsin.store.mail import deliveries, gathering
from tocsin_schemas.deliveries import DeliveryState, MailKind
from watched import SECOND, Desk


@pytest.mark.postgresql
def test_a_bundle_that_something_joins_is_not_taken_up_meanwhile(
    migrated: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(an_office(tmp_path, url=migrated()))
    failed = desk.request(kind=MailKind.BUNDLE, round_=99)
    desk.put(failed, DeliveryState.BOUNCED, alert_id=None, case_id=None)
    desk.put(desk.request(second=SECOND, round_=0), DeliveryState.CARRIED, carried_by=failed)
    desk.watch_after(timedelta(seconds=1))
    desk.put(desk.request(second=SECOND, round_=1), DeliveryState.CARRIED, carried_by=failed)
    taken_up, carry = [], gathering.carry

    def meanwhile(*args: Any) -> None:
        with unit_of_work(desk.office.engine) as connection:
            taken_up.extend(deliveries.claim_due(connection, 5, "f-1", desk.office.now + timedelta(minutes=1)))
        carry(*args)

    monkeypatch.setattr(gathering, "carry", meanwhile)
    desk.watch_after(timedelta(seconds=2))
    assert taken_up == []
    desk.office.engine.dispose()
