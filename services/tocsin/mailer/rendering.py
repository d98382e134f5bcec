"""From a letter to the mail: subject, plain text complete in itself, HTML beside it, and the headers of its thread."""

from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tocsin.knowledge.countries import country_name
from tocsin.knowledge.load import labels as known_labels
from tocsin.mailer.content import Letter
from tocsin.mailer.phrases import Phrases, phrases
from tocsin.mailer.sender import Mail
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Priority

_URGENT = {Priority.P1, Priority.P2}


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
        folder = "update" if letter.delivery.kind == "update" else "alert"
        subject, text, html = (_template(f"{folder}/{part}").render(facts) for part in _PARTS)
        return Mail(
            delivery_id=letter.delivery.delivery_id,
            attempt=letter.delivery.attempt,
            to=letter.address,
            subject=" ".join(subject.split()),
            text=text,
            html=html,
            headers=self._headers(letter.delivery.case_id),
        )

    def _headers(self, case_id: str) -> dict[str, str]:
        """The thread's root is a mail that never was, so that every recipient's first mail hangs from it as well."""
        root = f"<case.{case_id}@{self.mail_domain}>"
        return {
            "References": root,
            "In-Reply-To": root,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "List-Id": f"Tocsin alerts <alerts.{self.mail_domain}>",
        }


_PARTS = ("subject.txt", "body.txt", "body.html")


def _facts(letter: Letter, words: Phrases) -> dict[str, Any]:
    """What the templates may use. At level 0 the coded facts are absent, not hidden."""
    told = letter.level is not DisclosureLevel.L0
    return {
        "words": words,
        "label": lambda name: words["label"].format(label=name),
        "kind": letter.delivery.kind,
        "priority": letter.terms.priority,
        "urgent": letter.terms.priority in _URGENT,
        "root_subject": _root_subject(letter, words),
        "reference": letter.reference,
        "possible_repeat": letter.delivery.possible_repeat,
        "deadline": words.instant(letter.terms.reply_by) if letter.terms.reply_by else None,
        "rows": _rows(letter, words) if told else [],
        "told": told,
        "why": _why(letter, words) if told else words["why"]["undisclosed"],
    }


def _root_subject(letter: Letter, words: Phrases) -> str:
    """``[URGENT] UA · HRD-7F3K-22Q · reply by 14:00 UTC``: the same for every mail of a thread, whatever changes."""
    root, form = letter.root, words["subject"]
    urgent = form["urgent"] if root.priority == Priority.P1 else ""
    subject = f"{urgent}{'UA' if root.priority in _URGENT else 'AL'} · {letter.reference}"
    if root.reply_by is None:
        return subject
    deadline = root.reply_by.astimezone(UTC)
    same_day = deadline.date() == root.requested_at.astimezone(UTC).date()
    ending: str = form["reply_by_time"] if same_day else form["reply_by_date"]
    return subject + ending.format(date=words.day(deadline.date()), time=deadline.strftime("%H:%M"))


def _rows(letter: Letter, words: Phrases) -> list[tuple[str, str]]:
    mail, claims = words["mail"], letter.claims
    labels = known_labels(words["language"])
    violations = dict.fromkeys(labels["violations"].get(v, v) for claim in claims for v in claim.violations)
    codes = dict.fromkeys(s for claim in claims for s in (claim.country, *claim.further_states))
    states = [country_name(code, words["language"]) for code in codes]
    reporters = len({claim.publisher for claim in claims})
    return [
        (mail["violations"], ", ".join(violations)),
        (mail["states"], ", ".join(states)),
        (mail["date"], words.dates([claim.date for claim in claims])),
        (
            mail["reported_by"],
            mail["mechanism_one"] if reporters == 1 else mail["mechanism_many"].format(count=reporters),
        ),
    ]


def _why(letter: Letter, words: Phrases) -> str:
    if letter.mandate is None:
        return str(words["why"]["undisclosed"])
    names = letter.mandate.name
    name = str(names.get(words["language"]) or names.get("en") or letter.mandate.key)
    reason = known_labels(words["language"])["rules"].get(letter.rule)
    return f"{name}. {reason}" if reason else str(words["why"]["generic"].format(mandate=name))


@cache
def _template(name: str) -> Any:
    return _ENVIRONMENT.get_template(name)


_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(str(files("tocsin.mailer") / "templates")),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
