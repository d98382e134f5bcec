"""The brief and a case on paper: who gets them, what they may hold, and that each reading is on record."""

import io
import json
import re
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI, Request, Response
from pypdf import PdfReader
from sqlalchemy import Engine

import canaries
import planted
import tocsin.console
from builders import a_claim, a_report, a_victim
from databases import NOW
from tocsin.cli import main
from tocsin.console.access.viewer import Role, Viewer
from tocsin.console.brief.routes import CHAIN, pages
from tocsin.domain.claims import claim_from
from tocsin.runtime.pages.drawing import static
from tocsin.runtime.web import SECURITY_HEADERS, create_web
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin_schemas.reports import Narrative, Source
from tocsin_schemas.victims import DefenderActivity
from tocsin_schemas.vocabulary import ActionType, SourceRelation
from visiting import DESK, NEIGHBOUR, OTHER, STRANGER, Place, a_place
from web_client import ask

QUARTER = "from=2026-10-01&to=2026-12-31"
OFFICER = Viewer("officer-1", frozenset({Role.DUTY_OFFICER}))
FORMATS = ("", "/brief.pdf", "/cap.xml", "/case.jsonld")
NEEDS_PANGO = pytest.mark.skipif(
    find_library("pangoft2-1.0") is None, reason="Pango is not installed: apt-get install libpangoft2-1.0-0"
)


