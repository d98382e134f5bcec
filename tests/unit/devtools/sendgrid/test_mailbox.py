"""The mailbox shows each mail as its reader has it, safely, and takes an answer without a script."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mailing import a_mail, a_sender, eventually
from providers import Listener, a_provider, fetch, listening
from tocsin.devtools.sendgrid.app import Simulator

Both = tuple[Simulator, Listener, Path]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with listening() as (listener, url), a_provider(tmp_path, url) as simulator:
        yield simulator, listener, tmp_path


def send(simulator: Simulator, home: Path, **over: object) -> str:
    """The id of the mail in the mailbox."""
    a_sender(simulator, home).send(a_mail(**{"to": "silent@m.example"} | over))
    return simulator.ledger.newest(1)[0].id


def post(simulator: Simulator, **fields: object) -> str:
    """The id of a mail that no careful sender would make."""
    to = {"personalizations": [{"to": [{"email": "silent@m.example"}]}], "from": {"email": "alerts@tocsin.example"}}
    assert fetch(f"{simulator.url}/v3/mail/send", to | fields, Authorization=f"Bearer {simulator.key}")[0] == 202
    return simulator.ledger.newest(1)[0].id


def test_mails_of_one_case_stand_together_with_what_marks_them(both: Both) -> None:
    simulator, _, home = both
    first = send(simulator, home)
    second = send(simulator, home, subject="[EXERCISE] AL · HRD-7F3K-22Q")
    send(simulator, home, subject="AL · HRD-0000-000", headers={"References": "<case.2@tocsin.example>"})
    _, _, page = fetch(f"{simulator.url}/")
    assert page.count("<article") == 2
    assert page.index("HRD-0000-000") < page.index("HRD-7F3K-22Q"), "the newest thread comes first"
    assert "Exercise" in page
    assert "SendGrid" in page
    _, _, mail = fetch(f"{simulator.url}/mails/{second}")
    assert f'href="/mails/{first}"' in mail
    assert f'href="/mails/{second}"' not in mail, "the mail itself is marked, not linked"


def test_headers_are_those_that_the_receiver_sees(both: Both) -> None:
    simulator, _, home = both
    mail_id = send(simulator, home, reply_to="reply+1@reply.tocsin.example")
    page = fetch(f"{simulator.url}/mails/{mail_id}")[2]
    headers = re.sub(r"<[^>]+>|\s+", " ", page[page.index('id="headers"') : page.index('id="events"')])
    for name in ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "References", "Auto-Submitted"):
        assert f" {name} " in headers
    assert "reply+1@reply.tocsin.example" in headers
    assert "&lt;case.1@tocsin.example&gt;" in headers


def test_hostile_content_stays_text(both: Both) -> None:
    simulator, _, _ = both
    hostile = '"><script>alert(1)</script>'
    content = [{"type": "text/plain", "value": f"text {hostile}"}, {"type": "text/html", "value": hostile}]
    mail_id = post(simulator, subject=f"UA {hostile}", content=content, headers={"X-Note": hostile})
    for path in ("/", f"/mails/{mail_id}"):
        _, headers, page = fetch(simulator.url + path)
        assert "<script" not in page
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert "sandbox" in fetch(f"{simulator.url}/mails/{mail_id}/html")[1]["Content-Security-Policy"]


def test_an_encrypted_mail_is_shown_as_such(both: Both) -> None:
    simulator, _, _ = both
    armour = "-----BEGIN PGP MESSAGE-----\n\nwcBMA\n-----END PGP MESSAGE-----\n"
    attached = {"filename": "encrypted.asc", "type": "application/pgp-encrypted"}
    attached["content"] = base64.b64encode(armour.encode()).decode()
    content = [{"type": "text/plain", "value": "An encrypted message is attached."}]
    mail_id = post(simulator, subject="UA · HRD-7F3K-22Q", content=content, attachments=[attached])
    page = fetch(f"{simulator.url}/mails/{mail_id}")[2]
    assert "Encrypted." in page
    assert "encrypted.asc" in page
    assert "This mail has no HTML part." in page
    assert "Encrypted" in fetch(f"{simulator.url}/")[2]


def answer(simulator: Simulator, mail_id: str, **fields: str) -> tuple[int, dict[str, str], str]:
    return fetch(f"{simulator.url}/mails/{mail_id}/answer", urlencode(fields).encode())


def test_the_form_answers_as_the_recipient_and_shows_what_became_of_it(both: Both) -> None:
    simulator, listener, home = both
    mail_id = send(simulator, home)
    status, headers, _ = answer(simulator, mail_id, kind="reply", text="We are on it.")
    assert (status, headers["Location"]) == (303, f"/mails/{mail_id}#answers")
    eventually(lambda: len(listener.mails()) == 1)
    raw = listener.mails()[0].form["email"]
    assert b"From: silent@m.example" in raw
    assert b"Auto-Submitted" not in raw
    eventually(lambda: "handed to Tocsin" in fetch(f"{simulator.url}/mails/{mail_id}")[2])
    assert "1 answer" in fetch(f"{simulator.url}/")[2]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "pt"])
def test_an_out_of_office_notice_is_automatic_and_has_words_of_its_own(both: Both, language: str) -> None:
    simulator, listener, home = both
    mail_id = send(simulator, home)
    assert answer(simulator, mail_id, kind="out-of-office", text="", language=language)[0] == 303
    eventually(lambda: len(listener.mails()) == 1)
    form = listener.mails()[0].form
    assert b"Auto-Submitted: auto-replied" in form["email"]
    assert b'"from": ""' in form["envelope"]
    page = fetch(f"{simulator.url}/mails/{mail_id}")[2]
    assert "Automatic" in page
    assert "no return address" in page


def test_an_empty_reply_is_not_sent_and_the_page_says_why(both: Both) -> None:
    simulator, listener, home = both
    mail_id = send(simulator, home)
    status, _, page = answer(simulator, mail_id, kind="reply", text=" ")
    assert status == 422
    assert 'role="alert"' in page
    assert answer(simulator, "nothing", kind="reply", text="x")[0] == 404
    assert listener.mails() == []


def test_every_control_has_a_label_and_every_part_can_be_reached(both: Both) -> None:
    simulator, _, home = both
    page = fetch(f"{simulator.url}/mails/{send(simulator, home)}")[2]
    for control in re.findall(r'<(?:textarea|select)[^>]* id="([^"]+)"', page):
        assert f'<label for="{control}"' in page
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page
    assert len(re.findall(r"<h1", page)) == 1
    assert page.count('dir="auto"') >= 2


def test_colours_keep_their_contrast_in_light_and_dark(both: Both) -> None:
    simulator, _, _ = both
    css = fetch(f"{simulator.url}/style.css")[2]
    for block in css.split("@media")[:2]:
        colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for ground in ("ground", "card"):
            for ink in ("ink", "quiet", "link", "urgent", "good", "bad", "exercise"):
                assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
            assert _contrast(colours["field"], colours[ground]) >= 3


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
