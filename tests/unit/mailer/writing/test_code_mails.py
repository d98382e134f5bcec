"""A code to sign in is mailed before anything else, in the reader's language, while it is good, and leaves no trace."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from databases import NOW, a_database, a_deployment
from mailing import KeepingSender
from tocsin.mailer.noticing import PATIENCE, Noticing
from tocsin.mailer.sender import Outcome, RetryAfter, Unknown
from tocsin.mailer.writing import code_rendering
from tocsin.mailer.writing.words import FOLDER
from tocsin.runtime.catalogues import missing
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import notices as directory_notices
from tocsin.store.directory.notices import CODE_LIFE, CodeNotice, Notice
from tocsin.store.tables import notices, sealed_contents

ADDRESS, CODE = "desk@mechanism.example", "042042"


class Box:
    """A database in which notices wait."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.deployment, self.now = a_database(folder), a_deployment(folder), NOW

    def ask(self, number: int = 1, address: str = ADDRESS, language: str = "en") -> None:
        notice = CodeNotice(f"{number:032x}", "0e" * 16, "staff", language, [], address, self.now)
        with unit_of_work(self.engine) as connection:
            directory_notices.request_code(connection, self.deployment.vault, notice, CODE)

    def tell(self, outcome: Outcome | None = None) -> KeepingSender:
        sender = KeepingSender() if outcome is None else KeepingSender(outcome)
        log: Any = None
        Noticing(self.engine, self.deployment, sender, log, "tocsin.example", lambda: self.now).tell()
        return sender

    def states(self) -> list[str]:
        with reading(self.engine) as connection:
            return sorted(row.state for row in connection.execute(notices.select()))

    def sealed(self) -> int:
        with reading(self.engine) as connection:
            return len(connection.execute(sealed_contents.select()).all())


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_it_is_mailed_as_urgent_and_then_forgotten(box: Box) -> None:
    box.ask()
    (mail,) = box.tell().mails
    assert (mail.to, mail.is_urgent) == (ADDRESS, True)
    assert CODE in mail.text
    assert CODE in mail.html
    assert (box.states(), box.sealed()) == (["sent"], 0)


def test_it_goes_before_whatever_else_waits(box: Box) -> None:
    with unit_of_work(box.engine) as connection:
        row: dict[str, Any] = {"notice_id": "0" * 32, "kind": "directory-change", "recipient_id": "0d" * 16}
        row |= {"change_id": "0c" * 16, "channel": "email", "which": "new", "role": "staff", "title": None}
        row |= {"language": "en", "fields": ["added"], "changed_at": NOW - timedelta(hours=1), "state": "waiting"}
        connection.execute(notices.insert(), row | {"updated_at": NOW})
        box.deployment.vault.seal(connection, "0" * 32, "address", b"old@mechanism.example", NOW)
    box.ask()
    assert [mail.to for mail in box.tell().mails] == [ADDRESS, "old@mechanism.example"]


def test_what_nobody_can_be_sent_ends_unsent_and_forgotten(box: Box) -> None:
    box.ask(address="")
    assert box.tell().mails == []
    assert (box.states(), box.sealed()) == (["cancelled"], 0)


def test_a_code_that_would_come_too_late_is_not_sent(box: Box) -> None:
    box.ask()
    box.tell(RetryAfter(NOW + timedelta(minutes=1), "throttled"))
    box.now += CODE_LIFE
    assert box.tell().mails == []
    assert (box.states(), box.sealed()) == (["cancelled"], 0)


def test_one_of_which_it_is_not_known_whether_it_left_is_not_sent_twice(box: Box) -> None:
    box.ask()
    box.tell(Unknown("timeout"))
    assert box.states() == ["claimed"]
    box.now += PATIENCE
    log: Any = None
    Noticing(box.engine, box.deployment, KeepingSender(), log, "tocsin.example", lambda: box.now).settle()
    assert (box.states(), box.sealed()) == (["cancelled"], 0)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
@pytest.mark.parametrize("mandates", [[], ["UN-WGAD"]])
def test_it_says_how_to_use_it_and_has_neither_link_nor_name_nor_code_in_the_subject(
    language: str, mandates: list[str]
) -> None:
    kind = directory_notices.SIGN_IN
    notice = Notice("0f" * 16, kind, "0e" * 16, "0d" * 16, "email", "new", "staff", None, language, mandates, NOW, "w")
    mail = code_rendering.render(notice, ADDRESS, CODE, "tocsin.example")
    assert f'lang="{language}"' in mail.html
    for text in (mail.text, mail.html):
        assert re.findall(r"https?://|HRD-|@mechanism|sign_in\.", text) == []
        assert ("UN-WGAD" in text) == bool(mandates)
        assert "09:10" in text
    assert CODE not in mail.subject
    assert CODE not in str(mail.headers)


def test_no_language_lacks_its_words() -> None:
    assert [key for lang in ("fr", "es", "ar", "ru", "pt") for key in missing(FOLDER, lang) if "sign_in" in key] == []
