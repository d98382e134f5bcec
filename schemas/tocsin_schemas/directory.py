"""Who holds which mandate, and how they wish to be told. Addresses are kept apart, sealed."""

from datetime import date
from typing import Annotated

from pydantic import Field

from tocsin_schemas.alerts import DisclosureLevel, OpaqueId
from tocsin_schemas.model import Model
from tocsin_schemas.text import Identifier, Language, Line


class Seat(Model):
    """What is known of a person who receives alerts, apart from who it is."""

    mandates: Annotated[list[Identifier], Field(min_length=1, max_length=20)]
    """Keys of ``knowledge/mandates``, for example ``UN-WGAD``."""
    role: Line
    language: Language
    timezone: Line = "UTC"
    level: DisclosureLevel = DisclosureLevel.L1
    valid_from: date | None = None
    valid_to: date | None = None


class Recipient(Seat):
    """One person who receives alerts for one or more mandates."""

    recipient_id: OpaqueId


class RecipientEntry(Seat):
    """A recipient as an administrator writes it (``tocsin directory load``)."""

    address: Line
