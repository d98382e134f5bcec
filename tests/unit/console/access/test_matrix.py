"""Every route of the console, by every role: a route that stands in no table fails here."""

import re
from pathlib import Path

import httpx
import pytest

from console_routes import ALL, WHO_MAY
from operating import REFERENCE, Browser, House, a_house, csrf_of, routes_of
from tocsin.console.access.gate import PUBLIC
from tocsin.console.access.viewer import Role, Viewer
from tocsin.console.operator.desk import BESIDE, NAVIGATION, OPERATORS, READERS, places_of

ANYBODY = {
    ("GET", "/health/live"): 200,
    ("POST", "/policy-reports"): 204,
    ("GET", "/sign-in"): 200,
    ("GET", "/sign-in/openid"): 404,
    ("GET", "/sign-in/openid/answer"): 403,
    ("POST", "/sign-in/openid/logout"): 404,
    ("GET", "/sign-in/passkey"): 200,
    ("POST", "/sign-in/passkey"): 403,
    ("GET", "/register"): 200,
    ("POST", "/register"): 403,
    ("POST", "/register/passkey"): 403,
}
"""With no provider, and no form that this browser was given."""
OTHERWISE = {
    "/brief.pdf": 422,
    "/directory/changes/{change_id}/words": 422,
    "/directory/changes/{change_id}/decision": 422,
    "/brief/cases/{reference}": 404,
    "/brief/cases/{reference}/brief.pdf": 404,
    "/brief/cases/{reference}/cap.xml": 404,
    "/brief/cases/{reference}/case.jsonld": 404,
}
"""Without the period or the decision that these need; and a case is only for whoever was told of it, or for whom."""
_PART = re.compile(r"\{(\w+)\}")
ROUTES = [(method, path, roles) for (method, path), roles in WHO_MAY.items()]


def of_one(path: str) -> str:
    """Of the one case that is there; of nothing else that has a name."""
    known = {"reference": REFERENCE, "judgement_id": "77"}
    return _PART.sub(lambda part: known.get(part[1], "0" * 32), path)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = a_house(tmp_path_factory.mktemp("matrix"))
    for role in Role:
        house.account(f"one-{role}", role)
    return house


def test_every_route_stands_in_a_table(house: House) -> None:
    routes = {(method, route.path) for route in routes_of(house.app.routes) for method in route.methods}
    assert routes == set(WHO_MAY) | set(ANYBODY)
    assert all(PUBLIC.fullmatch(path) for _, path in ANYBODY)
    assert not any(PUBLIC.fullmatch(path) for _, path in WHO_MAY)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "roles"), ROUTES)
def test_a_role_gets_what_is_its_own_and_the_page_of_what_is_absent_otherwise(
    house: House, role: Role, method: str, path: str, roles: frozenset[Role]
) -> None:
    browser = Browser(house).signed_in(f"one-{role}")
    answer = browser.ask(of_one(path), method, data={"csrf": ""} if method == "POST" else None)
    if role not in roles:
        if method == "POST":
            answer = browser.post(of_one(path), csrf_of(browser.ask("/account")))
        assert answer.status_code == 404
    elif method == "POST":
        assert answer.status_code == 403, "the form is not of a page that this browser was given"
    elif (path, role in READERS) == ("/", False):
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    else:
        is_there = not _PART.search(path.replace("{reference}", ""))
        assert answer.status_code == OTHERWISE.get(path, 200 if is_there else 404), answer.text


@pytest.mark.parametrize(("method", "path", "roles"), [*ROUTES, ("GET", "/nothing", ALL), ("PUT", "/nothing", ALL)])
def test_who_has_not_signed_in_is_sent_to_the_door_from_everywhere(
    house: House, method: str, path: str, roles: frozenset[Role]
) -> None:
    answer = Browser(house).ask(of_one(path), method, data={} if method == "POST" else None)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("route", "status"), ANYBODY.items())
def test_what_anybody_may_ask_for_tells_nothing_of_cases(house: House, route: tuple[str, str], status: int) -> None:
    method, path = route
    answer = Browser(house).ask(path, method, data={"csrf": ""} if method == "POST" else None)
    assert answer.status_code == status
    assert REFERENCE not in answer.text


def shape(answer: httpx.Response) -> tuple[int, bytes, list[str]]:
    return answer.status_code, answer.content, sorted(answer.headers)


def test_what_is_absent_and_what_is_not_theirs_are_one_page(house: House) -> None:
    publisher, auditor = (Browser(house).signed_in(f"one-{role}") for role in (Role.PUBLISHER, Role.AUDITOR))
    absent = shape(publisher.ask("/nothing"))
    assert absent[0] == 404
    assert shape(publisher.ask(f"/cases/{REFERENCE}")) == shape(publisher.ask("/cases/HRD-0000-000")) == absent
    assert len(auditor.ask("/cases/HRD-0000-000").content) == len(absent[1])


def test_every_read_of_a_case_and_every_refusal_is_in_the_audit_log_by_the_id_of_the_account(house: House) -> None:
    before, refused = len(house.audited("case-read")), len(house.audited("refused"))
    reader, publisher = (Browser(house).signed_in(f"one-{role}") for role in (Role.AUDITOR, Role.PUBLISHER))
    for _ in range(2):
        reader.ask(f"/cases/{REFERENCE}")
    publisher.ask(f"/cases/{REFERENCE}")
    reader.ask("/cases/HRD-0000-000")
    assert [told for _, told in house.audited("case-read")[before:]] == [{"by": "one-auditor"}] * 2
    asked = {"route": "/cases/{reference}"}
    assert house.audited("refused")[refused:] == [("one-publisher", asked), ("one-auditor", asked)]


def test_the_session_cookie_is_bound_to_this_host_and_to_no_script(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    answer = Browser(house).ask("/sign-in")
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-tocsin-console-browser=")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize("role", Role)
def test_the_navigation_leads_wherever_the_role_may_go_and_nowhere_else(role: Role) -> None:
    shown = {f"/{place}" for place in places_of(Viewer("anybody", frozenset({role})))}
    may = WHO_MAY | {("GET", "/"): frozenset(READERS)}  # the overview leads whoever may not see it to their account
    every = {f"/{place}" for place, _ in (*NAVIGATION, *BESIDE)}
    assert shown == {path for path in every if role in OPERATORS and role in may["GET", path]}
