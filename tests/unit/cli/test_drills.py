"""``tocsin drill`` starts an exercise, and says whom it reached."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from databases import NOW
from mailing import MANDATE
from posting import Post
from tocsin.cli.drills import drill
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.mail import drills
from tocsin.store.mail.drills import Drill

BY = ("--by", "duty-officer-2")


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post(tmp_path)
    made.enter("first@mechanism.example")
    made.enter("second@mechanism.example")
    monkeypatch.setenv("TOCSIN_DATABASE_URL", str(made.engine.url))
    monkeypatch.setenv("TOCSIN_DEPLOYMENT_KEY_FILE", str(tmp_path / "deployment.key"))
    monkeypatch.setenv("COLUMNS", "80")
    return made


def run(command: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def said(*arguments: str) -> str:
    result = run(drill, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_drill_is_started_listed_and_shown(post: Post) -> None:
    started = said("start", "--mandate", MANDATE, "--answer-within", "30m", *BY)
    (row,) = post.rows(tables.drills)
    assert started.startswith(f"Drill {row.drill_id[:8]}: 2 people, to confirm by ")
    assert (row.answer_by - row.started_at).total_seconds() == 1800
    person = post.rows()[0].recipient_id
    with unit_of_work(post.engine) as connection:
        answered = {"drill_id": row.drill_id, "recipient_id": person, "answered_at": row.started_at}
        connection.execute(tables.drill_answers.insert(), answered)
    shown = said("show", row.drill_id[:8])
    assert person[:8] in shown
    assert "1 of 2 have confirmed; 0 cannot be reached." in shown
    listed = said("list")
    assert row.drill_id[:8] in listed
    assert MANDATE in listed
    (as_json,) = json.loads(said("list", "--json"))
    assert (as_json["called"], as_json["answered"], as_json["started_by"]) == (2, 1, "duty-officer-2")
    people = json.loads(said("show", row.drill_id, "--json"))["people"]
    assert [one["has_channel"] for one in people] == [True, True]
    assert "@" not in shown + listed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("start", "--mandate", "UN-WGAD", *BY), "Nobody would be told first"),
        (("start", "--answer-within", "soon", *BY), "a number with its unit"),
        (("start",), "Missing option '--by'"),
        (("show", "00"), "No drill has this id"),
        (("show", "%"), "No drill has this id"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(post: Post, arguments: tuple[str, ...], complaint: str) -> None:
    result = run(drill, *arguments)
    assert result.exit_code != 0
    assert complaint in result.output


def test_an_id_that_several_drills_begin_with_is_not_enough(post: Post) -> None:
    with unit_of_work(post.engine) as connection:
        for ending in ("0" * 31, "1" * 31):
            drills.add(connection, Drill("d" + ending, None, "duty-1", NOW, NOW))
    assert "Give more digits" in run(drill, "show", "d").output
