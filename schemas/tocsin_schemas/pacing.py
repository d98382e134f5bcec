"""The shape of the facts by which mails are paced: how many a person gets, and how long what can wait is gathered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tocsin_schemas.knowledge import Sourced
from tocsin_schemas.model import Model
from tocsin_schemas.vocabulary import Priority


class Budget(Sourced):
    """How many mails a person gets within a period before further ones are gathered."""

    period: timedelta
    per_case: Annotated[int, Field(ge=1)]
    in_all: Annotated[int, Field(ge=1)]


class Gathering(Sourced):
    """How long mails of one priority are gathered into one.

    over_budget: once the budget is spent; absent where no budget holds a mail.
    """

    priority: Priority
    window: timedelta
    over_budget: timedelta | None = None


class Pacing(Model):
    """Everything that paces mails. gathering: by priority, each of them once."""

    budget: Budget
    gathering: Mapping[Priority, Gathering]
