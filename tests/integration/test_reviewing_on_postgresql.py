"""Reviews are listed, shown, decided and taken back on PostgreSQL as on SQLite."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from databases import a_message
from reviewing import AGAIN, BROTHER, OTHER, run
from tocsin.cli.explain import explain
from tocsin.cli.matcher import matcher
from tocsin.cli.review import review
from tocsin.resolver.accepting import Acceptance
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin_schemas.events import decode_event

BY = ("--by", "duty-officer")


@pytest.mark.postgresql
def test_a_review_goes_its_whole_way(
    migrated: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = migrated()
    engine = open_database(url)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_DATABASE_URL", url)
    monkeypatch.setattr("tocsin.cli.connection.open_database", lambda url: engine)
    acceptance = Acceptance(load_deployment(tmp_path / "deployment.key"))
    for report in (BROTHER, AGAIN, OTHER):
        message = a_message(report.model_dump_json(exclude_none=True).encode())
        with unit_of_work(engine) as connection:
            event = decode_event(message.headers, message.value, message.timestamp)
            acceptance.accept(connection, event, message, message.timestamp)
    [line] = json.loads(run(review, "list", "--json").output)
    assert 0 < line["score"] < 1
    assert run(review, "show", line["review_id"][:10]).exit_code == 0
    decided = run(review, "decide", line["review_id"], "same", *BY, "--note", "one and the same")
    assert "Merged into" in decided.output
    case = decided.output.split("Merged into ")[1][:12]
    assert "noted: one and the same" in run(explain, case).output
    number = decided.output.split("review undo ")[1].split()[0]
    assert run(review, "undo", number, *BY).exit_code == 0
    assert [again["review_id"] for again in json.loads(run(review, "list", "--json").output)] == [line["review_id"]]
    assert "There are 0 decisions" in run(matcher, "refit").output
    engine.dispose()
