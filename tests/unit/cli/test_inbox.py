"""What came in by mail is listed without its content, read on record, dealt with once, and can be erased for good."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from inbound_mails import CORPUS, DESK, Post, a_raw, raw_fields
from mailing import an_office
from tocsin.cli.database import database
from tocsin.cli.inbox import inbox
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work

WORDS = "we take this up today"


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return Post(an_office(tmp_path), tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(inbox, arguments)


def listed(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("list", "--json", *arguments).output)
    return found


def actions(post: Post) -> list[str]:
    with reading(post.office.engine) as connection:
        return list(
            connection.execute(select(tables.audit.c.action).where(tables.audit.c.chain == "operators")).scalars()
        )


def open_reviews(post: Post) -> list[Any]:
    with reading(post.office.engine) as connection:
        return list(connection.execute(select(tables.reviews).where(tables.reviews.c.resolved_at.is_(None))))


def test_a_list_says_what_came_in_and_nothing_of_what_it_says(post: Post) -> None:
    assert "Nothing waits here" in run("list").output
    post.sample(CORPUS[0], post.office.request(DESK))
    output = run("list").output
    assert all(expected in output for expected in ("reply", "staff", "yes", post.office.case.reference, "ACHPR-SRHRD"))
    assert not any(secret in output for secret in (DESK, WORDS))
    assert [line["role"] for line in listed("--case", post.office.case.reference)] == ["staff"]
    assert "No case has this reference" in run("list", "--case", "HRD-0000-000").output


def test_reading_a_mail_shows_it_whole_and_is_recorded(post: Post) -> None:
    post.sample(CORPUS[0], post.office.request(DESK))
    (line,) = listed()
    shown = run("show", line["inbound_id"][:8])
    assert shown.exit_code == 0, shown.output
    assert all(expected in shown.output for expected in (WORDS, DESK, "from the person written to"))
    assert actions(post) == ["mail-opened"]


def test_what_could_move_the_cursor_is_not_printed(post: Post) -> None:
    post.sample(CORPUS[0] | {"body": "a\x1b[2Jb\u202ec"}, post.office.request(DESK))
    shown = run("show", listed()[0]["inbound_id"]).output
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", ["an encrypted reply", "a reply with an attachment", "fr: HTML seul"])
def test_what_is_kept_beside_the_words_is_named_and_printed_on_request(post: Post, name: str) -> None:
    sample = next(sample for sample in CORPUS if sample["name"] == name)
    post.sample(sample, post.office.request(DESK))
    inbound_id = listed()[0]["inbound_id"]
    plain, source = run("show", inbound_id).output, run("show", inbound_id, "--source").output
    if name == "a reply with an attachment":
        assert "attachment, not kept: letter.pdf (application/pdf, 8 bytes)" in plain
    else:
        assert "--source" in plain
        assert {"an encrypted reply": "BEGIN PGP MESSAGE", "fr: HTML seul": "<html>"}[name] in source


def test_an_unreadable_mail_can_be_read_as_it_came(post: Post) -> None:
    post.send_body(b"no form at all \xff")
    inbound_id = listed()[0]["inbound_id"]
    assert "(no words that could be read)" in run("show", inbound_id).output
    assert "no form at all" in run("show", inbound_id, "--source").output


def test_dealing_with_the_last_mail_of_a_case_closes_its_review(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    post.sample(CORPUS[0], delivery_id)
    post.sample(CORPUS[1], delivery_id)
    first, second = (line["inbound_id"] for line in listed())
    assert run("handled", first, "--by", "duty-1").exit_code == 0
    assert len(open_reviews(post)) == 1
    assert run("handled", second, "--by", "duty-2").exit_code == 0
    assert open_reviews(post) == []
    assert listed() == []
    assert {line["handled_by"] for line in listed("--all")} == {"duty-1", "duty-2"}
    assert "duty-2 has dealt with it" in run("handled", second, "--by", "duty-3").output
    post.sample(CORPUS[2], delivery_id)
    assert len(open_reviews(post)) == 1, "the next mail is asked about again"


def test_mail_of_no_case_has_a_review_of_its_own(post: Post) -> None:
    post.send(raw_fields(a_raw(CORPUS[0])))
    assert len(open_reviews(post)) == 1
    run("handled", listed()[0]["inbound_id"], "--by", "duty-1")
    assert open_reviews(post) == []


def test_an_erased_mail_can_be_read_by_nobody(post: Post) -> None:
    post.sample(CORPUS[0], post.office.request(DESK))
    inbound_id = listed()[0]["inbound_id"]
    assert run("erase", inbound_id, "--by", "duty-1").exit_code == 0
    assert "erased" in run("show", inbound_id).output
    assert run("erase", inbound_id, "--by", "duty-1").exit_code == 1
    assert actions(post) == ["mail-erased"]


def test_an_id_that_is_none_or_not_enough_is_refused_in_words(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    for sample in CORPUS[:17]:
        post.sample(sample, delivery_id)
    shared = [digit for digit in "0123456789abcdef" if sum(x["inbound_id"][0] == digit for x in listed()) > 1]
    assert "give more digits" in run("show", shared[0]).output
    assert "No mail has this id" in run("show", "zz").output
    assert "No mail has this id" in run("handled", "0" * 32, "--by", "duty-1").output


def test_a_role_is_shown_only_where_a_row_of_the_directory_can_be_read(post: Post) -> None:
    post.sample(CORPUS[0], post.office.request(DESK))
    with unit_of_work(post.office.engine) as connection:
        connection.exec_driver_sql("UPDATE recipients SET entry = '{broken'")
    assert [line["role"] for line in listed()] == [None]
    assert "somebody" in run("list").output


def test_who_erases_a_report_is_told_of_the_mails_that_may_quote_it(post: Post) -> None:
    delivery_id = post.office.request(DESK)
    for sample in CORPUS[:2]:
        post.sample(sample, delivery_id)
    (report_id,) = [row.report_id for row in _rows(post, tables.reports)]
    with unit_of_work(post.office.engine) as connection:
        post.office.deployment.vault.seal(connection, report_id, "revision-1", b"{}", post.office.now)
    assert run("erase", listed()[0]["inbound_id"], "--by", "duty-1").exit_code == 0
    done = CliRunner().invoke(database, ["erase", report_id, "--yes"])
    assert (done.exit_code, "1 mails that came in about its case may quote it" in done.output) == (0, True)
    found = [review for review in open_reviews(post) if review.kind == "replies_remain"]
    assert [(review.case_id, report_id in review.reason) for review in found] == [(post.office.case.case_id, True)]


def test_where_no_mail_came_in_nobody_is_asked(post: Post) -> None:
    (report_id,) = [row.report_id for row in _rows(post, tables.reports)]
    with unit_of_work(post.office.engine) as connection:
        post.office.deployment.vault.seal(connection, report_id, "revision-1", b"{}", post.office.now)
    assert CliRunner().invoke(database, ["erase", report_id, "--yes"]).output == "Erased.\n"
    assert open_reviews(post) == []


def _rows(post: Post, table: Any) -> list[Any]:
    with reading(post.office.engine) as connection:
        return list(connection.execute(select(table)))
