"""The audit log is searched by chain, act, subject and day; an entry that was altered shows where."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from databases import NOW, a_database, a_deployment
from operator_pages import an_app, read
from tocsin.auditor.audit_watch import AuditWatch
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.store import tables
from tocsin.store.auditing import audit, audit_findings, audits
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import unit_of_work
from tocsin.store.views import audit_entries
from web_client import ask

SAID = words("en")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        for day, (chain, action, subject) in enumerate(
            (
                ("resolver", "report-accepted", "aa01"),
                ("operators", "names-opened", "bb02"),
                ("operators", "drill-started", "aa03"),
            )
        ):
            audit.append(connection, chain, action, subject, {"by": "duty-officer-2"}, NOW + timedelta(days=day))
    return engine


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    return an_app(engine, a_deployment(tmp_path))


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"aa01", "bb02", "aa03"}),
        ("?chain=operators", {"bb02", "aa03"}),
        ("?action=names-opened", {"bb02"}),
        ("?subject=aa", {"aa01", "aa03"}),
        ("?subject=a%25", set()),
        ("?day=2026-11-25", {"bb02"}),
        ("?day=no-day", {"aa01", "bb02", "aa03"}),
        ("?chain=operators&subject=aa&day=2026-11-26", {"aa03"}),
        ("?page=2", set()),
    ],
)
def test_each_condition_narrows_what_is_found(app: FastAPI, query: str, there: set[str]) -> None:
    shown = read(app, f"/audit{query}")
    assert {subject for subject in ("aa01", "bb02", "aa03") if subject in shown} == there


def test_a_page_holds_so_many_and_leads_to_the_next(engine: Engine, app: FastAPI) -> None:
    with unit_of_work(engine) as connection:
        for number in range(audit_entries.PAGE):
            audit.append(connection, "relay", "published", f"n{number:03}", {}, NOW - timedelta(days=1))
    html = ask(app, "/audit?chain=relay&subject=n").text
    assert html.count("<td>relay ") == audit_entries.PAGE
    assert 'href="?chain=relay&amp;action=&amp;subject=n&amp;day=&amp;page=2"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_log_says_so_with_the_time_of_the_last_pass_and_gives_the_heads(
    engine: Engine, app: FastAPI, language: str
) -> None:
    said = words(language)
    assert said("audit.unread") in read(app, f"/audit/verification?lang={language}")
    with unit_of_work(engine) as connection:
        audits.note(connection, Kind.CHAINS, NOW)
    shown = read(app, f"/audit/verification?lang={language}")
    assert said("audit.whole", at="").split(",")[0] in shown
    assert "2026-11-24 09:00:00 UTC" in shown
    assert said("audit.head") in shown


@pytest.mark.parametrize(
    ("change", "fault"),
    [({"action": "nothing"}, "entry-altered"), ({"previous": "f" * 64}, "link-broken"), ({"seq": 9}, "entry-missing")],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_altered_log_says_where(engine: Engine, app: FastAPI, language: str, change: object, fault: str) -> None:
    with unit_of_work(engine) as connection:
        connection.execute(tables.audit.update().where(tables.audit.c.subject == "aa03").values(change))
    with unit_of_work(engine) as connection:
        found = AuditWatch().look(connection, NOW)
        audit_findings.record(connection, audit_findings.compare(connection, found), NOW)
    shown, said = read(app, f"/audit/verification?lang={language}"), words(language)
    assert said("audit.broken") in shown
    assert f"operators-2 {said(f'broken.{fault}')}" in shown


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ["/audit", "/audit/verification"])
def test_auditors_alone_read_it(engine: Engine, tmp_path: Path, role: Role, path: str) -> None:
    wanted = 200 if role is Role.AUDITOR else 404
    assert ask(an_app(engine, a_deployment(tmp_path), role), path).status_code == wanted
