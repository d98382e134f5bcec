"""A directory that was altered past Tocsin is found by itself, shown until it is put right, and put before people."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from tocsin.auditor import __main__ as auditor
from tocsin.auditor.conservation import Auditor
from tocsin.auditor.directory_watch import EVERY, KIND, DirectoryWatch
from tocsin.store import tables
from tocsin.store.auditing import audit_findings
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import load_deployment
from tocsin.store.directory import checks, preferences
from tocsin.store.tables.wishes import preferences as wishes
from tocsin_schemas.directory import Preferences

KEY = "deployment.key"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        put_recipient(connection, a_deployment(tmp_path), an_entry("wgad@un.example", ["UN-WGAD"]), NOW)
    return engine


def row_of(engine: Engine) -> dict[str, Any]:
    with reading(engine) as connection:
        return dict(connection.execute(select(tables.recipients)).mappings().one())


def change(engine: Engine, folder: Path) -> dict[str, Any]:
    """Two administrators approve a newer version; returns the row as it was."""
    earlier, entry = row_of(engine), an_entry("wgad@un.example", ["UN-WGAD", "UN-TORTURE"])
    with unit_of_work(engine) as connection:
        put_recipient(connection, a_deployment(folder), entry, NOW)
    return earlier


def put_back(engine: Engine, earlier: dict[str, Any]) -> None:
    """Somebody writes the older row over the newer one: sound by itself."""
    with unit_of_work(engine) as connection:
        connection.execute(tables.recipients.update().values(earlier))


def looked(engine: Engine, watch: DirectoryWatch, after: timedelta = timedelta()) -> list[str]:
    with reading(engine) as connection:
        found = watch.look(connection, NOW + after)
    assert {finding.kind for finding in found} <= {KIND}
    return [finding.detail for finding in found]


def test_a_sound_directory_gives_no_finding(engine: Engine, tmp_path: Path) -> None:
    assert looked(engine, DirectoryWatch(tmp_path / KEY)) == []


def test_a_row_that_was_put_back_is_found_at_the_next_look(engine: Engine, tmp_path: Path) -> None:
    watch = DirectoryWatch(tmp_path / KEY)
    earlier = change(engine, tmp_path)
    assert looked(engine, watch) == []
    put_back(engine, earlier)
    assert looked(engine, watch, timedelta(seconds=5)) == ["rolled-back"]
    assert looked(engine, watch, timedelta(seconds=10)) == ["rolled-back"], "it stands until it is put right"


def test_wishes_that_were_altered_are_found_at_the_next_look_and_hold_no_more(engine: Engine, tmp_path: Path) -> None:
    watch, deployment = DirectoryWatch(tmp_path / KEY), load_deployment(tmp_path / KEY)
    change(engine, tmp_path)
    with unit_of_work(engine) as connection:
        (person,) = connection.execute(select(tables.recipients.c.recipient_id)).scalars()
        preferences.keep(connection, deployment.identities, person, Preferences(coded_facts_only=True), NOW)
    assert looked(engine, watch, timedelta(seconds=5)) == []
    with unit_of_work(engine) as connection:
        connection.execute(wishes.update().values(wishes={"language": "fr"}))
    assert looked(engine, watch, timedelta(seconds=10)) == ["wishes-altered"]
    with unit_of_work(engine) as connection:
        assert preferences.of(connection, deployment.identities, person) == Preferences()
        preferences.keep(connection, deployment.identities, person, Preferences(language="en"), NOW)
    assert looked(engine, watch, timedelta(seconds=15)) == [], "the person has said again what they wish"


def test_what_shows_in_no_row_is_found_within_five_minutes(engine: Engine, tmp_path: Path) -> None:
    watch = DirectoryWatch(tmp_path / KEY)
    assert looked(engine, watch) == []
    with unit_of_work(engine) as connection:
        connection.execute(tables.audit.update().values(subject="0" * 32))
    assert looked(engine, watch, EVERY - timedelta(seconds=1)) == [], "nothing has told it to look"
    assert "audit-entry-altered" in looked(engine, watch, EVERY)


def test_between_two_looks_nothing_is_verified_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, calls = DirectoryWatch(tmp_path / KEY), []
    real = checks.verify
    monkeypatch.setattr(checks, "verify", lambda *given: calls.append(1) or real(*given))
    for seconds in (0, 5, 60, 299, 300, 301, -3600):
        looked(engine, watch, timedelta(seconds=seconds))
    assert len(calls) == 3, "at first, after five minutes, and when the clock went back"


def test_where_there_is_no_key_yet_none_is_made(engine: Engine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / KEY
    assert looked(engine, DirectoryWatch(elsewhere)) == []
    assert not elsewhere.exists()


def test_the_auditor_records_it_pages_and_asks_people_once(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(auditor, "_ends", lambda bootstrap: {})
    put_back(engine, change(engine, tmp_path))
    watch = DirectoryWatch(tmp_path / KEY)
    for _ in range(2):
        found = auditor.run_once(engine, Auditor(), [watch], "nowhere.invalid:9092")
    assert KIND in {finding.kind for finding in found}
    with reading(engine) as connection:
        assert KIND in {finding.kind for finding in audit_findings.standing(connection)}
        asked = [r for r in connection.execute(select(tables.reviews)) if r.kind == "directory_altered"]
    assert [(r.reason, r.resolved_at) for r in asked] == [("directory verify: rolled-back (1)", None)]
    assert [r.levelname for r in caplog.records if getattr(r, "kind", "") == KIND] == ["ERROR"]
    assert "wgad" not in caplog.text
