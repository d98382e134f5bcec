"""Mail that comes in survives a failing database, an error of ours, a missing key, and whoever would fill the disk."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from inbound_kept import content, one, rows
from inbound_mails import CORPUS, DESK, Post
from mailing import an_office
from tocsin.mailer.inbound.endpoint import ALLOWANCE, PER_MINUTE, Allowance
from tocsin.store.database import unit_of_work

REPLY = CORPUS[0]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(an_office(tmp_path), tmp_path)


def test_a_failing_database_is_answered_so_that_the_provider_tries_again(post: Post, tmp_path: Path) -> None:
    delivery_id = post.office.request(DESK)
    with unit_of_work(post.office.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE inbound_mails RENAME TO gone")
    assert post.sample(REPLY, delivery_id) == 503
    with unit_of_work(post.office.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO inbound_mails")
    assert post.sample(REPLY, delivery_id) == 200


def test_an_error_of_ours_does_not_lose_the_mail(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("tocsin.mailer.inbound.recording.place", fail)
    assert post.sample(REPLY, post.office.request(DESK)) == 200
    assert (one(post).kind, one(post).case_id) == ("unknown", None)
    assert content(post)["text"].startswith("Thank you")


def test_a_database_error_while_placing_is_tried_again_by_the_provider(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr("tocsin.mailer.inbound.recording.place", fail)
    assert post.sample(REPLY, post.office.request(DESK)) == 503
    assert rows(post) == []


def test_nobody_can_fill_the_disk_and_what_is_signed_still_comes_in(post: Post) -> None:
    big = "y" * (900 * 1024)
    answers = [post.send([("email", f"Subject: {n}\r\n\r\n{big}".encode())], signed=False) for n in range(8)]
    assert set(answers) == {200, 503}
    assert len(rows(post)) == answers.count(200) <= 5
    assert post.sample(REPLY, post.office.request(DESK)) == 200


def test_the_allowance_fills_up_again_and_never_beyond_itself(post: Post) -> None:
    allowance, now = Allowance(), post.office.now
    assert allowance.take(ALLOWANCE, now)
    assert not allowance.take(1, now)
    assert not allowance.take(PER_MINUTE, now + timedelta(seconds=30))
    assert allowance.take(PER_MINUTE, now + timedelta(seconds=61))
    assert not allowance.take(ALLOWANCE + 1, now + timedelta(days=9))
    assert not allowance.take(PER_MINUTE * 60 * 24, now - timedelta(days=1)), "a clock set back gives nothing"


def test_a_post_beyond_what_the_provider_sends_is_not_read_to_its_end(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.mailer.inbound.post.LONGEST", 10_000)
    assert post.send([("email", b"Subject: x\r\n\r\n" + b"x" * 20_000)]) == 200
    assert not one(post).is_genuine


def test_without_a_public_key_mail_is_kept_and_proves_nothing(post: Post, tmp_path: Path) -> None:
    (tmp_path / "inbound-public.pem").unlink()
    assert post.sample(REPLY, post.office.request(DESK)) == 200
    assert not one(post).is_genuine
    (tmp_path / "inbound-public.pem").write_bytes(b"no key")
    assert post.sample(REPLY | {"body": "again"}, post.office.delivery_ids[0]) == 200
