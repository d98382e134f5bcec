"""From a letter to the mail: subject, plain text complete in itself, HTML beside it, and the headers of its thread."""

from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tocsin.mailer import wording
from tocsin.mailer.letters import Letter
from tocsin.mailer.phrases import Phrases, phrases
from tocsin.mailer.sender import Mail
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import MailKind
from tocsin_schemas.vocabulary import Priority

_URGENT = {Priority.P1, Priority.P2}
_REPLIES = {MailKind.UPDATE, MailKind.WITHDRAWAL}
ACCENTS = {True: "#9b1c1c", False: "#1f4e5f"}
"""Of what is urgent, and of the rest."""
_PARTS = ("body.txt", "body.html")


@dataclass(frozen=True, slots=True)
class Rendering:
    """Writes mails.

    console_url: where links lead. mail_domain: domain of the threads' roots.
    """

    console_url: str
    mail_domain: str

    def __call__(self, letter: Letter) -> Mail:
        words = phrases(letter.language)
        facts = _facts(letter, words) | {"link": f"{self.console_url.rstrip('/')}/cases/{letter.reference}"}
        text, html = (template(f"{letter.delivery.kind}/{part}").render(facts) for part in _PARTS)
        return Mail(
            delivery_id=letter.delivery.delivery_id,
            attempt=letter.delivery.attempt,
            to=letter.address,
            subject=_subject(letter, words),
            text=text,
            html=html,
            headers=headers_of(f"<case.{letter.case_id}@{self.mail_domain}>", self.mail_domain),
        )


def headers_of(root: str, mail_domain: str) -> dict[str, str]:
    """``root``: of the thread, a mail that never was, so that every recipient's first mail hangs from it as well."""
    return {
        "References": root,
        "In-Reply-To": root,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": f"Tocsin alerts <alerts.{mail_domain}>",
    }


def _facts(letter: Letter, words: Phrases) -> dict[str, Any]:
    """What the templates may use. At level 0 the coded facts are absent, not hidden."""
    told, kind = letter.level is not DisclosureLevel.L0, letter.delivery.kind
    return {
        "words": words,
        "label": lambda name: words["label"].format(label=name),
        "kind": kind.value,
        "accent": ACCENTS[letter.terms.priority in _URGENT and kind is not MailKind.WITHDRAWAL],
        "urgency": words["priority"][letter.terms.priority],
        "reference": letter.reference,
        "possible_repeat": letter.delivery.possible_repeat,
        "intro": wording.intro(letter, words),
        "expected": wording.expected(letter, words),
        "rows": wording.rows(letter, words) if told else [],
        "acted": wording.acted(letter, words) if told else [],
        "told": told,
        "why": wording.why(letter, words) if told else words["why"]["undisclosed"],
    }


def _subject(letter: Letter, words: Phrases) -> str:
    """The root's subject for every mail of a thread, whatever changes; from the second mail on as a reply."""
    is_reply = letter.delivery.kind in _REPLIES or letter.root != letter.terms
    return ("Re: " if is_reply else "") + _root_subject(letter, words)


def _root_subject(letter: Letter, words: Phrases) -> str:
    """``[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC``."""
    root, form = letter.root, words["subject"]
    urgent = form["urgent"] if root.priority == Priority.P1 else ""
    subject = f"{urgent}{'UA' if root.priority in _URGENT else 'AL'} · {letter.reference}"
    if root.reply_by is None:
        return subject
    deadline = root.reply_by.astimezone(UTC)
    same_day = deadline.date() == root.requested_at.astimezone(UTC).date()
    ending: str = form["reply_by_time"] if same_day else form["reply_by_date"]
    return subject + ending.format(date=words.day(deadline.date()), time=deadline.strftime("%H:%M"))


@cache
def template(name: str) -> Any:
    """A template by its path."""
    return _ENVIRONMENT.get_template(name)


_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(str(files("tocsin.mailer") / "templates")),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
