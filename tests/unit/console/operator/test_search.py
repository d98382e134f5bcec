"""A case is found by its reference, by a name in any script, and by its place; what was asked for is kept nowhere."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI

from builders import a_violation
from operator_pages import OPERATOR, a_console, an_app, post, read
from resolving import Resolver, identity, withdrawal_of
from reviewing import AGAIN, BROTHER, LATIN, NAMES, OTHER, PERSIAN, SISTER, a_case_report, audited, references
from tocsin.console.access.viewer import Role
from tocsin.console.operator.words import LANGUAGES, words
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin_schemas.consent import Handling
from tocsin_schemas.reports import Reference
from tocsin_schemas.violations import Place
from tocsin_schemas.vocabulary import ReferenceScheme
from web_client import ask

UNKNOWN = "Koffi Amenyo"


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return a_console(tmp_path)


@pytest.fixture
def app(resolver: Resolver) -> FastAPI:
    return an_app(resolver.engine, resolver.deployment)


def reference_of(resolver: Resolver, report: object) -> str:
    return references(resolver)[resolver.homes()[identity(report)]]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", [PERSIAN, LATIN, "Abdol Hadi Shahrzad Nezhad", "SHAHRZADNEJAD Abdulhadi", "Абдулхади Шахрзаднежад"]
)
def test_a_name_in_any_script_finds_its_case_first(resolver: Resolver, app: FastAPI, name: str) -> None:
    led_to = post(app, "/search/name", name=name)
    shown = read(app, led_to)
    ours = reference_of(resolver, BROTHER)
    assert ours in shown
    assert led_to.index(ours) == min(led_to.index(r) for r in references(resolver).values() if r in led_to)


def test_a_name_that_nobody_has_finds_nothing(app: FastAPI) -> None:
    assert words("en")("search.none") in read(app, post(app, "/search/name", name=UNKNOWN))


@pytest.mark.parametrize("way", ["name", "place", "reference"])
def test_whatever_is_written_is_answered_and_harms_nothing(resolver: Resolver, app: FastAPI, way: str) -> None:
    before = resolver.dump()
    for text in ("", " ", "\u202e", "𝕏" * 200, "'; DROP TABLE cases; --", "%", "_"):
        assert words("en")("search.none") in read(app, post(app, f"/search/{way}", **{way: text}))
    assert resolver.dump() == before


def test_a_place_finds_the_cases_with_an_event_there(resolver: Resolver, app: FastAPI) -> None:
    found = post(app, "/search/place", place="شیراز")
    assert found == post(app, "/search/place", place="SHIRAZ") or "case=" not in found
    shown = read(app, post(app, "/search/place", place="shiraz"))
    assert all(reference in shown for reference in references(resolver).values())
    assert words("en")("search.none") in read(app, post(app, "/search/place", place="Lomé"))


def test_a_reference_leads_to_the_case_that_it_became_part_of(resolver: Resolver, app: FastAPI) -> None:
    old = reference_of(resolver, OTHER)
    homes = [resolver.homes()[identity(report)] for report in (BROTHER, OTHER)]
    resolver.decide(*homes, "same")
    assert reference_of(resolver, BROTHER) in post(app, "/search/reference", reference=f" {old.lower()} ")


def test_neither_the_address_nor_the_log_nor_the_page_has_the_name(resolver: Resolver, app: FastAPI) -> None:
    led_to = post(app, "/search/name", name=PERSIAN)
    assert not any(name in unquote(led_to) + read(app, led_to) for name in (*NAMES, SISTER))
    (entry,) = audited(resolver, "cases-searched")
    assert entry.subject == OPERATOR
    assert entry.detail == {"how": "name", "found": [r for r in led_to.split("case=")[1:] for r in [r.strip("&")]]}
    assert audited(resolver, "names-opened") == []


def test_what_was_withdrawn_or_erased_is_found_by_nobody(resolver: Resolver, app: FastAPI) -> None:
    ours = reference_of(resolver, BROTHER)
    resolver.accept(withdrawal_of(BROTHER, 2), "report.withdrawn")
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(AGAIN))
    assert ours not in read(app, post(app, "/search/name", name=PERSIAN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_in_each_language(app: FastAPI, language: str) -> None:
    assert words(language)("search.name_hint") in read(app, f"/search?lang={language}")


def test_addresses_written_by_hand_show_cases_that_exist_alone(resolver: Resolver, app: FastAPI) -> None:
    ours = reference_of(resolver, BROTHER)
    shown = read(app, f"/search?how=name&case={ours}&case=HRD-0000-000")
    assert ours in shown
    assert "HRD-0000-000" not in shown
    assert len(resolver.rows(tables.cases)) == 3


@pytest.mark.parametrize("way", ["name", "place", "reference"])
def test_auditors_and_publishers_search_for_nobody(resolver: Resolver, way: str) -> None:
    stranger = an_app(resolver.engine, resolver.deployment, Role.AUDITOR, Role.PUBLISHER, Role.DIRECTORY_ADMIN)
    assert ask(stranger, f"/search/{way}", "POST", data={way: LATIN}).status_code == 404
    assert audited(resolver, "cases-searched") == []


def by_reference(app: FastAPI, number: str) -> str:
    return post(app, "/search/reference", reference=number)


def test_a_mechanism_s_own_number_finds_the_case_of_its_report(resolver: Resolver, app: FastAPI) -> None:
    for report in (BROTHER, OTHER):
        assert reference_of(resolver, report) in by_reference(app, f" {report.publisher_reference} ")


NUMBERS = {
    "as the field has it": "Opinion No. 22/2020",
    "as the procedure writes it": "A/HRC/WGAD/2020/22",
    "bare": "22/2020",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_a_report_quotes_finds_its_case(resolver: Resolver, app: FastAPI, name: str) -> None:
    quoted = Reference(scheme=ReferenceScheme.WGAD_OPINION, value="22/2020")
    report = a_case_report("ACHPR-SRHRD", "Yao Agbeko", references=[quoted])
    resolver.accept(report)
    led_to = by_reference(app, NUMBERS[name])
    assert reference_of(resolver, report) in led_to
    assert led_to.count("case=") == 1


SCRIPTS = {
    "Arabic": (
        "محمد الطاهر بن سالم",
        ["محمد الطاهر بن سالم", "Mohamed Tahar Ben Salem", "Mohammed Al-Taher bin Salem"],
    ),
    "Cyrillic": ("Зарема Дудаева", ["Зарема Дудаева", "Zarema Dudaeva", "Zarema Dudayeva"]),
    "Latin": ("Nguyễn Thị Hồng", ["Nguyen Thi Hong", "NGUYỄN Thị Hồng"]),
}


@pytest.mark.parametrize(
    ("script", "asked"), [(script, name) for script, (_, names) in SCRIPTS.items() for name in names]
)
def test_a_name_that_was_reported_in_one_script_is_found_in_others(
    resolver: Resolver, app: FastAPI, script: str, asked: str
) -> None:
    report = a_case_report("ACHPR-SRHRD", SCRIPTS[script][0], references=[])
    resolver.accept(report)
    assert reference_of(resolver, report) in post(app, "/search/name", name=asked)


WITHHELD = {
    "name": ("/alleged_victims/0/names", "name", "Yao Agbeko"),
    "place": ("/violation/place", "place", "Atakpamé"),
    "own number": ("/publisher_reference", "reference", None),
    "quoted number": ("/references", "reference", "PM 506-22"),
    "everything": ("/", "name", "Yao Agbeko"),
}


@pytest.mark.parametrize("what", WITHHELD)
@pytest.mark.parametrize("is_marked", [True, False])
def test_nothing_is_found_by_what_its_publisher_lets_nobody_see(
    resolver: Resolver, app: FastAPI, what: str, is_marked: bool
) -> None:
    field, way, asked = WITHHELD[what]
    report = a_case_report(
        "ACHPR-SRHRD", "Yao Agbeko",
        references=[Reference(scheme=ReferenceScheme.IACHR_MEASURE, value="PM 506-22")],
        violation=a_violation(country="TGO", place=Place(name="Atakpamé")),
        handling=Handling(confidential_fields=[field] if is_marked else []),
    )  # fmt: skip
    resolver.accept(report)
    led_to = post(app, f"/search/{way}", **{way: asked or report.publisher_reference})
    assert (reference_of(resolver, report) in led_to) is not is_marked
