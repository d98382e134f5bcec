"""From a letter to the mail: subject, plain text complete in itself, HTML beside it, and the headers of its thread."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tocsin.mailer.sender import Mail
from tocsin.mailer.writing import wording
from tocsin.mailer.writing.drawing import draw, frame
from tocsin.mailer.writing.full_text import as_entity, full_text
from tocsin.mailer.writing.headers import headers_of, root_of_case
from tocsin.mailer.writing.letters import Letter, Sent
from tocsin.mailer.writing.subjects import subject_of
from tocsin.mailer.writing.words import words
from tocsin.runtime.catalogues import Words
from tocsin.runtime.openpgp import UnfitCertificate
from tocsin.store.mail.deliveries import URGENT
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import MailKind

log = logging.getLogger(__name__)


def _nowhere(_delivery_id: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Rendering:
    """Writes mails.

    pages_url: where links lead, the recipients' pages. mail_domain: domain of the threads' roots. reply_to: the
    address for answers to a delivery, if there is one.
    """

    pages_url: str
    mail_domain: str
    reply_to: Callable[[str], str | None] = _nowhere

    def __call__(self, letter: Letter) -> Mail:
        said = words(letter.language)
        facts = self._facts(letter, said)
        encrypted = _encrypted(letter, facts, said)
        headers = headers_of(root_of_case(letter.case_id, self.mail_domain), self.mail_domain)
        mail = self.mail(letter, facts | {"is_encrypted": encrypted is not None}, subject_of(letter, said), headers)
        return replace(mail, encrypted=encrypted)

    def mail(self, letter: Sent, facts: dict[str, Any], subject: str, headers: dict[str, str]) -> Mail:
        """The mail of a letter of any sort. facts: for the templates of its kind."""
        delivery = letter.delivery
        text, html = draw(delivery.kind, facts)
        return Mail(
            delivery_id=delivery.delivery_id,
            attempt=delivery.attempt,
            to=letter.address,
            subject=subject,
            text=text,
            html=html,
            headers=headers,
            is_urgent=delivery.priority in URGENT,
            reply_to=self.reply_to(delivery.delivery_id),
        )

    def link(self, reference: str) -> str:
        """To the page of a case."""
        return f"{self.pages_url.rstrip('/')}/cases/{reference}"

    def _facts(self, letter: Letter, said: Words) -> dict[str, Any]:
        opening = frame(
            said,
            wording.title(letter, said),
            wording.intro(letter, said),
            urgent=letter.terms.priority in URGENT and letter.delivery.kind is not MailKind.WITHDRAWAL,
            possible_repeat=letter.delivery.possible_repeat,
        )
        return opening | _case(letter, said) | {"link": self.link(letter.reference)}


def _encrypted(letter: Letter, facts: dict[str, Any], said: Words) -> str | None:
    """The mail with the full text, for the reader's eyes alone; the clear one says coded facts and that it is there.

    None if nothing can be encrypted to the reader, also where that shows only now: then coded facts go alone.
    """
    if not letter.opened or letter.certificate is None:
        return None
    text, _ = draw(letter.delivery.kind, facts | {"is_encrypted": False})
    try:
        return letter.certificate.encrypt(as_entity(f"{text}\n{full_text(letter.opened, said)}"))
    except UnfitCertificate as unfit:
        log.error("nothing can be encrypted to a certificate", extra={"code": str(unfit.reason)})
        return None


def _case(letter: Letter, said: Words) -> dict[str, Any]:
    """What the templates may say of the case. At level 0 the coded facts are absent, not hidden."""
    told = letter.level is not DisclosureLevel.L0
    return {
        "kind": letter.delivery.kind.value,
        "reference": said.foreign(letter.reference),
        "urgency": said(f"priority.{letter.terms.priority}"),
        "expected": wording.expected(letter, said),
        "told": told,
        "rows": wording.rows(letter, said) if told else [],
        "acted": wording.acted(letter, said) if told else [],
        "why": wording.why(letter, said) if told else said("why.undisclosed"),
    }
