"""Ten thousand decisions of access, by role, route and state of the session, against a rule that is written apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from fastapi import HTTPException, Request
from sqlalchemy import Connection

from console_routes import WHO_MAY
from databases import NOW
from operating import House, a_house, routes_of
from tocsin.console.access.viewer import Requirement, Role
from tocsin.console.access.visits import holder_of_session
from tocsin.store.access import operators as accounts
from tocsin.store.access import sessions as operator_sessions
from tocsin.store.database import reading, unit_of_work
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin.store.tables.access import operator_sessions as sessions
from tocsin.store.tables.access import operators

CASES = 10_000
STATES = ("alive", "signed-out", "account-ended", "row-altered", "of-a-recipient", "invented")
WIDTHS = [timedelta(), timedelta(minutes=14, seconds=59), timedelta(minutes=15), timedelta(hours=7, minutes=59)]
SUBSETS = [frozenset(chosen) for size in range(len(Role) + 1) for chosen in combinations(Role, size)]
OPEN_TO = {route: roles for route, roles in WHO_MAY.items() if "/static/" not in route[1]}
"""Style sheets are anybody's who has signed in."""
Route = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    token: str
    roles: frozenset[Role]
    state: str
    begun: datetime
    seen: datetime


def test_access_is_given_to_whom_the_rule_gives_it_and_to_nobody_else(tmp_path: Path) -> None:
    house, random = a_house(tmp_path), Random(20_261_127)
    held, routes = _held(house, random), _requirements(house)
    assert set(routes) == set(OPEN_TO)
    given = 0
    with reading(house.engine) as connection:
        for _ in range(CASES):
            one, route = random.choice(held), random.choice(list(routes))
            now = one.begun + random.choice([*WIDTHS, timedelta(hours=8), timedelta(seconds=random.randrange(32_000))])
            opened = _opens(connection, house, one.token, routes[route], now)
            assert opened == _rule(one, route, now), (one.state, sorted(one.roles), route, now - one.begun)
            given += opened
    assert CASES // 50 < given < CASES // 2, "both answers are asked for often"


def _rule(one: Held, route: Route, now: datetime) -> bool:
    is_alive = one.state == "alive" and now < one.begun + timedelta(hours=8) and now < one.seen + timedelta(minutes=15)
    return is_alive and bool(one.roles & OPEN_TO[route])


def _opens(connection: Connection, house: House, token: str, asked: Sequence[Requirement], now: datetime) -> bool:
    found = holder_of_session(connection, house.desk.identities, token, now)
    viewer = None if found is None else found.viewer
    request = Request({"type": "http", "state": {} if viewer is None else {"viewer": viewer}})
    try:
        return all(requirement(request) is viewer for requirement in asked)
    except HTTPException as refusal:
        return refusal.status_code != 404


def _held(house: House, random: Random) -> list[Held]:
    """For each set of roles and each state, a session that was last used some while after it began."""
    with unit_of_work(house.engine) as connection:
        return [
            _hold(connection, house, f"{state}-{number}", roles, state, random)
            for number, roles in enumerate(SUBSETS)
            for state in STATES
        ]


def _hold(connection: Connection, house: House, name: str, roles: frozenset[Role], state: str, random: Random) -> Held:
    identities, begun = house.desk.identities, NOW + timedelta(minutes=random.randrange(500))
    seen = begun + random.choice([*WIDTHS, timedelta(seconds=random.randrange(28_000))])
    accounts.add(connection, identities, name, roles if state != "row-altered" else (), "a+b", begun)
    token = operator_sessions.begin(connection, identities, name, begun)
    connection.execute(sessions.update().where(sessions.c.operator_id == name).values(last_seen_at=seen))
    if state == "signed-out":
        operator_sessions.end(connection, identities, token, begun)
    if state == "account-ended":
        connection.execute(sessions.update().where(sessions.c.operator_id == name).values(ended_at=None))
        accounts.end(connection, identities, name, "a", begun)
        connection.execute(sessions.update().where(sessions.c.operator_id == name).values(ended_at=None))
    if state == "row-altered":
        connection.execute(operators.update().where(operators.c.operator_id == name).values(roles=sorted(roles)))
    if state == "of-a-recipient":
        token = OF_RECIPIENTS.begin(connection, identities, name[:32], begun)
    return Held("x" * 43 if state == "invented" else token, roles, state, begun, seen)


def _requirements(house: House) -> dict[Route, list[Requirement]]:
    """What each route asks for. Each of it must be fulfilled."""
    found = {
        (method, route.path): [each.call for each in route.dependant.dependencies if isinstance(each.call, Requirement)]
        for route in routes_of(house.app.routes)
        for method in route.methods
    }
    return {route: asked for route, asked in found.items() if asked}
