"""Makes a brief from what is stored."""

from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.briefing.cases import Period
from tocsin.domain.briefing.composing import Brief, compose
from tocsin.domain.routing.consent import addressee
from tocsin.knowledge.load import load
from tocsin.store.casework import case_figures
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import briefing


def brief_of(engine: Engine, period: Period, now: datetime) -> Brief:
    """The brief as it stands now, for all mechanisms that are known."""
    mechanisms, rules = [addressee(mechanism) for mechanism in load().mechanisms.values()], load().version[:64]
    with reading(engine) as connection:
        missing = briefing.unweighed(connection, period, rules, now)
    for at in range(0, len(missing), case_figures.AT_ONCE):
        with unit_of_work(engine) as connection:
            case_figures.keep(connection, missing[at : at + case_figures.AT_ONCE], mechanisms, rules, now)
    with reading(engine) as connection:
        return compose(
            period,
            briefing.counted_cases(connection, period, mechanisms, rules, now),
            briefing.action_rows(connection, period),
            briefing.recommendation_rows(connection, period),
            now,
        )
