"""Full text leaves only encrypted, only to who holds the key, and only what consent opens; else coded facts go alone."""

from datetime import timedelta
from pathlib import Path

import pysequoia
import pytest
from sqlalchemy import select

from builders import a_report, a_victim, an_entry
from databases import NOW
from directories import put_recipient
from mailing import MANDATE, KeepingSender, Office, an_office, send_batch
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.mailer.sender import Mail
from tocsin.runtime import clock
from tocsin.runtime.openpgp import Certificate, Unfit, UnfitCertificate
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import deliveries
from tocsin.store.mail.deliveries import Wanted
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.reports import Report
from tocsin_schemas.vocabulary import ConsentStatus, Priority

NAME, PLACE, SOURCE = "Nomvula Onbestaan", "arrested at her office", "kossi@ligue.example"
KEY = pysequoia.Tsk.generate("desk <desk@mechanism.example>")
SHORT_LIVED = pysequoia.Tsk.generate("desk <desk@mechanism.example>", validity_seconds=86_400)


def a_sealed_office(folder: Path, **over: object) -> Office:
    """As ``an_office``, at level 2, its report in the vault."""
    report = a_report(publisher="IACHR-RELE", alleged_victims=[a_victim(NAME)], **over)
    office = an_office(folder, claim_of(report), level="L2")
    with unit_of_work(office.engine) as connection:
        sealed = report.model_dump_json(exclude_none=True).encode()
        office.deployment.vault.seal(connection, claim_of(report).report_id, "revision-1", sealed, NOW)
    return office


def claim_of(report: Report):
    return claim_from(report, report_id(report.publisher, report.publisher_reference))


def the_mail(office: Office, key: pysequoia.Tsk | None = KEY, level: DisclosureLevel = DisclosureLevel.L2) -> Mail:
    """What a person with this key and at this level is sent."""
    armour = None if key is None else str(key.extract_certificate())
    entry, identities = an_entry("desk@mechanism.example", [MANDATE], level=level, openpgp=armour), None
    identities = office.deployment.identities
    with unit_of_work(office.engine) as connection:
        person = put_recipient(connection, office.deployment, entry, clock.now())
        delivery_id = identities.delivery(office.alert_id, person, "email", 0)
        ids = (delivery_id, office.alert_id, office.case.case_id, person)
        wanted = Wanted(*ids, 0, MailKind.ALERT, Priority.P1, office.now + timedelta(hours=5))
        deliveries.request(connection, identities, wanted, office.now)
    sender = KeepingSender()
    send_batch(office, sender)
    (mail,) = sender.mails
    return mail


def opened(mail: Mail, key: pysequoia.Tsk = KEY) -> str:
    assert mail.encrypted is not None
    return pysequoia.decrypt(mail.encrypted.encode(), decryptor=key.decryptor()).bytes.decode()


def disclosed(office: Office) -> list[tuple[str, set[str]]]:
    with reading(office.engine) as connection:
        return [(r.level, set(r.fields)) for r in connection.execute(select(tables.disclosures))]


def test_who_holds_the_key_reads_the_full_text_and_nobody_else(tmp_path: Path) -> None:
    office = a_sealed_office(tmp_path)
    mail = the_mail(office)
    text = opened(mail)
    assert NAME in text
    assert PLACE in text
    assert text.startswith("Content-Type: text/plain; charset=utf-8\r\n")
    clear = "\n".join((mail.subject, mail.text, mail.html, *mail.headers.values()))
    assert NAME not in clear
    assert PLACE not in clear
    assert "encrypted to your OpenPGP key" in mail.text
    assert "Togo" in mail.text, "coded facts stay readable without the key"


def test_what_was_opened_to_whom_is_on_record(tmp_path: Path) -> None:
    office = a_sealed_office(tmp_path)
    the_mail(office)
    ((level, fields),) = disclosed(office)
    assert level == "L2"
    assert {"/alleged_victims/names", "/narratives"} <= fields


def test_neither_source_nor_contact_is_ever_in_the_full_text(tmp_path: Path) -> None:
    text = opened(the_mail(a_sealed_office(tmp_path)))
    assert SOURCE not in text
    assert "Adjavon" not in text


@pytest.mark.parametrize(
    ("key", "level"),
    [(None, DisclosureLevel.L2), (KEY, DisclosureLevel.L1)],
    ids=["without a certificate", "who did not ask for it"],
)
def test_nothing_above_coded_facts_goes_to(tmp_path: Path, key: pysequoia.Tsk | None, level: DisclosureLevel) -> None:
    office = a_sealed_office(tmp_path)
    mail = the_mail(office, key, level)
    assert mail.encrypted is None
    assert NAME not in mail.text + mail.html
    assert "OpenPGP" not in mail.text
    assert disclosed(office)[0][0] == "L1"


def test_once_the_certificate_has_expired_coded_facts_go_alone(tmp_path: Path) -> None:
    office = a_sealed_office(tmp_path)
    office.now += timedelta(days=2)
    mail = the_mail(office, SHORT_LIVED)
    assert mail.encrypted is None
    assert NAME not in mail.text + mail.html
    assert disclosed(office)[0][0] == "L1"


def test_if_encryption_fails_at_the_last_moment_coded_facts_go_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_certificate: Certificate, _content: bytes) -> str:
        raise UnfitCertificate(Unfit.NO_ENCRYPTION)

    office = a_sealed_office(tmp_path / "one")
    complete = the_mail(office)
    monkeypatch.setattr(Certificate, "encrypt", fails)
    office = a_sealed_office(tmp_path / "other")
    mail = the_mail(office)
    assert (complete.encrypted is None, mail.encrypted) == (False, None)
    assert NAME not in mail.text + mail.html + mail.subject
    assert len(mail.text) < len(complete.text), "it does not speak of a part that is not there"
    assert office.states() == {"accepted": 1}
    assert disclosed(office), "what was to be told is on record, and called back if need be"


def test_a_field_that_the_publisher_marked_is_not_in_the_full_text(tmp_path: Path) -> None:
    handling = a_report().handling.model_copy(update={"confidential_fields": ["/narratives"]})
    text = opened(the_mail(a_sealed_office(tmp_path, handling=handling)))
    assert NAME in text
    assert PLACE not in text


def test_without_consent_to_share_no_full_text_goes(tmp_path: Path) -> None:
    refused = [
        decision.model_copy(update={"status": ConsentStatus.REFUSED}) if decision.purpose == "share" else decision
        for decision in a_report().consent
    ]
    mail = the_mail(a_sealed_office(tmp_path, consent=refused))
    assert mail.encrypted is None
    assert "Togo" not in mail.text


@pytest.mark.parametrize(("days", "told"), [(0, 0), (1, 1)], ids=["the day after the term", "the last day"])
def test_whose_term_is_over_is_told_nothing_more(tmp_path: Path, days: int, told: int) -> None:
    office = a_sealed_office(tmp_path)
    until = office.now.date() + timedelta(days=days)
    entry = an_entry("desk@mechanism.example", [MANDATE], valid_to=until)
    with unit_of_work(office.engine) as connection:
        person = put_recipient(connection, office.deployment, entry, office.now)
        delivery_id = office.deployment.identities.delivery(office.alert_id, person, "email", 0)
        wanted = Wanted(delivery_id, office.alert_id, office.case.case_id, person, 0, MailKind.ALERT, Priority.P1)
        deliveries.request(connection, office.deployment.identities, wanted, office.now)
    sender = KeepingSender()
    send_batch(office, sender)
    assert len(sender.mails) == told
