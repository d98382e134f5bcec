"""The console shows how each case stands, changes nothing, and can be read without script, sight of colour or mouse."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

import planted
from builders import a_report
from databases import NOW, a_database
from dispatching import Pipeline, case_of
from tocsin.console.app import create_app
from tocsin.console.operator.live import CONTENT_SECURITY
from tocsin.domain.identifiers import case_reference
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import SECURITY_HEADERS
from tocsin.store import tables
from tocsin.store.auditing import audit_findings
from tocsin.store.casework import labels
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import overview
from tocsin_schemas.actions import ActionTaken
from tocsin_schemas.vocabulary import ActionType
from web_client import ask

REFERENCE = case_reference(planted.ident("case", 1))
CONSOLE = Path(__file__).parents[3] / "services/tocsin/console"
GROUND = Path(__file__).parents[3] / "services/tocsin/runtime/pages/ground"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        case_id = planted.plant_healthy(connection)
        planted.plant_report(connection, case_id, "OSCE-ODIHR")
        planted.plant_alert(connection, case_id, "COE-CHR", state="held", recipients=[], hold_reason="embargo")
        planted.plant_decision(connection, case_id, "UN-WGAD", "route", "detention", "Togo is a member of the UN")
        planted.plant_decision(connection, case_id, "EU-HRD", "refusal", "consent-absent", "no consent covers it")
        silent = planted.plant_case(connection, 2)
        planted.plant_report(connection, silent)
        planted.plant_review(connection, silent)
    return engine


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    return create_app(Settings(home=tmp_path, console_open=True))


def page(app: FastAPI, path: str = "/") -> str:
    answer = ask(app, path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_overview_counts_and_lists_cases(app: FastAPI) -> None:
    text = page(app)
    for expected in (
        "Reports 3",
        "Cases 2",
        "Alerts raised 1 1 held",
        "Mails 1",
        REFERENCE,
        "Togo TGO",
        "arbitrary detention",
    ):
        assert expected in text


def test_the_overview_says_who_reported_who_was_told_and_what_is_held(app: FastAPI) -> None:
    text = page(app)
    assert "Reported by ACHPR-SRHRD , OSCE-ODIHR" in text
    assert "delivered UN-WGAD" in text
    assert "held under embargo · COE-CHR" in text


def test_a_case_of_which_nobody_is_told_stands_in_the_queue(app: FastAPI) -> None:
    text = page(app)
    assert f"Nobody told {case_reference(planted.ident('case', 2))} no mandate is competent" in text
    assert "waits for a person Nobody told" in text


def test_what_the_auditor_found_is_shown(app: FastAPI, engine: Engine) -> None:
    assert "Messages skipped" not in page(app)
    found = audit_findings.Finding("offset_gap", "resolver:tocsin.reports.v1-0", "1 missing, the first at offset 7")
    with unit_of_work(engine) as connection:
        audit_findings.record(connection, audit_findings.Change([found], []), NOW)
    for language, said in (
        ("en", "1 missing, the first at offset 7"),
        ("fr", "1 manquent, le premier à la position 7"),
    ):
        assert f"resolver:tocsin.reports.v1-0 {said}" in page(app, f"/?lang={language}")


def test_a_case_page_gives_reports_alerts_decisions_and_the_timeline(app: FastAPI) -> None:
    text = page(app, f"/cases/{REFERENCE}")
    assert "all mechanisms · alert granted" in text
    assert (
        "EU-HRD not told Nobody was asked for consent to this, so it is denied. consent-absent no consent covers it"
        in text
    )
    assert "consent-absent · EU-HRD" in text
    assert text.index("report ACHPR-SRHRD , OSCE-ODIHR accepted") < text.index("mail UN-WGAD delivered")


def test_a_case_of_many_reports_is_read_page_by_page_and_each_is_on_one(app: FastAPI, engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        case_id = planted.plant_case(connection, 3)
        for number in range(50):
            planted.plant_report(connection, case_id, f"NGO-{number:02}")
    pages = [ask(app, f"/cases/{case_reference(case_id)}?page={number}") for number in range(1, 8)]
    told = [publisher for answer in pages for publisher in re.findall(r"<h3><bdi>(NGO-\d\d)", answer.text)]
    assert sorted(told) == [f"NGO-{number:02}" for number in range(50)]
    assert max(len(answer.content) for answer in pages) < 50_000
    assert ['rel="next"' in answer.text for answer in pages] == [*[True] * 6, False]
    with reading(engine) as connection:
        assert len(overview.reports_of(connection, case_id)) == 50, "a command shows all of them"


def test_a_case_page_says_who_acted_who_has_it_in_hand_and_what_people_decided(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    report = a_report(publisher="NGO-OBS")
    pipeline.take(report)
    reference = pipeline.rows(tables.cases)[0].reference
    taken = ActionTaken(
        mechanism="UN-WGAD",
        action=ActionType.WGAD_URGENT_ACTION,
        case=reference,
        taken_on=date(2026, 11, 23),
        recorded_at=NOW,
    )
    pipeline.act(taken, "action.taken")
    with unit_of_work(pipeline.engine) as connection:
        case, why = case_of(pipeline, report), "Ayodele Sessavi sets a precedent."
        made = labels.decide(connection, case, "label", labels.EMBLEMATIC, "desk-2", NOW)
        labels.keep_reason(connection, pipeline.deployment.vault, case, made, why, NOW)
    text = page(
        create_app(Settings(home=tmp_path, database_url=str(pipeline.engine.url), console_open=True)),
        f"/cases/{reference}",
    )
    assert "emblematic desk-2 , 2026-11-24 09:00:00 UTC" in text
    assert "Sessavi" not in text, "why is in a person's own words, and this page is read without opening anything"
    assert "UN-WGAD urgent action of the Working Group on Arbitrary Detention taken 23 November 2026" in text
    [since] = [row.acknowledged_at for row in pipeline.rows(tables.acknowledgements)]
    assert f"in hand the mechanism itself, since {since:%Y-%m-%d %H:%M:%S} UTC" in text
    assert "The next in line are told" in text, "what is due is told"
    assert "Nobody, as far as is known." not in text


def test_a_case_page_lists_mail_that_came_in_without_its_content(app: FastAPI, engine: Engine) -> None:
    assert "Mail that came in" not in page(app, f"/cases/{REFERENCE}")
    case_id = planted.ident("case", 1)
    with unit_of_work(engine) as connection:
        for number, (kind, genuine) in enumerate([("reply", True), ("reply", False), ("out_of_office", False)]):
            planted.plant_inbound(
                connection, number, kind, genuine, case_id, planted.ident("alert", case_id, "UN-WGAD")
            )
    text = page(app, f"/cases/{REFERENCE}")
    assert "Mail that came in 3" in text
    assert "a recipient wrote back somebody UN-WGAD yes" in text
    assert "a recipient wrote back somebody UN-WGAD no" in text
    assert "None of it acknowledges an alert." in text
    assert "inbox UN-WGAD a recipient wrote back sender proved" in text
    assert "inbox UN-WGAD a recipient wrote back sender not proved" in text
    assert "inbox UN-WGAD a recipient is away" in text


def test_a_reference_may_be_typed_in_small_letters(app: FastAPI) -> None:
    assert REFERENCE in page(app, f"/cases/{REFERENCE.lower()}")


@pytest.mark.parametrize("path", ["/cases/HRD-0000-000", "/cases/%3Cscript%3E", "/nothing"])
def test_what_does_not_exist_is_not_found_and_nothing_is_echoed(app: FastAPI, path: str) -> None:
    answer = ask(app, path)
    assert answer.status_code == 404
    assert "HRD-0000-000" not in answer.text
    assert "script" not in answer.text


LIVE = SECURITY_HEADERS | {"content-security-policy": CONTENT_SECURITY}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", LIVE),
        (f"/cases/{REFERENCE}", LIVE),
        *((path, SECURITY_HEADERS) for path in ("/cases/HRD-0000-000", "/static/operator.css", "/?page=x", "/search")),
    ],
)
def test_every_answer_carries_the_security_headers(app: FastAPI, path: str, wanted: dict[str, str]) -> None:
    assert {name: ask(app, path).headers.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(app: FastAPI, method: str) -> None:
    for path in ("/", f"/cases/{REFERENCE}"):
        assert ask(app, path, method, content=b"").status_code in (405, 411)


@pytest.mark.parametrize(
    ("base", "status"),
    [("http://127.0.0.1:8082", 200), ("http://localhost:8082", 200), ("http://attacker.example", 421)],
)
def test_another_sites_name_for_this_machine_reads_nothing(app: FastAPI, base: str, status: int) -> None:
    answer = ask(app, "/", base=base)
    assert answer.status_code == status
    assert (REFERENCE in answer.text) == (status == 200)


def test_the_page_reloads_itself_only_when_asked(app: FastAPI) -> None:
    assert "http-equiv" not in ask(app, "/").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in ask(app, "/?refresh=5").text
    assert ask(app, "/?refresh=0").status_code == 422


def test_hostile_text_is_escaped(app: FastAPI, engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        connection.execute(tables.routing_decisions.update().values(detail="<img src=x onerror=alert(1)>"))
    assert "<img src=x" not in ask(app, f"/cases/{REFERENCE}").text


class Outline(HTMLParser):
    """Collects what an assistive program relies on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("path", ["/", f"/cases/{REFERENCE}", "/cases/HRD-0000-000"])
