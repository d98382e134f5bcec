"""What the mailer asks of a mail provider, in words that belong to no provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from tocsin_schemas.deliveries import DeliveryState


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. The provider learns of it only what is here; ids are opaque.

    headers: added to those that the transport writes itself. is_urgent: it may go by the second provider as soon as
    the first fails. reply_to: address for answers. encrypted: the whole content as an OpenPGP message (ASCII armour);
    text and html then only say that it is there.
    """

    delivery_id: str
    attempt: int
    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    is_urgent: bool = False
    reply_to: str | None = None
    encrypted: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the mail upon itself. It is not delivered yet."""

    provider_message_id: str
    provider: str = "sendgrid"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refuses this mail and will refuse it again."""

    code: str


class Stops(Enum):
    """Which other mails would fare no better."""

    ALL = "all"
    ROUTINE = "routine"
    """Those that are not urgent: urgent ones go another way."""
    NONE = "none"
    """The provider only put off this one."""


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Nothing was accepted; the next mail would fare no better before ``until``.

    reason: ``throttled``, ``unreachable`` or ``unauthorised``.
    """

    until: datetime
    reason: str
    stops: Stops = Stops.ALL


@dataclass(frozen=True, slots=True)
class Unknown:
    """The mail may have been accepted or not: only the provider's events or its log can tell."""

    reason: str
    provider: str = "sendgrid"


Outcome = Accepted | Rejected | RetryAfter | Unknown


class Sender(Protocol):
    def send(self, mail: Mail) -> Outcome:
        """Hand ``mail`` to the provider. Called from several threads at once; never raises for what a provider does."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that the provider has in its log, and where it stands. attempt: by which it left, if that is known."""

    state: DeliveryState
    provider_message_id: str
    attempt: int | None = None


class LogUnavailable(Exception):
    """The provider's log cannot be asked at present."""


class SentLog(Protocol):
    def find(self, delivery_id: str, to: str, reference: str, since: datetime) -> Sent | None:
        """Look for a mail that may have been accepted; raises LogUnavailable.

        reference: stands in the subject, and narrows the search.
        """
        ...


class CopiesLog(Protocol):
    def copies(self, delivery_id: str, to: str, reference: str, since: datetime) -> Sequence[Sent]:
        """As ``SentLog.find``, every copy of a mail: it may have been sent more than once."""
        ...
