"""Property: no mail of any kind, level or language holds what it must not, and what is slipped in is found.

``TOCSIN_MAILS`` says how many mails (``make mails``: 5,000).
"""

import os
import re
from html.parser import HTMLParser

import pytest

from protected_mails import HOSTILE, KINDS, hidings, make
from tocsin.mailer.gate import stops
from tocsin_schemas.deliveries import MailKind

COUNT = int(os.environ.get("TOCSIN_MAILS", "150"))
EXPECTED = {
    "Auto-Submitted": re.compile("auto-generated"),
    "X-Auto-Response-Suppress": re.compile("OOF, AutoReply"),
    "List-Id": re.compile(re.escape("Tocsin alerts <alerts.tocsin.example>")),
    "References": re.compile(r"<(case|bundle|digest|drill)\.[0-9a-f]{32}@tocsin\.example>"),
}
SUBJECT = re.compile(r"[^\r\n\x00-\x1f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069<>{}=?]+")
HIDINGS = list(hidings())


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def test_no_mail_holds_anything_above_its_level_and_its_headers_are_as_expected() -> None:
    seen = set()
    for number in range(COUNT):
        made = make(number)
        mail = made.mail
        seen.add(made.kind)
        assert not stops(mail, made.guarded), number
        whole = "\n".join([mail.subject, mail.text, mail.html, *mail.headers.values()]).casefold()
        assert [secret for secret in made.secrets if secret.casefold() in whole] == []
        assert mail.headers["In-Reply-To"] == mail.headers["References"]
        digest_only = {"List-Unsubscribe"} if made.kind is MailKind.DIGEST else set()
        assert mail.headers.keys() == EXPECTED.keys() | {"In-Reply-To"} | digest_only
        assert all(pattern.fullmatch(mail.headers[name]) for name, pattern in EXPECTED.items())
        assert SUBJECT.fullmatch(mail.subject), mail.subject
        assert mail.reply_to == f"reply+{'0f' * 16}@in.example"
    assert seen == set(KINDS)


def test_hostile_names_stay_text() -> None:
    for number in range(min(COUNT, 500)):
        html = make(number).mail.html
        tags = Tags(html).found
        assert {tag for tag, _ in tags} <= {
            *("html", "head", "meta", "title", "body", "table", "tr", "td", "main", "footer", "p", "h1", "h2", "h3"),
            *("bdi", "span", "a", "dl", "div", "dt", "dd", "ul", "li", "section", "article", "hr", "strong"),
        }
        assert not [names for _, names in tags if any(name.startswith("on") or name == "src" for name in names)]
        assert "49" not in re.sub(r"\d{3,}|#\w+|0{2,}", "", re.sub("<[^>]*>", "", html)), "a template was evaluated"
        assert not re.search("[\u202a-\u202e\u200e]", html)


@pytest.mark.parametrize(("way", "hide"), HIDINGS, ids=[way for way, _ in HIDINGS])
def test_what_is_slipped_in_is_found_wherever_it_is(way: str, hide: object) -> None:
    assert callable(hide)
    for number in range(max(COUNT // len(HIDINGS), 8)):
        made = make(number)
        for secret in made.secrets:
            assert stops(hide(made.mail, secret), made.guarded), (number, secret)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_value_neither_breaks_the_gate_nor_hides_a_name(hostile: str) -> None:
    made = make(1)
    secret = made.secrets[0]
    for _, hide in HIDINGS:
        assert stops(hide(made.mail, f"{hostile} {secret} {hostile}"), made.guarded)
