"""Who is on duty is told of each change once, in both languages; findings come and go with what they are about."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from databases import NOW, a_database
from tocsin.canary.telling import Duty, find
from tocsin.domain.watching import COMPONENTS
from tocsin.mailer.sender import Accepted, Mail, Outcome, RetryAfter, Unknown
from tocsin.store.auditing import audit_findings
from tocsin.store.auditing.audit_findings import Finding, StandingFinding
from tocsin.store.database import reading, unit_of_work


class Post:
    """The second way out."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.outcome: Outcome = Accepted("id", "smtp")
        self.duty = Duty(self.send, "duty@tocsin.example", "tocsin.example")

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return self.outcome


def test_each_change_is_told_once_and_so_is_its_end() -> None:
    post = Post()
    for down in ({"mailer"}, {"mailer"}, {"mailer", "webhook"}, {"webhook"}, set(), set()):
        post.duty.tell(down, NOW)
    assert [mail.subject for mail in post.mails] == ["[TOCSIN] Not working"] * 3 + ["[TOCSIN] Working again"]
    assert "Not working: Writing of mail; Proof of delivery." in post.mails[1].text
    assert "Working again: Writing of mail." in post.mails[2].text
    assert "Fonctionne de nouveau : Preuve de remise." in post.mails[3].text
    assert {mail.to for mail in post.mails} == {"duty@tocsin.example"}
    assert all(mail.is_urgent for mail in post.mails)


@pytest.mark.parametrize("outcome", [RetryAfter(NOW, "unreachable"), Unknown("timeout", "smtp")])
def test_what_was_not_accepted_is_told_again(outcome: Outcome) -> None:
    post = Post()
    post.outcome = outcome
    post.duty.tell({"mailer"}, NOW)
    post.outcome = Accepted("id", "smtp")
    post.duty.tell({"mailer"}, NOW)
    post.duty.tell({"mailer"}, NOW)
    assert len(post.mails) == 2


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_has_a_name_in_both_languages(component: str) -> None:
    post = Post()
    post.duty.tell({component}, NOW)
    (mail,) = post.mails
    english, french = mail.text.split("\n\n")
    assert "Not working: " in english
    assert "Ne fonctionne pas : " in french
    assert component not in french.split(".", 1)[0]


def test_without_a_second_way_out_nothing_fails(caplog: pytest.LogCaptureFixture) -> None:
    Duty(None, "duty@tocsin.example", "tocsin.example").tell({"mailer"}, NOW)
    assert "nobody on duty can be told" in caplog.text


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return a_database(tmp_path)


def standing(engine: Engine) -> list[StandingFinding]:
    with reading(engine) as connection:
        return audit_findings.standing(connection)


def test_a_finding_stands_for_each_component_that_is_down_and_only_as_long(engine: Engine) -> None:
    assert find(engine, {"mailer", "relay"}, NOW)
    assert not find(engine, {"mailer", "relay"}, NOW)
    assert {(f.kind, f.subject) for f in standing(engine)} == {
        ("component_down", "mailer"),
        ("component_down", "relay"),
    }
    find(engine, {"relay"}, NOW)
    assert [f.subject for f in standing(engine)] == ["relay"]
    find(engine, set(), NOW)
    assert standing(engine) == []


def test_canary_and_auditor_clear_nothing_of_one_another(engine: Engine) -> None:
    found = [Finding("offset_gap", "resolver:reports-0", "1 missing")]
    with unit_of_work(engine) as connection:
        audit_findings.record(connection, audit_findings.compare(connection, found, {"offset_gap"}), NOW)
    find(engine, {"relay"}, NOW)
    find(engine, set(), NOW)
    assert [f.kind for f in standing(engine)] == ["offset_gap"]
    find(engine, {"relay"}, NOW)
    with unit_of_work(engine) as connection:
        audit_findings.record(connection, audit_findings.compare(connection, [], {"offset_gap"}), NOW)
    assert [f.kind for f in standing(engine)] == ["component_down"]
