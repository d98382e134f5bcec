"""What mails are written from, and what may come instead of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tocsin.domain.routing.disclosure import Shown
from tocsin.store.deliveries import Delivery
from tocsin.store.threads import Terms
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.deliveries import DeliveryCause
from tocsin_schemas.knowledge import Mandate


@dataclass(frozen=True, slots=True)
class Basis:
    """A report on which a mail rests, without whatever may not be shown of it.

    publisher: counted, never named. fields: of the report, that are shown; none where it only lets us say that there
    is a case. facts: what can be told from these fields.
    """

    report_id: str
    publisher: str
    fields: frozenset[str] = frozenset()
    facts: Shown = field(default_factory=Shown)


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

    root: terms of the first mail of the thread. asked_since: of an escalation, since when nobody has answered.
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