def app_for(place: Place, viewer: Viewer | None) -> FastAPI:
    app = create_web("console")
    app.mount("/static/brief", static(Path(tocsin.console.__file__).parent / "brief"))
    app.mount("/static", static(Path(tocsin.console.__file__).parent))
    app.include_router(pages(place.engine, place.deployment, lambda: place.now[0]))

    @app.middleware("http")
    async def signed_in(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.viewer = viewer
        return await call_next(request)

    return app


def recipient(place: Place, address: str) -> Viewer:
    return Viewer(place.people[address], frozenset({Role.RECIPIENT}))


def on_record(place: Place) -> list[Any]:
    return [row for row in place.rows(tables.audit) if row.chain == CHAIN]


def text_of(answer: Response) -> str:
    if answer.headers["content-type"] == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


@pytest.mark.parametrize("path", [pytest.param(path, marks=[NEEDS_PANGO] * path.endswith("pdf")) for path in FORMATS])
def test_a_recipient_gets_their_case_in_each_format_and_it_is_on_record(place: Place, path: str) -> None:
    answer = ask(app_for(place, recipient(place, DESK)), f"/brief{place.path}{path}")
    assert answer.status_code == 200
    assert "Togo" in text_of(answer) or '"TGO"' in answer.text
    assert answer.headers["content-security-policy"] == SECURITY_HEADERS["content-security-policy"]
    viewed = place.rows(tables.viewed)
    assert {row.recipient_id for row in viewed} == {place.people[DESK]}
    assert all(row.level == "L1" and "/violation/types" in row.fields for row in viewed)
    (entry,) = on_record(place)
    assert (entry.action, entry.subject) == ("case-given-out", place.case.case_id)


STRANGERS = [
    ("nobody", lambda _: None, ""),
    ("a recipient of another case", lambda place: recipient(place, STRANGER), ""),
    ("an officer who names no mandate", lambda _: OFFICER, ""),
    ("an officer who names a mandate that was not told", lambda _: OFFICER, "?mandate=UN-WATER"),
    ("an auditor", lambda _: Viewer("a", frozenset({Role.AUDITOR})), "?mandate=UN-WGAD"),
    ("a publisher", lambda _: Viewer("p", frozenset({Role.PUBLISHER})), "?mandate=UN-WGAD"),
]


@pytest.mark.parametrize(("who", "viewer", "query"), STRANGERS, ids=[who for who, _, _ in STRANGERS])
def test_others_find_the_same_as_where_there_is_no_case(place: Place, who: str, viewer, query: str) -> None:  # type: ignore[no-untyped-def]
    app = app_for(place, viewer(place))
    for path in FORMATS:
        here, nowhere = (ask(app, f"/brief{p}{path}{query}") for p in (place.path, "/cases/HRD-0000-000"))
        assert (here.status_code, here.content) == (nowhere.status_code, nowhere.content) == (404, here.content)
    assert place.rows(tables.viewed) == on_record(place) == []


def test_an_officer_gets_what_the_mandate_may_have_and_no_more(place: Place) -> None:
    app = app_for(place, OFFICER)
    given = json.loads(ask(app, f"/brief{place.path}/case.jsonld?mandate={OTHER}").content)
    assert given["audience"] == [OTHER]
    own = json.loads(ask(app_for(place, recipient(place, NEIGHBOUR)), f"/brief{place.path}/case.jsonld").content)
    assert given == own


def test_consent_that_was_withdrawn_is_asked_again(place: Place) -> None:
    app = app_for(place, recipient(place, DESK))
    assert ask(app, f"/brief{place.path}").status_code == 200
    with unit_of_work(place.engine) as connection:
        refused = a_claim(publisher="IACHR-RELE", consents=[]).model_dump(mode="json", exclude_none=True)
        connection.execute(tables.reports.update().values(claim=refused))
    assert ask(app, f"/brief{place.path}").status_code == 404


def test_an_alert_that_is_not_raised_gives_nothing_out(place: Place) -> None:
    place.change_alert(state="held", hold_reason="consent")
    assert ask(app_for(place, recipient(place, DESK)), f"/brief{place.path}").status_code == 404


def plant(engine: Engine) -> None:
    """Seven cases reported by two mechanisms and acted on by one; a visit is planned in one of them."""
    with unit_of_work(engine) as connection:
        for number in range(100, 107):
            case_id = planted.plant_case(connection, number)
            for publisher in ("ACHPR-SRHRD", "OSCE-ODIHR"):
                planted.plant_report(connection, case_id, publisher)
            row = {
                "action_id": planted.ident("action", number),
                "state": "taken",
                "mechanism": "ACHPR-SRHRD",
                "action": ActionType.LETTER_OF_APPEAL.value,
                "signatories": [],
                "named": [],
                "states": ["TGO"],
                "case_id": case_id,
                "taken_on": "2026-11-24",
                "reply_due": "2026-11-20",
                "recorded_at": NOW,
                "received_at": NOW,
            }
            connection.execute(tables.actions.insert().values(row))


@pytest.mark.parametrize(("language", "said"), [("en", "Brief for the mechanisms"), ("fr", "Note aux mécanismes")])
@pytest.mark.parametrize("form", ["", pytest.param(".pdf", marks=[pytest.mark.slow, NEEDS_PANGO])])
def test_the_brief_is_read_in_both_languages_and_forms(place: Place, language: str, said: str, form: str) -> None:
    plant(place.engine)
    answer = ask(app_for(place, OFFICER), f"/brief{form}?{QUARTER}&lang={language}")
    text = text_of(answer)
    assert said in text
    assert re.search(r"Togo\s+8", text), "seven cases, and the one that was there"
    (entry,) = on_record(place)
    assert entry.subject == "2026-10-01/2026-12-31"
    assert len(answer.content) < 50_000 or form == ".pdf"


@pytest.mark.parametrize("query", ["from=2026-10-02&to=2026-12-31", "from=x&to=y", "from=2026-10-01", "to=2026-12-31"])
def test_a_period_that_is_none_is_asked_for_again_and_repeats_nothing(place: Place, query: str) -> None:
    app = app_for(place, OFFICER)
    answer = ask(app, f"/brief?{query}")
    assert (answer.status_code, "whole quarters" in answer.text) == (422, True)
    assert ask(app, f"/brief.pdf?{query}").status_code == 422
    assert "2026-10-02" not in answer.text


def test_without_a_period_the_brief_asks_for_one(place: Place) -> None:
    answer = ask(app_for(place, OFFICER), "/brief")
    assert 'value="2026-10-01"' in answer.text
    assert ask(app_for(place, Viewer("p", frozenset({Role.PUBLISHER}))), "/brief").status_code == 404


def test_the_pages_load_nothing_but_their_own_files(place: Place) -> None:
    app = app_for(place, OFFICER)
    found = set(re.findall(r'(?:src="|rel="[^"]*" href=")(/[^"?]+)', ask(app, f"/brief?{QUARTER}").text))
    assert found == {"/static/ground.css", "/static/brief/brief.css", "/static/tocsin.svg"}
    assert {path: ask(app, path).status_code for path in found} == dict.fromkeys(found, 200)
    assert ask(app, "/static/brief/other.css").status_code == 404


@pytest.mark.parametrize("path", [f"/brief?{QUARTER}", "/brief/cases/{0}?mandate=UN-WGAD"])
def test_the_brief_has_the_ways_on_of_the_console_and_a_switch_of_language(place: Place, path: str) -> None:
    app, address = app_for(place, OFFICER), path.format(place.case.reference)
    page = ask(app, f"{address}&lang=fr").text
    navigation = page.partition('<nav class="places"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', navigation)[0] == "/"
    assert "Vue d" in navigation
    assert ('aria-current="page"' in navigation) == (address.partition("?")[0] == "/brief")
    other = re.findall(r'href="(\?[^"]*lang=en)"', page)[0].replace("&amp;", "&")
    assert '<html lang="en"' in ask(app, f"{address.partition('?')[0]}{other}").text
    stranger = ask(app_for(place, recipient(place, DESK)), f"/brief{place.path}").text
    assert 'class="places"' not in stranger, "who works nowhere here has nowhere to go"


@pytest.mark.parametrize(
    "drawn", [False, pytest.param(True, marks=[pytest.mark.slow, NEEDS_PANGO])], ids=["read", "drawn as PDF"]
)
def test_no_canary_of_a_protected_field_is_in_any_export(place: Place, drawn: bool) -> None:
    word = [canaries.word(number) for number in range(6)]
    body = a_report(
        publisher="IACHR-RELE",
        alleged_victims=[a_victim(f"{word[0]} {word[1]}", defender=DefenderActivity(description=word[2]))],
        narratives=[Narrative(language="en", text=f"{word[3]} was taken.")],
        source=Source(relation=SourceRelation.WITNESS, name=word[4], contact=word[5]),
    )
    claim, sealed = claim_from(body, a_claim(publisher="IACHR-RELE").report_id), body.model_dump_json().encode()
    with unit_of_work(place.engine) as connection:
        reports.correct(connection, claim, "digest", [])
        reports.seal_content(connection, place.deployment.vault, claim, sealed, NOW)
    assert canaries.found(sealed, word) == word, "the search would find them"
    app = app_for(place, recipient(place, DESK))
    paths = [f"/brief{place.path}{path}?lang={language}" for path in FORMATS for language in ("en", "fr")]
    paths += [f"/brief{form}?{QUARTER}&lang={language}" for form in ("", ".pdf") for language in ("en", "fr")]
    for path in [path for path in paths if (".pdf" in path) is drawn]:
        answer = ask(app, path)
        assert answer.status_code == 200
        assert canaries.found(answer.content + text_of(answer).encode(), word) == [], path
    assert canaries.found(json.dumps([row.detail for row in on_record(place)]).encode(), word) == []


def test_the_command_writes_a_page_that_stands_alone(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(place.engine)
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    out = tmp_path / "brief.html"
    arguments = ["brief", "--from", "2026-10-01", "--to", "2026-12-31", "--language", "fr", "--out", str(out)]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.output) == (0, "Written: brief.html\n")
    assert "Note aux mécanismes" in out.read_text()
    assert "<style>" in out.read_text()
    refused = CliRunner().invoke(main, [*arguments[:4], "2026-12-30", *arguments[5:]])
    assert (refused.exit_code, "whole quarters" in refused.output) == (1, True)
