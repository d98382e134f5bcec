"""Each kind of mail says what it is for, in each language, and at each level no more than may be said."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from builders import a_claim
from databases import NOW
from mailing import a_letter
from tocsin.knowledge.countries import country_name
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.letters import Act
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.words import words
from tocsin.runtime.isolates import bare
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel, EscalationCause, UpdateCause
from tocsin_schemas.deliveries import MailKind

FACTS = (
    *(
        "detention",
        "détention",
        "detención",
        "الاحتجاز",
        "задержание",
        "detenção",
        "Working Group",
        "Groupe de travail",
    ),
    *("Togo", "توغو", "Того", "2026-11-20", "20 nov", "20 Nov", "20 de nov", "20 تشرين", "20 ноября"),
)
APPEAL = Act([{"en": "Working Group", "fr": "Groupe de travail"}], "urgent_appeal", False, date(2026, 11, 22), False)
STATEMENT = Act([{"en": "Special Rapporteur"}], "press_statement", True, date(2026, 11, 26), None)
KINDS = (MailKind.ALERT, MailKind.UPDATE, MailKind.REMINDER, MailKind.ESCALATION)
LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt")


def render(**over: Any) -> Mail:
    return Rendering("https://console.example/", "tocsin.example")(a_letter(**over))


def withdrawal(**over: Any) -> Mail:
    return render(kind=MailKind.WITHDRAWAL, level=DisclosureLevel.L0, rests_on=(), mandate=None, rule="", **over)


def both(mail: Mail) -> tuple[str, str]:
    """What the text says and what the HTML says, without wraps, tags and isolates."""
    text = re.sub("[\u200f\u2066-\u2069]", "", mail.text)
    html = unescape(re.sub(r"</?(?!a )[^>]*>", "", mail.html))
    return re.sub("[ \n]+", " ", text), re.sub("[ \n]+", " ", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_at_level_1_each_kind_tells_the_coded_facts_and_at_level_0_none(kind: MailKind, language: str) -> None:
    said = words(language)
    for text in both(render(kind=kind, language=language)):
        assert said(f"title.{kind}") in text
        assert country_name("TGO", language) in text
        assert said.day(date(2026, 11, 20)) in text
    acted = {"acted": [APPEAL, STATEMENT], "update_cause": UpdateCause.ACTION_PLANNED}
    for text in both(render(kind=kind, language=language, level=DisclosureLevel.L0, **acted)):
        assert said("mail.level0") in text
        assert [fact for fact in (*FACTS, "appeal", "statement", "Rapporteur") if fact in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawal_asks_to_delete_and_carries_no_fact_and_no_link(language: str) -> None:
    said = words(language)
    urgencies = [said(f"priority.{priority}") for priority in ("P1", "P2", "P3", "P4")]
    for text in both(withdrawal(language=language)):
        assert said("expected.withdrawal") in text
        assert said("mail.nothing_more") in text
        assert "HRD-7F3K-22Q" in text
        assert [fact for fact in (*FACTS, "https://", *urgencies) if fact in text] == []


def test_a_withdrawal_stays_in_the_thread_of_what_it_calls_back() -> None:
    first = Terms("P1", NOW, NOW + timedelta(hours=5))
    mail = withdrawal(terms=Terms("P2", NOW + timedelta(days=1), None), root=first)
    assert mail.subject == f"Re: {render(terms=first).subject}"
    assert mail.headers == render().headers


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "has answered since 24 November 2026, 08:18 UTC. You are next in line"),
        ("fr", "n’a répondu depuis le 24 novembre 2026 à 08:18 UTC. Vous êtes la personne suivante"),
    ],
)
@pytest.mark.parametrize("level", [DisclosureLevel.L0, DisclosureLevel.L1])
def test_an_escalation_says_since_when_nobody_has_answered(level: DisclosureLevel, language: str, line: str) -> None:
    since = NOW - timedelta(minutes=42)
    mail = render(kind=MailKind.ESCALATION, asked_since=since, language=language, level=level)
    for text in both(mail):
        assert line in text


def test_an_escalation_opens_the_thread_of_whoever_was_not_told_before() -> None:
    first = Terms("P2", NOW - timedelta(hours=1), None)
    assert render(kind=MailKind.ESCALATION).subject.startswith("[URGENT] UA · ")
    assert render(kind=MailKind.ESCALATION, root=first).subject == "Re: UA · HRD-7F3K-22Q"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", EscalationCause)
def test_an_escalation_says_that_nobody_has_answered_only_if_that_is_why(cause: EscalationCause, language: str) -> None:
    told, said = (
        render(kind=MailKind.ESCALATION, update_cause=cause, asked_since=NOW, language=language),
        words(language),
    )
    unanswered = bare(said("intro.unanswered", since=said.instant(NOW, "UTC")))
    for text in both(told):
        assert (unanswered in text) == (cause is EscalationCause.UNANSWERED)
        assert (bare(said("title.escalation")) in text) == (cause is EscalationCause.UNANSWERED)
        assert cause is EscalationCause.UNANSWERED or said(f"intro.{cause}") in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", UpdateCause)
def test_an_update_says_what_has_changed(cause: UpdateCause, language: str) -> None:
    told = render(kind=MailKind.UPDATE, update_cause=cause, language=language)
    for text in both(told):
        assert words(language)(f"news.{cause}") in text


@pytest.mark.parametrize(
    ("cause", "acts", "line"),
    [
        (
            UpdateCause.ACTION_TAKEN,
            [APPEAL, STATEMENT],
            "An action has been taken in this case: urgent appeal (Working Group).",
        ),
        (
            UpdateCause.ACTION_PLANNED,
            [APPEAL, STATEMENT],
            "An action is planned in this case: press statement (Special Rapporteur).",
        ),
        (UpdateCause.ACTION_TAKEN, [APPEAL, APPEAL], "A mechanism has acted in this case."),
        (UpdateCause.ACTION_TAKEN, [], "A mechanism has acted in this case."),
    ],
)
def test_news_of_an_action_names_the_mechanism_where_only_one_can_be_meant(
    cause: UpdateCause, acts: list[Act], line: str
) -> None:
    for text in both(render(kind=MailKind.UPDATE, update_cause=cause, acted=acts)):
        assert line in text


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Working Group: ", ", 22 November 2026 (no reply from the State", ", planned for 26 November 2026"]),
        ("fr", ["Groupe de travail : ", ", 22 novembre 2026 (aucune réponse de l’État", "prévue le 26 novembre 2026"]),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_has_already_acted_is_named_in_the_readers_language(
    kind: MailKind, language: str, lines: list[str]
) -> None:
    for text in both(render(kind=kind, language=language, acted=[APPEAL, STATEMENT])):
        assert words(language)("mail.acted") in text
        assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_is_known_to_have_acted_that_is_said_and_at_level_0_nothing(language: str) -> None:
    nobody = words(language)("acted.nobody")
    assert all(nobody in text for text in both(render(language=language)))
    assert all(nobody not in text for text in both(render(language=language, level=DisclosureLevel.L0)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_text_alone_says_why_you_what_to_do_by_when_and_who_has_acted(kind: MailKind, language: str) -> None:
    said = words(language)
    mail = render(kind=kind, language=language, acted=[APPEAL], timezone="Africa/Tunis", asked_since=NOW)
    text, _ = both(mail)
    order = ["mail.why", "mail.expected", "mail.acted", "mail.open"]
    places = [text.index(f"{said('mail.label', label=said(key))} ") for key in order]
    assert places == sorted(places)
    assert bare(said.instant(NOW + timedelta(hours=5), "Africa/Tunis")) in text
    assert "14:00 UTC (15:00" in text
    assert said.city("Africa/Tunis") in text
    assert "https://console.example/cases/HRD-7F3K-22Q" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_stays_in_the_thread_and_says_since_when_and_until_when(language: str) -> None:
    mail = render(kind=MailKind.REMINDER, language=language, asked_since=NOW)
    assert mail.subject == f"Re: {render(language=language).subject}"
    assert mail.headers == render().headers
    for text in both(mail):
        assert bare(words(language)("intro.reminder", since=words(language).instant(NOW))) in text
        assert "14:00 UTC" in text


def test_a_fact_that_is_hidden_leaves_no_empty_row() -> None:
    claim = a_claim(publisher="IACHR-RELE", confidential_fields=["/violation/country", "/violation/date"])
    mail = render(claims=[claim])
    for hidden in ("Togo", "State", "Date of the event", "20 November"):
        assert hidden not in mail.text.replace("United States", "")
    assert "arbitrary detention" in mail.text
