"""Makes a brief from what is stored."""

from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.briefing.composing import Brief, compose
from tocsin.domain.briefing.periods import Period
from tocsin.domain.routing.consent import addressee
from tocsin.knowledge.load import load
from tocsin.store.casework import case_figures
from tocsin.store.database import reading, unit_of_work
from tocsin.store.views import briefing

_ROUNDS = 4
"""Of counting: cases that change while others are weighed are weighed again."""


def brief_of(engine: Engine, period: Period, now: datetime) -> Brief:
    """The brief as it stands now, for all mechanisms that are known.

    Cases of which nothing true is kept are weighed first. One that changes again and again meanwhile is left out.
    """
    mechanisms, rules = [addressee(mechanism) for mechanism in load().mechanisms.values()], load().version[:64]
    for _ in range(_ROUNDS):
        with reading(engine) as connection:
            found = briefing.tallies(connection, period, rules, now)
            missing = briefing.unweighed(connection, period, rules, now) if found.unweighed else []
        if not missing:
            break
        for at in range(0, len(missing), case_figures.AT_ONCE):
            with unit_of_work(engine) as connection:
                case_figures.keep(connection, missing[at : at + case_figures.AT_ONCE], mechanisms, rules, now)
    return compose(period, found, now)
