"""Tells who is on duty what does not work: by mail through the second way out, and by findings on the overview."""

import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from tocsin.domain import breaches
from tocsin.mailer.sender import Accepted, Mail, Outcome
from tocsin.mailer.writing.headers import headers_of
from tocsin.runtime.catalogues import Words, catalogue
from tocsin.store.auditing import audit_findings
from tocsin.store.auditing.audit_findings import Finding
from tocsin.store.database import reading, unit_of_work

KIND = "component_down"
"""Of the findings; the runbook says what to do."""
LANGUAGES = ("en", "fr")
FOLDER = Path(__file__).parent / "catalogues"
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Duty:
    """One mail for each change of what does not work, in both languages; it is tried again until it was accepted.

    send: by the second way out, for the first may be what fails. None: there is none, and the log has to do.
    """

    send: Callable[[Mail], Outcome] | None
    address: str
    mail_domain: str
    _told: frozenset[str] = frozenset()

    def tell(self, down: Collection[str], now: datetime) -> None:
        """down: the components that do not work now."""
        wanted = frozenset(down)
        if wanted == self._told:
            return
        if self.send is None or not self.address:
            log.error("nobody on duty can be told", extra={"kind": sorted(wanted)})
            self._told = wanted
            return
        outcome = self.send(_mail(self.address, sorted(wanted), sorted(self._told - wanted), self.mail_domain, now))
        if isinstance(outcome, Accepted):
            self._told = wanted
        else:
            log.error("who is on duty was not told", extra={"kind": sorted(wanted)})


def find(engine: Engine, down: Collection[str], now: datetime) -> bool:
    """Keep one finding for each component that does not work, and clear those of the others; True if any changed."""
    found = [Finding(KIND, component, breaches.FORMS[KIND]()) for component in down]
    with reading(engine) as connection:
        if not audit_findings.compare(connection, found, {KIND}):
            return False
    with unit_of_work(engine) as connection:
        audit_findings.record(connection, audit_findings.compare(connection, found, {KIND}), now)
    return True


def _mail(address: str, down: list[str], up: list[str], mail_domain: str, now: datetime) -> Mail:
    words = [catalogue(FOLDER, language) for language in LANGUAGES]
    text = "\n\n".join(_said(said, down, up, now) for said in words)
    subject = words[0].plain("duty.subject.down" if down else "duty.subject.up")
    mark = secrets.token_hex(16)
    headers = headers_of(f"<canary.{mail_domain}@{mail_domain}>", mail_domain)
    html = "".join(f'<p lang="{said.language}">{_said(said, down, up, now)}</p>' for said in words)
    return Mail(mark, 1, address, subject, text + "\n", f"<!doctype html><body>{html}</body>", headers, is_urgent=True)


def _said(said: Words, down: list[str], up: list[str], now: datetime) -> str:
    """Everything in it is a word of ours: no value from outside needs escaping."""
    parts = [
        said.plain(key, components=said.listed([said.plain(f"component.{each}") for each in names], "list.semicolon"))
        for key, names in (("duty.down", down), ("duty.up", up))
        if names
    ]
    return " ".join([*parts, said.plain("duty.when", when=said.instant(now)), said.plain("duty.look")])
