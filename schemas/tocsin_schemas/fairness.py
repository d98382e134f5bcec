"""The shape of the facts by which reports of many publishers share one service."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tocsin_schemas.knowledge import Sourced
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority


class Share(Sourced):
    """What each publisher may send of one priority before further reports wait their turn.

    per_second, burst: of the token bucket: how fast it fills, and how much it holds. weight: how often a waiting report
    of this priority has its turn, beside those of other priorities.
    """

    priority: Priority
    weight: Annotated[int, Field(ge=1)]
    per_second: Annotated[float, Field(gt=0)]
    burst: Annotated[int, Field(ge=1)]


class Release(Sourced):
    """When a report that waits has its turn.

    clear: what was announced before has been followed, but for what is younger than this; until then only publishers
    that have a token left. busy: the part of a worker's time that waiting reports get while others arrive.
    """

    clear: timedelta
    busy: Annotated[float, Field(gt=0, le=0.5)]


class Fairness(Model):
    """shares: by priority, each of them once."""

    release: Release
    shares: Mapping[Priority, Share]
