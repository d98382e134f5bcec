"""Cases are weighed for briefs before anybody asks, some at each audit, so that a brief finds most of them weighed."""

from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.routing.consent import addressee
from tocsin.knowledge.load import load
from tocsin.store.casework import case_figures
from tocsin.store.database import reading, unit_of_work


def weigh_some(engine: Engine, now: datetime) -> int:
    """Weigh cases of which nothing true is kept; returns how many, 0 if there are none left."""
    rules = load().version[:64]
    with reading(engine) as connection:
        missing = case_figures.missing(connection, rules, now, case_figures.AT_ONCE)
    if missing:
        mechanisms = [addressee(mechanism) for mechanism in load().mechanisms.values()]
        with unit_of_work(engine) as connection:
            case_figures.keep(connection, missing, mechanisms, rules, now)
    return len(missing)
