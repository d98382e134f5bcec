"""What may not be said leaves by no mail, whoever wrote it in; and what our own mails are made of stops none."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builders import a_claim, a_report, a_victim
from mailing import KeepingSender, Office, a_letter, a_sending, an_office
from tocsin.devtools.corpus import loading
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.protected import protected_in
from tocsin.domain.spotting import Wanted
from tocsin.mailer.gate import stops
from tocsin.mailer.guarding import Guarded, coded_of, wanted_of
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.words import words
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.matching import reviews
from tocsin.store.tables import delivery_history, sealed_contents
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import DeliveryState, MailKind
from tocsin_schemas.reports import Report

DESK, OTHER = "desk@mechanism.example", "second-desk@mechanism.example"
LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt")


@dataclass
class Leaking:
    """A rendering into which somebody has written what they should not have."""

    leak: Callable[[Mail], Mail]
    pages_url: str = "https://alerts.example"
    mail_domain: str = "tocsin.example"

    def __call__(self, letter: Any) -> Mail:
        return self.leak(Rendering(self.pages_url, self.mail_domain)(letter))


def in_text(more: str) -> Callable[[Mail], Mail]:
    return lambda mail: replace(mail, text=f"{mail.text}\n{more}\n")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """With a report of two revisions, sealed as they come."""
    report = a_report(publisher="IACHR-RELE", alleged_victims=[a_victim(birth="1984-03-09")])
    claim = a_claim(publisher="IACHR-RELE", report_id=report_id(report.publisher, report.publisher_reference))
    office = an_office(tmp_path, claim)
    with unit_of_work(office.engine) as connection:
        for revision, name in ((1, "Afia Menzavi"), (2, "Afi Mensahvi")):
            victims = [a_victim(name, birth="1984-03-09")]
            body = report.model_copy(update={"alleged_victims": victims, "revision": revision}).model_dump_json()
            later = claim.model_copy(update={"revision": revision})
            reports.seal_content(connection, office.deployment.vault, later, body.encode(), office.now)
            reports.correct(connection, later, f"digest {revision}", [])
    return office


def send(office: Office, leak: Callable[[Mail], Mail]) -> list[Mail]:
    from concurrent.futures import ThreadPoolExecutor

    sender = KeepingSender()
    sending = a_sending(office, sender)
    sending.rendering = Leaking(leak)  # type: ignore[assignment]
    with ThreadPoolExecutor(1) as pool:
        sending.send_batch(pool)
    return sender.mails


@pytest.mark.parametrize(
    "leak",
    [
        in_text("Afi Mensahvi"),
        in_text("the surname is MENSAHVI"),
        in_text("Afia Menzavi, as an earlier revision has it"),
        in_text("born on 9 March 1984"),
        in_text("née le 09.03.1984"),
        in_text("told by Kossi Adjavon"),
        in_text("write to kossi@ligue.example"),
        in_text("arrested at her office and has not been charged"),
        in_text("IACHR-RELE published it"),
        in_text("their number: 2026/TGO/001"),
        in_text(f"also told: {OTHER}"),
        lambda mail: replace(mail, subject=f"{mail.subject} Mensahvi"),
        lambda mail: replace(mail, html=mail.html.replace("</main>", "<i>Men</i>sah<b>vi</b></main>")),
        lambda mail: replace(mail, headers=mail.headers | {"X-Of": "afi mensahvi"}),
    ],
)
def test_a_mail_that_holds_what_it_must_not_does_not_leave_and_a_person_is_asked(
    office: Office, leak: Callable[[Mail], Mail], caplog: pytest.LogCaptureFixture
) -> None:
    delivery_id = office.request(DESK)
    office.request(OTHER)
    with caplog.at_level(logging.DEBUG):
        sent = send(office, leak)
    assert all(mail.to != DESK for mail in sent)
    assert office.find(delivery_id).state is DeliveryState.CANCELLED
    with reading(office.engine) as connection:
        query = delivery_history.select().where(delivery_history.c.delivery_id == delivery_id)
        last = connection.execute(query.order_by(delivery_history.c.id.desc())).first()
        assert last is not None
        assert (last.cause, last.detail) == ("protected_content", "protected-content")
        assert reviews.open_of(connection, "mail_stopped", [delivery_id]) == {delivery_id}
    said = f"{caplog.text} {last.cause} {last.detail}".casefold()  # ids and times may hold any figures
    assert [word for word in ("mensahvi", "menzavi", "adjavon", "kossi", "1984", "second-desk") if word in said] == []


def test_the_same_mail_without_it_leaves_and_nobody_is_asked(office: Office) -> None:
    for address in (DESK, OTHER):
        office.request(address, language="fr")
    assert sorted(mail.to for mail in send(office, lambda mail: mail)) == [DESK, OTHER]
    with reading(office.engine) as connection:
        assert reviews.open_counts(connection) == {}


def test_a_mail_whose_report_was_altered_in_the_vault_stays_and_an_altered_address_of_another_reader_stops_none(
    office: Office,
) -> None:
    office.request(DESK)
    other = office.find(office.request(OTHER)).recipient_id
    alter = sealed_contents.update().values(ciphertext=b"x" * 60)
    with unit_of_work(office.engine) as connection:
        connection.execute(alter.where(sealed_contents.c.subject == other))
    assert [mail.to for mail in send(office, lambda mail: mail)] == [DESK]
    last = office.request("third-desk@mechanism.example")
    with unit_of_work(office.engine) as connection:
        connection.execute(alter.where(sealed_contents.c.part == "revision-1"))
    assert send(office, lambda mail: mail) == []
    with reading(office.engine) as connection:
        assert reviews.open_of(connection, "mail_stopped", [last]) == {last}


def test_a_mail_at_level_0_may_not_even_say_where_and_what(tmp_path: Path) -> None:
    report = a_report()
    one = protected_in(json.loads(report.model_dump_json(exclude_none=True)))
    for language, told in (("en", "in Togo"), ("fr", "une détention arbitraire"), ("ar", "في توغو"), ("ru", "arrest")):
        mail = Rendering("https://alerts.example", "x.example")(a_letter(level=DisclosureLevel.L0, language=language))
        guarded = Guarded(language, (wanted_of([one]),), coded_of([one], language), ("HRD-7F3K-22Q",))
        assert not stops(mail, guarded)
        assert stops(in_text(told)(mail), guarded)
        assert not stops(in_text(told)(mail), replace(guarded, coded=None))


KINDS = (MailKind.ALERT, MailKind.UPDATE, MailKind.REMINDER, MailKind.ESCALATION)


@cache
def sample() -> list[tuple[Report, Wanted]]:
    """Those reports of the sample that are accepted, and what no mail may hold of each."""
    letters = (letter for letter in loading.load() if letter.code is None and letter.event_type == "report.submitted")
    found = [Report.model_validate_json(letter.body) for letter in letters]
    return [
        (report, wanted_of([protected_in(json.loads(report.model_dump_json(exclude_none=True)))])) for report in found
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_report_of_the_sample_stops_the_mails_about_it(language: str) -> None:
    """Places called like States, organisations that are mechanisms: what stands in a mail anyway stops none."""
    found = sample()
    assert len(found) >= 30
    for number, (report, wanted) in enumerate(found):
        claim = claim_from(report, report_id(report.publisher, report.publisher_reference))
        kind = KINDS[number % len(KINDS)]
        letter = a_letter(kind=kind, language=language, claims=[claim], timezone="Africa/Tunis")
        mail = Rendering("https://alerts.example", "tocsin.example")(letter)
        own = ("https://alerts.example", "tocsin.example", "HRD-7F3K-22Q", words(language).city("Africa/Tunis"))
        guarded = Guarded(language, (wanted,), None, own)
        assert not stops(mail, guarded), report.publisher_reference
