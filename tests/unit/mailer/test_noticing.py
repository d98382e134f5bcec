"""Whoever's entry was changed hears of it once, at the old address and at the new, and of no case."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import FIRST, SECOND, appoint_two
from mailing import MANDATE, KeepingSender
from tocsin.domain.routing import entries
from tocsin.mailer.noticing import PATIENCE, Noticing
from tocsin.mailer.sender import LogUnavailable, Outcome, Rejected, RetryAfter, Sent, Unknown
from tocsin.mailer.writing import notice_rendering
from tocsin.mailer.writing.words import words
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import notices as directory_notices
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.notices import Notice
from tocsin.store.mail import notice_claims
from tocsin.store.tables import notices
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.directory import RecipientEntry

OLD, NEW = "old@mechanism.example", "new@mechanism.example"


class Log:
    """A provider's log. knows: what it answers; None: it cannot be asked."""

    def __init__(self) -> None:
        self.knows: list[str] | None = []

    def find(self, delivery_id: str, _to: str, reference: str, _since: object) -> Sent | None:
        assert reference == words("en").plain("directory.subject")
        if self.knows is None:
            raise LogUnavailable("down")
        return Sent(DeliveryState.DELIVERED, "id") if delivery_id in self.knows else None


class Registry:
    """A directory in which one entry was made, and its notices ended; then a test changes it."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.deployment, self.now = a_database(folder), a_deployment(folder), NOW
        self.log = Log()
        self.enter(OLD)
        with unit_of_work(self.engine) as connection:
            directory_notices.cancel_waiting(connection, self.now)

    def enter(self, address: str) -> None:
        entry = an_entry(address, [MANDATE], key="desk-1")
        with unit_of_work(self.engine) as connection:
            appoint_two(connection, self.deployment)
            enter(connection, self.deployment, (FIRST, SECOND), entry, self.now)

    def noticing(self, sender: KeepingSender) -> Noticing:
        return Noticing(self.engine, self.deployment, sender, self.log, "tocsin.example", lambda: self.now)

    def tell(self, outcome: Outcome | None = None) -> list[str]:
        """Send what waits; returns whom."""
        sender = KeepingSender() if outcome is None else KeepingSender(outcome)
        self.noticing(sender).tell()
        return sorted(mail.to for mail in sender.mails)

    def settle(self) -> int:
        return self.noticing(KeepingSender()).settle()

    def states(self) -> list[str]:
        with reading(self.engine) as connection:
            query = notices.select().where(notices.c.state != "cancelled")
            return sorted(row.state for row in connection.execute(query))

    def ids(self) -> list[str]:
        with reading(self.engine) as connection:
            return list(connection.execute(notices.select().where(notices.c.state != "cancelled")).scalars())


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry(tmp_path)
    registry.enter(NEW)
    return registry


def test_the_old_and_the_new_address_hear_of_a_change_once(registry: Registry) -> None:
    assert registry.tell() == [NEW, OLD]
    assert registry.tell() == []
    assert registry.states() == ["sent", "sent"]


def test_a_notice_is_claimed_before_it_leaves_and_by_one_sender(registry: Registry) -> None:
    seen: list[list[str]] = []
    sender = KeepingSender(meanwhile=lambda _: seen.append(registry.states()))
    registry.noticing(sender).tell()
    assert seen == [["claimed", "waiting"], ["claimed", "sent"]]
    with unit_of_work(registry.engine) as connection:
        assert notice_claims.claim(connection, registry.now) is None


def test_a_refusal_ends_it_and_a_provider_that_is_closed_does_not(registry: Registry) -> None:
    assert len(registry.tell(RetryAfter(NOW + timedelta(minutes=1), "throttled"))) == 1, "the next would fare no better"
    assert registry.states() == ["waiting", "waiting"]
    assert registry.tell(Rejected("http-400")) == [NEW, OLD]
    assert registry.states() == ["failed", "failed"]


def test_what_may_have_left_is_looked_for_and_sent_again_only_if_it_is_not_there(registry: Registry) -> None:
    registry.tell(Unknown("timeout"))
    assert registry.settle() == 0, "not yet"
    registry.now += PATIENCE
    assert registry.tell() == []
    registry.log.knows = None
    assert registry.settle() == 0
    assert registry.states() == ["claimed", "claimed"]
    registry.log.knows = registry.ids()[:1]
    assert registry.settle() == 2
    assert registry.states() == ["sent", "waiting"]
    assert len(registry.tell()) == 1
    assert registry.states() == ["sent", "sent"]


def test_a_notice_whose_address_is_gone_ends_unsent(registry: Registry) -> None:
    with unit_of_work(registry.engine) as connection:
        for notice_id in registry.ids():
            registry.deployment.vault.erase(connection, notice_id)
    assert registry.tell() == []
    assert registry.states() == []


def a_notice(**over: Any) -> Notice:
    fields: dict[str, Any] = {
        "notice_id": "0f" * 16,
        "kind": "directory-change",
        "recipient_id": "0e" * 16,
        "change_id": "0d" * 16,
        "channel": "email",
        "which": "new",
        "role": "staff",
        "title": "Invented Person",
        "language": "en",
        "fields": ["address", "level"],
        "changed_at": NOW,
        "state": "waiting",
    }
    return Notice(**(fields | over))


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
@pytest.mark.parametrize("which", ["old", "new"])
@pytest.mark.parametrize("fields", [["added"], ["removed"], ["address", "level"], ["role", "not-a-code"]])
def test_a_notice_says_what_kind_of_detail_was_changed_and_no_more(
    language: str, which: str, fields: list[str]
) -> None:
    spoken = words(language)
    mail = notice_rendering.render(a_notice(language=language, which=which, fields=fields), OLD, "tocsin.example")
    kind = fields[0] if len(fields) == 1 else "changed"
    known = [code if spoken.has(f"details.{code}") else "other" for code in fields if kind == "changed"]
    said = [spoken(f"directory.{kind}", when=spoken.instant(NOW)), *(spoken(f"details.{code}") for code in known)]
    said += [spoken("directory.approved"), spoken("directory.unexpected")]
    for text, lines in ((re.sub("[ \n]+", " ", mail.text), said), (mail.html, [line.html for line in said])):
        assert [line for line in lines if line not in re.sub("\u2069 \u2068", " ", text)] == []
        assert (spoken("directory.old_address") in text) == (kind == "changed" and which == "old")
        assert re.findall(r"https?://|HRD-|Invented|@mechanism|not-a-code", text) == []
    assert mail.subject == spoken.plain("directory.subject")


def test_every_detail_of_an_entry_has_words() -> None:
    for field in RecipientEntry.model_fields:
        assert words("en").has(f"details.{entries.CODES.get(field, field)}")
