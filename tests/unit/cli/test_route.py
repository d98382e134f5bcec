"""``tocsin route explain``: what decided, in words, on one page, in English and in French."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from builders import a_claim, a_report_json, a_violation
from tocsin.cli import main
from tocsin.cli.routing_facts import facts
from tocsin.cli.wording import LANGUAGES, explain, words
from tocsin.domain.routing.disclosure import LEVELS
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.domain.routing.triage import triage
from tocsin.runtime import clock
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.knowledge import Flag
from tocsin_schemas.violations import Reprisal
from tocsin_schemas.vocabulary import (
    AccountabilityStatus,
    Audience,
    Certainty,
    ConsentStatus,
    Occupation,
    Priority,
    Purpose,
    Topic,
    Urgency,
    ViolationType,
)

NOW = "2026-11-24T09:00:00Z"


def page(tmp_path: Path, *options: str, **report: Any) -> str:
    result = asked(tmp_path, a_report_json(**report), "--now", NOW, *options)
    assert result.exit_code == 0, result.output
    return result.output


def asked(tmp_path: Path, body: bytes, *options: str) -> Result:
    file = tmp_path / "report.json"
    file.write_bytes(body)
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, ["route", "explain", str(file), *options])


def section(told: str, title: str) -> str:
    """From a heading to the next."""
    _, _, rest = told.partition(f"{title} ")
    lines = rest.splitlines()[1:]
    ends = [n for n, line in enumerate(lines) if line.endswith("──")]
    return "\n".join(lines[: ends[0]] if ends else lines)


def test_the_page_says_the_facts_the_priority_the_competence_the_routes_and_the_refusals(tmp_path: Path) -> None:
    told = page(tmp_path)
    assert "arrest, arbitrary detention" in section(told, "The facts used")
    assert "A person is deprived of liberty" in section(told, "Priority P2")
    assert "OIF, TGO: member from 1970-03-20" in section(told, "Competent for the State at the date (13)")
    assert "COE-CHR" in section(told, "Not competent (6)")
    assert "The violation alleged is within the mandate (arrest, arbitrary detention)." in told
    assert "violation: " in section(told, "What may be shown")
    assert "The mechanism published the report itself." in section(told, "Not told (5)")


def test_the_same_page_in_french(tmp_path: Path) -> None:
    told = page(tmp_path, "--language", "fr")
    assert "arrestation, détention arbitraire" in section(told, "Les faits pris en compte")
    assert "OIF, TGO : membre depuis le 1970-03-20" in told
    assert "La violation alléguée relève du mandat (arrestation, détention arbitraire)." in told
    assert "Le mécanisme a lui-même publié le rapport." in section(told, "Non saisis (5)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_a_page(tmp_path: Path, language: str) -> None:
    assert max(map(len, page(tmp_path, "--language", language).splitlines())) <= 100


def test_what_is_not_verified_says_so(tmp_path: Path) -> None:
    told = page(tmp_path)
    assert "[unverified]" in section(told, "Competent for the State at the date (13)")
    assert "Special Rapporteur on toxics and human rights [unverified]" in told
    assert "Working Group on Arbitrary Detention\n" in "\n".join(line.rstrip() for line in told.splitlines())


def test_a_territory_names_the_state_responsible(tmp_path: Path) -> None:
    assert "(COE, FRA: member from 1949-05-05). NCL → FRA" in " ".join(
        page(tmp_path, violation=a_violation(country="NCL")).split()
    )


def test_where_nobody_is_told_the_page_says_where_the_case_goes(tmp_path: Path) -> None:
    told = page(tmp_path, consent=[])
    assert "operators' queue" in section(told, "Told (0)")
    assert "What may be shown" not in told


def test_a_consent_to_alert_alone_shows_that_there_is_a_case(tmp_path: Path) -> None:
    alert = ConsentDecision(recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.GRANTED)
    told = page(tmp_path, consent=[alert])
    shown = " ".join(section(told, "What may be shown").split())
    assert shown == "L0 that there is a case, and nothing of the report"
    assert "alert → all mechanisms: granted, not recorded as informed" in told


def test_a_strict_reprisal_names_whom_the_person_cooperated_with(tmp_path: Path) -> None:
    told = page(tmp_path, publisher="NGO-OBS", reprisal=Reprisal(strict=True, mechanism="UN-WGAD"))
    assert "for cooperating with UN-WGAD" in told
    assert "UN-ASG             L1" in told


def test_names_contacts_and_accounts_are_not_printed(tmp_path: Path) -> None:
    told = page(tmp_path)
    assert not [word for word in ("Mensahvi", "kossi", "her office", "2026/TGO/001") if word in told]


def test_a_line_of_evaluate_routes_is_read_as_well(tmp_path: Path) -> None:
    line = json.dumps({"id": 7, "report": json.loads(a_report_json()), "now": NOW}).encode()
    assert asked(tmp_path, line).output == page(tmp_path)


def test_without_a_moment_it_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: a_claim().received_at)
    assert "routed on 2026-11-21 08:30 UTC" in asked(tmp_path, a_report_json()).output


@pytest.mark.parametrize(
    ("body", "options", "told"),
    [
        (b"{", (), "json-malformed"),
        (b"[]", (), "object-type"),
        (b"{}", (), "missing at /report/publisher"),
        (a_report_json(), ("--now", "tomorrow"), "datetime-invalid at /now"),
    ],
)
def test_what_is_no_report_is_told_without_its_content(
    tmp_path: Path, body: bytes, options: tuple[str, ...], told: str
) -> None:
    result = asked(tmp_path, body, *options)
    assert (result.exit_code, told in result.output) == (1, True)
    assert "Traceback" not in result.output


# --- words ----------------------------------------------------------------------------------------------------------


def _keys(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield from _keys(value, f"{above}{key}.") if isinstance(value, Mapping) else [f"{above}{key}"]


def test_both_languages_have_the_same_words() -> None:
    english, french = (
        tomllib.loads((files("tocsin.cli.wording") / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES
    )
    assert sorted(_keys(english)) == sorted(_keys(french))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_word(language: str) -> None:
    said = words(language)
    codes = {
        "topics": Topic,
        "occupations": Occupation,
        "accountabilities": AccountabilityStatus,
        "purposes": Purpose,
        "audiences": Audience,
        "consents": ConsentStatus,
        "flags": Flag,
    }
    for kind, vocabulary in codes.items():
        assert set(vocabulary) <= set(said[kind]), kind
    assert set(LEVELS[DisclosureLevel.L1]) <= set(said["shown"]["fields"])


_claims = st.builds(
    lambda **facts: a_claim().model_copy(update=facts),
    violations=st.lists(st.sampled_from(ViolationType), min_size=1, max_size=3, unique=True),
    urgency=st.sampled_from(Urgency),
    certainty=st.sampled_from(Certainty),
    independent_sources=st.integers(0, 2),
    ongoing=st.booleans(),
    strict_reprisal=st.booleans(),
    minor=st.booleans(),
    pregnant=st.booleans(),
    elderly=st.booleans(),
    group_size=st.sampled_from([None, 12]),
    victims=st.integers(0, 2),
    lawyer_denied=st.booleans(),
    next_hearing=st.sampled_from([None, "2026-11-22"]),
    expected_on=st.sampled_from([None, "2026-11-22"]),
)
_standings = st.sampled_from(
    [Standing(), Standing(emblematic=True), Standing(lowered=Lowered(Priority.P4, "operator-1", Priority.P1))]
)


@given(_claims, _standings, st.sampled_from(LANGUAGES))
def test_every_priority_can_be_explained_in_sentences(claim: Any, standing: Standing, language: str) -> None:
    judged = triage([claim], claim.received_at, standing)
    told = explain(judged, language)
    assert told.startswith(judged.priority)
    assert "{" not in told
    assert "None" not in told
    assert all(value for _, value in facts(claim, language))
