"""Bundles, digests and drills say what they are in every language, and each part of them is complete."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from databases import NOW
from mailing import a_letter
from tocsin.mailer.sender import Mail
from tocsin.mailer.writing.composing import compose
from tocsin.mailer.writing.letters import DrillLetter, GatheredLetter, Letter
from tocsin.mailer.writing.rendering import Rendering
from tocsin.mailer.writing.words import FOLDER, words
from tocsin.runtime.catalogues import languages, missing
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel, UpdateCause
from tocsin_schemas.deliveries import MailKind

LANGUAGES = languages(FOLDER)
PLAIN = Rendering("https://pages.example/", "tocsin.example")
ANSWERED = Rendering("https://pages.example", "tocsin.example", lambda delivery: f"reply+{delivery}@in.example")
BUNDLE, DIGEST = MailKind.BUNDLE, MailKind.DIGEST


def an_entry_of(number: int, priority: str = "P1", **over) -> Letter:
    terms = Terms(priority, NOW, NOW + timedelta(hours=5 + number))
    return replace(a_letter(terms=terms, **over), case_id=f"{number:032x}", reference=f"HRD-{number:04d}-AAA")


def gathered(entries: list[Letter], kind: MailKind = BUNDLE, language: str = "en", rendering: Rendering = PLAIN) -> Mail:  # fmt: skip
    delivery = replace(a_letter().delivery, kind=kind, alert_id=None, case_id=None, requested_at=NOW)
    return compose(rendering, GatheredLetter(delivery, entries, language, "Africa/Tunis", "desk@mechanism.example"))


def a_drill(language: str = "en", mandate: object = None, **over) -> Mail:
    delivery = replace(a_letter().delivery, kind=MailKind.DRILL, alert_id=None, case_id=None, **over)
    letter = DrillLetter(
        delivery, "d0" * 16, mandate, NOW + timedelta(hours=2), language, "Africa/Tunis", "a@b.example"
    )
    return compose(PLAIN, letter)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [BUNDLE, DIGEST])
def test_every_case_stands_in_text_and_html_with_what_is_known_what_is_expected_and_its_link(
    language: str, kind: MailKind
) -> None:
    entries = [an_entry_of(n, "P3" if n % 2 else "P2", language=language) for n in range(25)]
    mail = gathered(entries, kind, language)
    said = words(language)
    assert f'<html lang="{language}" dir="{said.dir}">' in mail.html
    for entry in entries:
        assert f"https://pages.example/cases/{entry.reference}" in mail.text
        assert f"https://pages.example/cases/{entry.reference}" in mail.html
    urgency = [str(said(f"priority.{p}")) for p in ("P2", "P3")]
    assert [mail.text.count(urgent) for urgent in urgency] == [13, 12]
    assert not re.search(r"\b(bundle|digest|mail|expected)\.[a-z_]+", mail.text), "a key without words"
    assert missing(FOLDER, language) == []


def test_the_most_urgent_case_comes_first_and_many_are_told_in_short() -> None:
    mail = gathered([an_entry_of(n, "P4") for n in range(30)] + [an_entry_of(99, "P1")])
    assert mail.text.index("HRD-0099-AAA") < mail.text.index("HRD-0000-AAA")
    assert mail.text.index("The other cases, in short:") < mail.text.index("HRD-0019-AAA")
    assert "HRD-0018-AAA" in mail.text.partition("The other cases, in short:")[0]
    assert len(mail.html) < 102_400, "what a common reader shows of a mail before it cuts it off"


def test_several_letters_about_one_case_are_one_part_of_the_mail() -> None:
    planned, replied = UpdateCause.ACTION_PLANNED, UpdateCause.STATE_REPLIED
    of_one = [an_entry_of(1, kind=MailKind.UPDATE, update_cause=cause) for cause in (planned, replied)]
    mail = gathered([*of_one, an_entry_of(2)])
    assert mail.subject == "[URGENT] UA · 2 cases · reply by 15:00 UTC"
    assert mail.text.count("/cases/HRD-0001-AAA") == 1
    assert "plans to act" in mail.text
    assert "has replied" in mail.text


def test_updates_of_a_single_case_stay_in_its_thread() -> None:
    mail = gathered([an_entry_of(7, kind=MailKind.UPDATE, update_cause=UpdateCause.STATE_REPLIED)])
    assert mail.subject == "Re: [URGENT] UA · HRD-0007-AAA · reply by 21:00 UTC"
    assert mail.headers["References"] == f"<case.{7:032x}@tocsin.example>"
    assert "News in a case within your mandate" in mail.text


def test_at_level_0_a_case_is_only_named_by_its_number() -> None:
    mail = gathered([an_entry_of(1, level=DisclosureLevel.L0), an_entry_of(2)])
    first, second = mail.text.split("-" * 76)[1:3]
    assert "Togo" not in first
    assert "HRD-0001-AAA" in first
    assert "Togo" in second


def test_only_a_digest_can_be_left_by_answering_it() -> None:
    entries = [an_entry_of(1, "P3"), an_entry_of(2, "P4")]
    digest = gathered(entries, DIGEST, rendering=ANSWERED)
    assert digest.subject == "Daily digest · 24 November 2026 · 2 cases"
    assert digest.headers["List-Unsubscribe"] == f"<mailto:reply+{'0f' * 16}@in.example?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in digest.headers
    assert "List-Unsubscribe" not in gathered(entries, DIGEST).headers
    assert "List-Unsubscribe" not in gathered(entries, BUNDLE, rendering=ANSWERED).headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drill_is_marked_as_an_exercise_wherever_one_may_look(language: str) -> None:
    said, mail = words(language), a_drill(language)
    mark = str(said("subject.exercise"))
    assert mail.subject.startswith(mark)
    assert mail.text.startswith(mark)
    assert f"<title>{mark} " in mail.html
    assert mail.html.count(str(said("mail.exercise"))) == 2
    assert str(said("drill.no_case")) in " ".join(mail.text.split())
    assert f"https://pages.example/drills/{'d0' * 16}" in mail.text
    assert "/cases/" not in mail.text + mail.html
    assert "List-Unsubscribe" not in mail.headers


def test_a_drill_says_of_which_mandate_and_by_when() -> None:
    mail = a_drill(mandate=SimpleNamespace(name={"en": "Working Group on Arbitrary Detention"}))
    text = " ".join(mail.text.split())
    assert "within this mandate: Working Group on Arbitrary Detention." in text
    assert "confirm by 24 November 2026, 11:00 UTC (12:00 Tunis time)" in text
    assert mail.subject == "[EXERCISE] please confirm by 24 November 2026, 11:00 UTC · no case is behind it"
    assert "Possible repeat" in a_drill(possible_repeat=True).text
