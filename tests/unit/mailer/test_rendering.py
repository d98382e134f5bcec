"""A mail says what it must, in the recipient's language, and never who."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tocsin.mailer.phrases import phrases

from builders import a_claim, a_report
from databases import NOW
from mailing import CASE, KeepingSender, a_letter, an_office, send_batch
from tocsin.domain.identifiers import report_id
from tocsin.mailer.providers.sendgrid_payload import payload
from tocsin.mailer.rendering import Rendering
from tocsin.mailer.sender import Mail
from tocsin.store import reports
from tocsin.store.database import unit_of_work
from tocsin.store.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.vocabulary import Priority, ViolationType

FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)


def render(**over: Any) -> Mail:
    return Rendering("https://console.example/", "tocsin.example")(a_letter(**over))


@pytest.mark.parametrize(
    ("priority", "reply_by", "language", "subject"),
    [
        ("P1", NOW + timedelta(hours=5), "en", "[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC"),
        ("P1", NOW + timedelta(hours=5), "fr", "[URGENT] UA · HRD-7F3K-22Q · réponse avant 14:00 UTC"),
        ("P2", NOW + timedelta(hours=24), "en", "UA · HRD-7F3K-22Q · reply by 25 November 2026, 09:00 UTC"),
        ("P3", None, "en", "AL · HRD-7F3K-22Q"),
        ("P3", FIRST, "fr", "AL · HRD-7F3K-22Q · réponse avant le 1er décembre 2026, 09:00 UTC"),
    ],
)
def test_the_subject_says_how_urgent_which_case_and_by_when_and_nothing_else(
    priority: str, reply_by: datetime | None, language: str, subject: str
) -> None:
    assert render(terms=Terms(priority, NOW, reply_by), language=language).subject == subject


def test_an_update_keeps_the_subject_and_the_thread_of_the_first_mail() -> None:
    first = Terms("P3", NOW, None)
    update = render(kind=MailKind.UPDATE, terms=Terms("P1", NOW, NOW + timedelta(hours=2)), root=first)
    assert update.subject == f"Re: {render(terms=first).subject}"
    assert update.headers["References"] == update.headers["In-Reply-To"] == f"<case.{CASE}@tocsin.example>"
    assert update.headers == render().headers


def test_no_automatic_answer_is_invited() -> None:
    headers = render().headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert headers["List-Id"] == "Tocsin alerts <alerts.tocsin.example>"


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("en", ["arbitrary detention", "Togo", "20 November 2026", "1 mechanism", "Working Group", "14:00 UTC"]),
        ("fr", ["détention arbitraire", "Togo", "20 novembre 2026", "1 mécanisme", "relève du mandat", "14:00 UTC"]),
    ],
)
def test_text_and_html_are_each_complete_in_themselves(language: str, facts: list[str]) -> None:
    mail = render(language=language)
    for fact in [*facts, "https://console.example/cases/HRD-7F3K-22Q"]:
        assert fact in " ".join(mail.text.split())
        assert fact in mail.html
    assert mail.html.count(f'lang="{language}" dir="ltr"') == 2


def test_level_0_tells_that_there_is_a_case_and_no_fact_of_it() -> None:
    mail = render(level=DisclosureLevel.L0)
    for fact in ("detention", "Togo", "2026-11-20", "20 November", "Working Group"):
        assert fact not in mail.text
        assert fact not in mail.html
    assert "HRD-7F3K-22Q" in mail.text


def test_a_language_without_phrases_falls_back_to_english() -> None:
    assert render(language="pt").text == render().text
    assert phrases("../en").words == phrases("en").words


def test_every_language_has_the_same_phrases() -> None:
    folder = files("tocsin.mailer") / "phrases"
    shapes = {
        path.name: _keys(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    }
    assert len(shapes) >= 2
    assert all(keys == shapes["en.toml"] for keys in shapes.values())


def _keys(table: dict[str, Any], prefix: str = "") -> set[str]:
    return {k for n, v in table.items() for k in (_keys(v, f"{prefix}{n}.") if isinstance(v, dict) else {prefix + n})}


@pytest.mark.parametrize("kind", ViolationType)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_violation_has_a_word(kind: ViolationType, language: str) -> None:
    text = render(claims=[a_claim(publisher="IACHR-RELE", violations=[kind])], language=language).text
    assert f": {kind.value}\n" not in text or "_" not in kind.value


@pytest.mark.parametrize(
    ("dates", "text"),
    [
        (["2026-11-20"], "20 November 2026"),
        (["2026-11", "2026-11-20"], "20 November 2026"),
        (["2026-11-20", "2026-11-21~"], "20 November 2026; about 21 November 2026"),
        (["2026-03-09/2026-03-11"], "9 March 2026 to 11 March 2026"),
        (["2026"], "2026"),
    ],
)
def test_dates_keep_their_precision(dates: list[str], text: str) -> None:
    assert phrases("en").dates(dates) == text


def test_the_bytes_for_the_provider_contain_nothing_personal(tmp_path: Path) -> None:
    """The report is in the database with its names; the whole request body holds none of them."""
    report = a_report(publisher="IACHR-RELE")
    claim = a_claim(publisher="IACHR-RELE", report_id=report_id(report.publisher, report.publisher_reference))
    office = an_office(tmp_path, claim)
    sender = KeepingSender()
    with unit_of_work(office.engine) as connection:
        body = report.model_dump_json().encode()
        reports.seal_content(connection, office.deployment.vault, claim, body, office.now)
    office.request("desk@mechanism.example", Priority.P1)
    send_batch(office, sender)
    (mail,) = sender.mails
    whole = str(payload(mail, "alerts@tocsin.example"))
    for word in ("Afi", "Mensahvi", "Kossi", "Adjavon", "ligue", "kossi@", "2026/TGO/001", "IACHR", "office"):
        assert word not in whole
    assert payload(mail, "alerts@tocsin.example")["personalizations"][0]["custom_args"].keys() == {"d", "a"}
