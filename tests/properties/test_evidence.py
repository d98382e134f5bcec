"""Through the real webhook into a real database: one mail's evidence gives one end, in any order and number."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from mailing import Office, an_office
from tocsin.devtools.sendgrid.events import Signer
from tocsin.domain.following.delivery import OBSERVATION_OF_EVENT, OBSERVATION_OF_STATUS, settle
from tocsin.mailer.webhook import create_app
from tocsin.runtime.settings import Settings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import copies, deliveries
from tocsin.store.mail.copies import SENDGRID
from tocsin.store.mail.deliveries import Delivery, Observation, Wanted
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority

PAIRS = 100
OUTCOMES = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.REJECTED)


@dataclass(frozen=True)
class Told:
    """One piece of evidence. by: event, log or sender."""

    by: str
    word: str

    @property
    def state(self) -> DeliveryState:
        if self.by == "sender":
            return DeliveryState(self.word)
        return (OBSERVATION_OF_EVENT if self.by == "event" else OBSERVATION_OF_STATUS)[self.word]


ALL = [
    *(Told("event", word) for word in OBSERVATION_OF_EVENT),
    *(Told("log", word) for word in OBSERVATION_OF_STATUS),
    *(Told("sender", state.value) for state in OUTCOMES),
]


def _claimed(office: Office, number: int) -> list[Delivery]:
    with unit_of_work(office.engine) as connection:
        for round_ in range(number):
            delivery_id = office.deployment.identities.delivery(office.alert_id, "0e" * 16, "email", round_)
            ids = (delivery_id, office.alert_id, office.case.case_id, "0e" * 16)
            wanted = Wanted(*ids, round_, MailKind.ALERT, Priority.P1)
            deliveries.request(connection, office.deployment.identities, wanted, office.now)
        return deliveries.claim_due(connection, number, "a-1", office.now)


def _event(delivery: Delivery, told: Told) -> dict[str, Any]:
    return {
        "d": delivery.delivery_id,
        "a": "1",
        "event": told.word,
        "sg_event_id": f"{told.word}-{delivery.delivery_id}",
        "sg_message_id": f"copy{delivery.round}.recvd-1-1.0",
        "timestamp": 1795510800,
        "something-new": {"nested": [1]},
    }


def _note(office: Office, delivery: Delivery, told: Told) -> None:
    identities, name = office.deployment.identities, f"copy{delivery.round}"
    with unit_of_work(office.engine) as connection:
        if told.by == "sender":
            message = name if told.state is DeliveryState.ACCEPTED else None
            seen = Observation(told.state, DeliveryCause.PROVIDER_ACCEPTED, "", SENDGRID, message)
            deliveries.record_outcome(connection, identities, delivery, seen, office.now)
        else:
            seen = Observation(told.state, DeliveryCause.PROVIDER_LOG, "", SENDGRID, f"{name}.recvd-1-1.0")
            deliveries.observe(connection, identities, delivery.delivery_id, seen, office.now)


def test_two_hundred_mails_end_as_they_must_through_the_webhook(tmp_path: Path) -> None:
    office, dice = an_office(tmp_path), Random(6)
    signer, app = Signer.create(tmp_path / "webhook-public.pem"), create_app(Settings(home=tmp_path))
    claimed = _claimed(office, 2 * PAIRS)
    expected: dict[str, DeliveryState] = {}

    async def tell_all() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8081") as client:
            for pair in range(PAIRS):
                told = dice.sample(ALL, dice.randint(1, 6))
                for delivery in claimed[2 * pair : 2 * pair + 2]:
                    expected[delivery.delivery_id] = settle(one.state for one in told)
                    await _tell(delivery, told, lambda body: _post(client, signer, body))

    async def _tell(delivery: Delivery, told: list[Told], post: Callable[[bytes], Any]) -> None:
        often = [one for one in told for _ in range(dice.choice((1, 1, 2)))]
        for one in dice.sample(often, len(often)):
            if one.by == "event":
                await post(json.dumps([_event(delivery, one)] * dice.choice((1, 1, 46))).encode())
            else:
                _note(office, delivery, one)

    asyncio.run(tell_all())
    assert {delivery_id: office.find(delivery_id).state for delivery_id in expected} == expected
    with reading(office.engine) as connection:
        assert copies.twins(connection) == []
    office.engine.dispose()


async def _post(client: httpx.AsyncClient, signer: Signer, body: bytes) -> None:
    answer = await client.post("/webhooks/sendgrid", content=body, headers=signer.headers(body))
    assert answer.status_code == 200