def test_the_structure_can_be_followed_without_sight_or_mouse(app: FastAPI, path: str) -> None:
    outline = Outline(ask(app, path).text)
    assert outline.all("html")[0] == {"lang": "en", "dir": "ltr"}
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    assert outline.all("script") in ([], [{"src": "/static/live.js", "defer": None}])
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in outline.tags)
    assert all("alt" in image for image in outline.all("img"))
    assert all("scope" in header for header in outline.all("th"))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(following - level <= 1 for level, following in pairwise(levels))


def _palettes() -> list[dict[str, str]]:
    sheets = [sheet.read_text().split("@media") for sheet in (GROUND / "ground.css", CONSOLE / "static/operator.css")]
    light, dark = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", "".join(sheet[part] for sheet in sheets))) for part in (0, 1)
    )
    return [light, light | dark]


def _contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("soft", "ground"),
    ("soft", "surface"),
    ("soft", "quiet-ground"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("good", "good-ground"),
    ("waiting", "waiting-ground"),
    ("bad", "bad-ground"),
]


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    assert {pair: _contrast(palette[pair[0]], palette[pair[1]]) >= 4.5 for pair in PAIRS} == dict.fromkeys(PAIRS, True)
    assert all(_contrast("#ffffff", palette[level]) >= 4.5 for level in ("p1", "p2", "p3", "p4"))
