"""Makes a brief from what is stored."""

from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.briefing.cases import Period
from tocsin.domain.briefing.composing import Brief, compose
from tocsin.domain.routing.consent import addressee
from tocsin.knowledge.load import load
from tocsin.store import briefing
from tocsin.store.database import reading


def brief_of(engine: Engine, period: Period, now: datetime) -> Brief:
    """The brief as it stands now, for all mechanisms that are known."""
    mechanisms = [addressee(mechanism) for mechanism in load().mechanisms.values()]
    with reading(engine) as connection:
        return compose(
            period,
            briefing.case_rows(connection, period),
            briefing.action_rows(connection, period),
            briefing.recommendation_rows(connection, period),
            mechanisms,
            now,
        )
