"""Every copy that a provider took is noted once; two of one mail are found, and whether the second says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import NOW
from mailing import Office, an_office
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import copies, deliveries
from tocsin.store.mail.copies import Twin, copy_id
from tocsin.store.mail.deliveries import Observation
from tocsin.store.tables import sent_copies
from tocsin_schemas.deliveries import DeliveryCause, DeliveryState


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = an_office(tmp_path, now=NOW)
    office.request("desk@mechanism.example")
    yield office
    office.engine.dispose()


def take(office: Office, state: DeliveryState, provider: str = "sendgrid", name: str | None = None) -> None:
    """Claim the mail, and let the provider answer."""
    with unit_of_work(office.engine) as connection:
        identities = office.deployment.identities
        (claimed,) = deliveries.claim_due(connection, 1, "a-1", office.now)
        seen = Observation(state, DeliveryCause.PROVIDER_ACCEPTED, "", provider, name)
        deliveries.record_outcome(connection, identities, claimed, seen, office.now)


def again(office: Office) -> None:
    with unit_of_work(office.engine) as connection:
        (doubtful,) = deliveries.unknown_since(connection, office.now)
        deliveries.request_again(connection, office.deployment.identities, doubtful, office.now)


def tell(office: Office, name: str, attempt: int | None = None, provider: str = "sendgrid") -> None:
    with unit_of_work(office.engine) as connection:
        seen = Observation(
            DeliveryState.ACCEPTED, DeliveryCause.WEBHOOK, "", provider, provider_message_id=name, attempt=attempt
        )
        deliveries.observe(connection, office.deployment.identities, office.delivery_ids[0], seen, office.now)


def noted(office: Office) -> list[tuple[str, str, int]]:
    with reading(office.engine) as connection:
        rows = connection.execute(sent_copies.select().order_by(sent_copies.c.provider_message_id)).all()
    return [(row.provider_message_id, row.provider, row.attempt) for row in rows]


def twins(office: Office) -> list[Twin]:
    with reading(office.engine) as connection:
        return copies.twins(connection)


def test_the_answer_an_event_and_the_log_name_the_same_copy() -> None:
    assert copy_id("sendgrid", "AbC-_1.recvd-77-1-66.0") == copy_id("sendgrid", "AbC-_1") == "AbC-_1"
    assert copy_id("smtp", "<d.1@tocsin.example>") == "<d.1@tocsin.example>"


def test_one_mail_that_many_tell_of_is_one_copy(office: Office) -> None:
    take(office, DeliveryState.ACCEPTED, name="m1")
    tell(office, "m1.recvd-1")
    tell(office, "m1")
    assert [name for name, *_ in noted(office)] == ["m1"]
    assert twins(office) == []


def test_what_an_smtp_server_took_without_a_name_is_a_copy_too(office: Office) -> None:
    take(office, DeliveryState.ACCEPTED, "smtp")
    assert noted(office) == [(f"{office.delivery_ids[0]}.1", "smtp", 1)]


def test_a_repeat_after_doubt_is_a_labelled_twin(office: Office) -> None:
    take(office, DeliveryState.UNKNOWN)
    again(office)
    take(office, DeliveryState.ACCEPTED, "smtp", "q-1")
    assert twins(office) == []
    tell(office, "m1.recvd-1", attempt=1)
    assert twins(office) == [Twin(office.delivery_ids[0], 2, labelled=True)]
    assert office.find(office.delivery_ids[0]).provider == "smtp", "an event of the first does not hide the second"


@pytest.mark.parametrize("attempts", [(1, 1), (1, 2)])
def test_a_second_copy_without_any_doubt_is_an_unlabelled_twin(office: Office, attempts: tuple[int, int]) -> None:
    take(office, DeliveryState.ACCEPTED, name="m1")
    tell(office, "m1", attempts[0])
    tell(office, "m2", attempts[1])
    assert twins(office) == [Twin(office.delivery_ids[0], 2, labelled=False)]


def test_each_further_copy_is_one_more_line_in_the_audit_log(office: Office) -> None:
    for name in ("m1", "m2", "m2", "m3"):
        tell(office, name)
    with reading(office.engine) as connection:
        lines = connection.execute(tables.audit.select().where(tables.audit.c.action == "twin-found")).all()
        assert [line.detail["copies"] for line in lines] == [2, 3]
        assert audit.verify(connection) == []
    assert twins(office)[0].copies == 3
