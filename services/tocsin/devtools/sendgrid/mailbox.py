"""The mailbox page: every mail as its recipient has it, and a form to answer. No script.

A mail's own HTML stays in a sandboxed frame of its own.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tocsin.devtools.sendgrid import replies
from tocsin.devtools.sendgrid.answering import Letter, answer_to, envelope_of
from tocsin.devtools.sendgrid.answers import Answer
from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.inbound import Inbound
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.reading import answers_of, events_of, headers_of, line_of, threads_of

PAGE_SIZE = 200
_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'"
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox"
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية", "ru": "Русский", "pt": "Português"}
Query = Mapping[str, list[str]]


class Mailbox:
    """Pages over a ledger and what came back."""

    def __init__(self, ledger: Ledger, inbound: Inbound, clock: Clock) -> None:
        self._ledger, self._inbound, self._clock = ledger, inbound, clock

    def answer(self, method: str, path: str, query: Query, body: bytes) -> Answer:
        parts = path.strip("/").split("/")
        mail = self._ledger.find(parts[1]) if parts[0] == "mails" and len(parts) in {2, 3} else None
        if method == "POST":
            is_answer = mail is not None and parts[2:] == ["answer"]
            return self._take_answer(mail, body) if mail is not None and is_answer else _page("missing.html", 404)
        if method not in {"GET", "HEAD"}:
            return _page("missing.html", 405)
        if path == "/":
            return self._list(query)
        if path == "/style.css":
            return _answer(200, "text/css", _POLICY, _style())
        if mail is not None and len(parts) == 2:
            return self._mail(mail)
        if mail is not None and parts[2] == "html" and mail["html"]:
            return _answer(200, "text/html", _MAIL_POLICY, mail["html"])
        return _page("missing.html", 404)

    def _list(self, query: Query) -> Answer:
        number = next((int(n) for n in query.get("page", ()) if n.isdigit() and 0 < int(n) < 100_000), 1)
        start = (number - 1) * PAGE_SIZE
        entries = self._ledger.newest(start + PAGE_SIZE)[start:]
        total = len(self._ledger)
        threads = threads_of(entries, self._inbound, self._clock.now())
        return _page("list.html", threads=threads, total=total, number=number, more=total > start + PAGE_SIZE)

    def _mail(self, mail: dict[str, Any], fault: str = "", typed: str = "") -> Answer:
        entry, now = self._ledger.entry(mail["id"]), self._clock.now()
        assert entry is not None, "the mail was found by its id"
        facts: dict[str, Any] = {
            "mail": mail,
            "line": line_of(entry, self._inbound, now),
            "headers": headers_of(mail),
            "events": events_of(entry, self._inbound, now),
            "answers": answers_of(mail, self._inbound),
            "thread": [line_of(one, self._inbound, now) for one in self._ledger.thread(entry.thread or entry.id)],
            "languages": LANGUAGES,
            "fault": fault,
            "typed": typed,
        }
        return _page("mail.html", 422 if fault else 200, **facts)

    def _take_answer(self, mail: dict[str, Any], body: bytes) -> Answer:
        """``kind``: ``reply`` or ``out-of-office``; ``text``; ``language`` of a notice whose text is left empty."""
        form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        text, kind = form.get("text", "").strip(), form.get("kind", "reply")
        if kind == "out-of-office":
            letter = _notice(text, form.get("language", "en"), str(mail["subject"]))
        elif text:
            letter = Letter(text)
        else:
            return self._mail(mail, fault="Write an answer first, or choose “Out of office”.")
        answer = answer_to(mail, letter, self._clock.now())
        self._inbound.take_in(answer.as_bytes(), envelope_of(answer, letter, is_raw=True), mail["id"])
        return Answer(303, b"", {"Location": f"/mails/{mail['id']}#answers"})


def _notice(text: str, language: str, subject: str) -> Letter:
    """An out-of-office notice as a well-behaved mail server sends it."""
    sample = next((s for s in replies.load() if s.kind == "out-of-office" and s.language == language), None)
    words = text or (sample.text if sample else "I am out of the office.")
    return Letter(
        words,
        subject=sample.subject_for(subject) if sample and not text else f"Automatic reply: {subject}",
        headers={"X-Auto-Response-Suppress": "All"},
        auto_submitted="auto-replied",
        return_path="",
    )


def _page(name: str, status: int = 200, **facts: Any) -> Answer:
    return _answer(status, "text/html", _POLICY, _ENVIRONMENT.get_template(name).render(facts))


def _answer(status: int, kind: str, policy: str, text: str) -> Answer:
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Security-Policy": policy}
    return Answer(status, text.encode(), headers)


@cache
def _style() -> str:
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


_TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
