"""Every kind of mail can be drawn in every language, and axe is asked of what a browser shows."""

import pytest

from tocsin.devtools.mails import browser
from tocsin.devtools.mails.samples import samples
from tocsin_schemas.deliveries import MailKind


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
def test_there_is_a_sample_of_every_kind_in_every_language(language: str) -> None:
    found = dict(samples(language))
    assert found.keys() >= {kind.value for kind in MailKind}
    assert all(f'<html lang="{language}"' in mail.html and mail.text for mail in found.values())


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
def test_axe_finds_nothing_wrong_with_a_mail_and_finds_what_is_planted() -> None:
    html = dict(samples("ar"))["alert"].html
    assert browser.faults(html) == []
    planted = html.replace("<dl ", "<ul ").replace("color:#5a5f66", "color:#bbbbbb")
    assert {rule for rule, _ in browser.faults(planted)} >= {"color-contrast", "dlitem"}
