"""What mails are written from, and what may come instead of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tocsin.domain.routing.resting import Basis as Basis
from tocsin.mailer.writing.full_text import Opened
from tocsin.runtime.openpgp import Certificate
from tocsin.store.mail.deliveries import Delivery
from tocsin.store.mail.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import DeliveryCause
from tocsin_schemas.knowledge import Mandate


@dataclass(frozen=True, slots=True)
class Act:
    """What mechanisms have done or plan. mechanisms: their names by language. replied: None if no reply is awaited."""

    mechanisms: Sequence[Mapping[str, str]]
    action: str
    planned: bool
    on: date | None
    replied: bool | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one mail is written from.

    root: terms of the first mail of the thread. asked_since: of an escalation or a reminder, since when nobody has
    answered. timezone: of the reader, an IANA name. opened: reports whose full text goes with it, encrypted to
    certificate.
    """

    delivery: Delivery
    alert_id: str
    case_id: str
    reference: str
    rests_on: Sequence[Basis]
    mandate: Mandate | None
    rule: str
    level: DisclosureLevel
    terms: Terms
    root: Terms
    language: str
    address: str
    acted: Sequence[Act] = ()
    asked_since: datetime | None = None
    timezone: str = "UTC"
    opened: Sequence[Opened] = ()
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class GatheredLetter:
    """A bundle or a digest. entries: the letters that it tells in one; several may be about one case."""

    delivery: Delivery
    entries: Sequence[Letter]
    language: str
    timezone: str
    address: str


@dataclass(frozen=True, slots=True)
class DrillLetter:
    """An exercise. mandate: of which it is one; None if it is of all. answer_by: when it is looked at who answered."""

    delivery: Delivery
    drill_id: str
    mandate: Mandate | None
    answer_by: datetime
    language: str
    timezone: str
    address: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing may be told any more, or there is nothing to tell."""

    cause: DeliveryCause
    detail: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """What to say depends on a mail that another sender holds."""

    until: datetime
    cause: DeliveryCause
    detail: str


Sent = Letter | GatheredLetter | DrillLetter
"""What becomes a mail."""
Written = Sent | Withheld | Postponed
