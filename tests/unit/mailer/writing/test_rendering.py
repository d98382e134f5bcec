"""A mail says what it must, in the recipient's language, and never who."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import a_claim, a_report
from databases import NOW
from mailing import CASE, KeepingSender, a_letter, an_office, send_batch
from tocsin.domain.identifiers import report_id
from tocsin.mailer.providers.sendgrid_payload import payload
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.headers import headers_of
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.words import words
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin.store.mail.threads import Terms
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
        ("P1", NOW + timedelta(hours=5), "es", "[URGENTE] UA · HRD-7F3K-22Q · respuesta antes de las 14:00 UTC"),
        ("P1", NOW + timedelta(hours=5), "ar", "[عاجل] UA · HRD-7F3K-22Q · الرد قبل الساعة 14:00 UTC"),
        ("P1", NOW + timedelta(hours=5), "ru", "[СРОЧНО] UA · HRD-7F3K-22Q · ответ до 14:00 UTC"),
        ("P3", FIRST, "pt", "AL · HRD-7F3K-22Q · resposta até 1 de dezembro de 2026, 09:00 UTC"),
        ("P3", FIRST, "ar", "AL · HRD-7F3K-22Q · الرد قبل 1 كانون الأول/ديسمبر 2026، الساعة 09:00 UTC"),
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
        assert fact in re.sub("</?bdi[^>]*>", "", mail.html)
    assert mail.html.count(f'lang="{language}" dir="ltr"') == 2


def test_level_0_tells_that_there_is_a_case_and_no_fact_of_it() -> None:
    mail = render(level=DisclosureLevel.L0)
    for fact in ("detention", "Togo", "2026-11-20", "20 November", "Working Group"):
        assert fact not in mail.text
        assert fact not in mail.html
    assert "HRD-7F3K-22Q" in mail.text


def test_a_language_without_words_reads_english_and_is_marked_as_english() -> None:
    assert render(language="sw").text == render().text
    assert render(language="sw").html == render().html
    assert words("../en") == words("en")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
def test_a_name_that_has_no_translation_is_marked_as_english(language: str) -> None:
    name = "Working Group on Arbitrary Detention"
    mark = "" if language == "en" else ' lang="en"'
    assert f"<bdi{mark}>{name}</bdi>" in render(language=language).html


def test_in_arabic_everything_foreign_is_isolated_and_a_line_of_it_says_which_way_it_runs() -> None:
    mail = render(language="ar")
    assert mail.html.count('lang="ar" dir="rtl"') == 2
    assert "\u2068HRD-7F3K-22Q\u2069" in mail.text
    assert "\n\u200f\u2068https://console.example/cases/HRD-7F3K-22Q\u2069\n" in mail.text
    for line in mail.text.splitlines():
        assert line.count("\u2068") == line.count("\u2069"), "a line ends its isolates"
        outside = re.sub("\u2068.*?\u2069", "", line)
        assert not re.search("[A-Za-z]{2,}", re.sub("UTC|Tocsin", "", outside))


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_where_all_runs_one_way_the_text_has_no_marks(language: str) -> None:
    assert not re.search("[\u200e\u200f\u2066-\u2069]", render(language=language).text)


@pytest.mark.parametrize("priority", ["P1", "P2", "P3", "P4"])
def test_what_is_urgent_may_go_by_the_second_provider_at_once(priority: str) -> None:
    letter = a_letter()
    mail = Rendering("https://x.example", "tocsin.example")(
        replace(letter, delivery=replace(letter.delivery, priority=priority))
    )
    assert mail.is_urgent == (priority in {"P1", "P2"})


def test_answers_go_to_an_address_of_their_own() -> None:
    rendering = Rendering("https://x.example", "tocsin.example", lambda delivery: f"reply+{delivery}@in.example")
    assert rendering(a_letter()).reply_to == f"reply+{'0f' * 16}@in.example"
    assert render().reply_to is None


def test_only_a_digest_can_be_left_with_one_request() -> None:
    digest = headers_of("<digest.1@tocsin.example>", "tocsin.example", "https://x.example/leave/1")
    assert digest["List-Unsubscribe"] == "<https://x.example/leave/1>"
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not [name for name in render().headers if "Unsubscribe" in name]


def test_a_mail_has_no_picture_no_script_and_nothing_that_is_fetched() -> None:
    html = render(language="ar").html
    assert not re.search(r"<(img|script|link|iframe|form|input|style|object)\b|url\(|src=|onclick", html)
    assert html.count("<table") == html.count('<table role="presentation"') == 1


@pytest.mark.parametrize("kind", ViolationType)
@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
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
    assert words("en").dates(dates) == text


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
