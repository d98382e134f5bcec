"""A drill on its way through the services: no case and nobody's alert is behind it."""

from typing import Annotated

from pydantic import Field

from tocsin_schemas.alerts import OpaqueId
from tocsin_schemas.dates import Instant
from tocsin_schemas.model import Model


class DrillResolved(Model):
    """The resolver has taken a drill report, and keeps nothing of it."""

    drill_id: OpaqueId
    published_at: Instant
    """As its publisher signed it."""
    at: Instant


class DrillDispatched(DrillResolved):
    """The dispatcher has worked out a route, thrown it away, and names the canary mailbox in its place."""

    recipients: Annotated[list[OpaqueId], Field(min_length=1, max_length=10)]
