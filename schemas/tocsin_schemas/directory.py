"""Who holds which mandate, and how they wish to be told. Addresses are kept apart, sealed."""

import re
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tocsin_schemas.alerts import DisclosureLevel, OpaqueId
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.model import Model
from tocsin_schemas.text import Identifier, Language, Line


class Role(StrEnum):
    """What a person does for a mandate; the order is that of the escalation chain."""

    STAFF = "staff"
    FOCAL_POINT = "focal_point"
    MANDATE_HOLDER = "mandate_holder"
    DEPUTY = "deputy"
    DUTY_OFFICER = "duty_officer"


class Weekday(StrEnum):
    """Days in the order of ``date.weekday()``."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _whole_minutes(value: time) -> time:
    if value.second or value.microsecond:
        raise PydanticCustomError("time_not_in_minutes", "write hours and minutes, such as 18:30")
    return value


class DutyHours(Model):
    """When a person is at work, by their own clock; ``end`` before ``start`` runs past midnight."""

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    start: Annotated[time, AfterValidator(_whole_minutes)]
    end: Annotated[time, AfterValidator(_whole_minutes)]


class Absence(Model):
    """Days on which somebody else is told instead."""

    first_day: date
    last_day: date
    delegate: Identifier | None = None
    """Key of the person who stands in; without one, the next in line is told."""


_zones = cache(available_timezones)
"""Asking for them reads the whole time zone database."""


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise PydanticCustomError("timezone_unknown", "name a time zone of the IANA database, such as Africa/Tunis")
    return value


def _one_mailbox(value: str) -> str:
    if not _MAILBOX.fullmatch(value):
        raise PydanticCustomError("address_malformed", "write one e-mail address, such as desk@mechanism.example")
    return value


_MAILBOX = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+""")
MailAddress = Annotated[Line, AfterValidator(_one_mailbox)]
"""One address and nothing else, so that none can be slipped in beside it."""


Armour = Annotated[str, Field(max_length=64 * 1024)]
"""An OpenPGP certificate as text."""


class Seat(Model):
    """What is known of a person who receives alerts, apart from who it is."""

    key: Identifier
    """Names the entry for administrators, for example ``un-wgad-desk-1``. Not a person's name."""
    mandates: Annotated[list[Identifier], Field(min_length=1, max_length=20)]
    """Keys of ``knowledge/mandates``, for example ``UN-WGAD``."""
    role: Role
    title: Line | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=7)]
    """The first is the one that mails are written in."""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    duty_hours: DutyHours | None = None
    absences: Annotated[list[Absence], Field(max_length=50)] = []
    deputy: Identifier | None = None
    """Key of the person who is told next if nobody answers."""
    level: DisclosureLevel = DisclosureLevel.L1
    openpgp_fingerprint: Annotated[str, Field(pattern=r"^[0-9A-F]{40}([0-9A-F]{24})?$")] | None = None
    """Of the certificate to which mail above L1 is encrypted; without one, none is sent."""
    digest_at: time | None = None
    """When the daily digest is sent, by the person's own clock."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The first day after."""

    @property
    def language(self) -> Language:
        return self.languages[0]

    @property
    def highest_level(self) -> DisclosureLevel:
        """The most that this person is told: above coded facts only what can be encrypted to them."""
        return self.level if self.openpgp_fingerprint is not None else min(self.level, DisclosureLevel.L1)


class Recipient(Seat):
    """One person who receives alerts for one or more mandates."""

    recipient_id: OpaqueId


class RecipientEntry(Seat):
    """A recipient as an administrator writes it (YAML)."""

    addresses: Annotated[dict[Channel, MailAddress], Field(min_length=1)]
    """By channel; every person has at least an e-mail address."""
    openpgp: Armour | None = None
    """The OpenPGP certificate (public key) in ASCII armour."""

    @model_validator(mode="after")
    def _has_mail(self) -> "RecipientEntry":
        if Channel.EMAIL not in self.addresses:
            raise PydanticCustomError("address_missing", "every person has at least an e-mail address")
        return self


class Digest(Model):
    """Whether what can wait comes once a day. at: by the person's own clock; None: each mail by itself."""

    at: Annotated[time, AfterValidator(_whole_minutes)] | None = None


class Preferences(Model):
    """What a person decides alone of how they are told; the entry that two have approved says the rest.

    It never adds to whom or what may be told. What is left out is as the entry has it.
    """

    language: Language | None = None
    digest: Digest | None = None
    coded_facts_only: bool = False
    """No full text, though the entry allows it."""
    absences: Annotated[list[Absence], Field(max_length=10)] = []
