"""Whoever asks for whatever field of whatever case: nothing is shown beyond the rule as the tests state it themselves.

``TOCSIN_ACCESS_CASES=1000000`` makes the long run of it: so many requests for (role, case, field, route), each asked of
the product's own functions anew; and a page or export drawn for every 400 of them, and searched for each value.
"""

import os
import re
from collections import Counter
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi import HTTPException, Request
from sqlalchemy import update

from builders import a_claim
from consent_questions import KNOWLEDGE, a_decision
from console_routes import WHO_MAY
from databases import NOW
from field_rule import may_see, told_of
from tocsin.console.access.viewer import Requirement, Role, Viewer
from tocsin.console.brief.routes import pages
from tocsin.console.recipient.entitlement import HIGHEST
from tocsin.domain.claims import Claim
from tocsin.domain.exporting.case import extracts
from tocsin.domain.routing.consent import addressee
from tocsin.domain.routing.disclosure import FACTS, LEVELS
from tocsin.domain.routing.resting import TOLD, bases
from tocsin.mailer.writing.opening import opened
from tocsin.runtime.web import create_web
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.vocabulary import Certainty, ConsentStatus, Purpose, Tlp
from visiting import DESK, MANDATE, NEIGHBOUR, OTHER, STRANGER, Place, a_place
from web_client import ask

REQUESTS = int(os.environ.get("TOCSIN_ACCESS_CASES", "20000"))
DRAWN = max(50, REQUESTS // 400)
OF_A_CASE = 60
ROLES = ("recipient", "recipient", "recipient", "reviewer", "duty_officer", "directory_admin", "auditor", "publisher")
ROUTES = ("page", "export", "mail")
FIELDS = [field for level in LEVELS.values() for field in level]
TOLD_FIELDS = sorted({field for fact in TOLD for field in FACTS[fact]})
MANDATES = [(KNOWLEDGE.mechanisms[mandate.mechanism], mandate.key) for mandate in KNOWLEDGE.mandates]
EXPORT = ("GET", "/brief/cases/{reference}/case.jsonld")


def a_body() -> dict[str, Any]:
    """The JSON of a report in which every field says something, so that nothing is absent for want of content."""
    body: dict[str, Any] = {}
    for field in sorted(FIELDS, key=lambda field: -field.count("/")):
        *groups, last = field.removesuffix("/-").strip("/").split("/")
        place = body
        for group in groups:
            place = place.setdefault(group, {})
        place.setdefault(last, f"«{field}»")
    return body


BODY = a_body()


def claims_of(random: Random, towards: Any, number: int = 2) -> list[Claim]:
    found = []
    for each in range(random.randint(1, number)):
        purposes = [*[Purpose.ALERT] * 3, *[Purpose.SHARE] * 3, *Purpose]
        consents = [a_decision(random, towards, random.choice(purposes)) for _ in range(random.randint(0, 6))]
        if random.random() < 0.7:
            consents += [granted(random, towards, purpose) for purpose in (Purpose.ALERT, Purpose.SHARE)]
        hours = timedelta(hours=random.randint(-30, 6))
        over = {
            "report_id": f"00000000-0000-5000-8000-{random.randrange(16**11):011x}{each}",
            "received_at": NOW - timedelta(each),
            "consents": consents,
            "tlp": random.choice([*Tlp, Tlp.CLEAR, Tlp.GREEN]),
            "certainty": random.choice([*Certainty, Certainty.LIKELY, Certainty.OBSERVED]),
            "embargo_until": NOW + hours if random.random() < 0.1 else None,
            "confidential_fields": random.sample(FIELDS, random.randint(0, 3)) if random.random() < 0.4 else [],
        }
        found.append(FULL.model_copy(update=over))
    return found


def granted(random: Random, towards: Any, purpose: Purpose) -> Any:
    decision = a_decision(random, towards, purpose)
    change = {"purpose": purpose, "status": ConsentStatus.GRANTED, "expires_on": None, "informed": True}
    return decision.model_copy(update=change | {"recipient": towards.mandate or towards.audience})


FULL = a_claim(publisher="IACHR-RELE", expected_on="2027-02-11", next_hearing="2027-05-19", further_states=["BEN"])


def shown(
    role: str, holds: bool, wish: DisclosureLevel, route: str, alert: DisclosureLevel, claims, who, now
) -> set[str]:
    """What the product shows: the gate of the route, and the function from which its page takes the fields."""
    mechanism, mandate = who
    if route == "export":
        if not opens(role) or (role == "recipient" and not holds):
            return set()
        level = min(alert, wish if role == "recipient" else DisclosureLevel.L1)
        return {f for each in extracts(claims, addressee(mechanism, mandate), level, now) for f in each.fields}
    if role != "recipient" or not holds:
        return set()
    if route == "page":
        level = min(alert, wish, HIGHEST)
        return {field for basis in bases(claims, mechanism, mandate, level, now) for field in basis.fields}
    bodies = {claim.report_id: BODY for claim in claims}
    return {field for each in opened(bodies, claims, addressee(mechanism, mandate), now) for field in each.shown}


def opens(role: str) -> bool:
    request = Request({"type": "http", "state": {"viewer": Viewer("somebody", frozenset({Role(role)}))}})
    try:
        return all(requirement(request) for requirement in GATE)
    except HTTPException:
        return False


def _gate() -> list[Requirement]:
    router = pages(None, None)  # type: ignore[arg-type]  # nothing is asked of them here
    [route] = [route for route in router.routes if getattr(route, "path", "") == EXPORT[1]]
    found = [each.call for each in route.dependant.dependencies]  # type: ignore[attr-defined]
    return [each for each in found if isinstance(each, Requirement)]


@pytest.fixture(scope="module", autouse=True)
def gate() -> None:
    global GATE
    GATE = _gate()
    assert GATE


GATE: list[Requirement] = []


@pytest.mark.timeout(3600)
def test_no_request_for_a_field_is_answered_beyond_the_rule() -> None:
    random, told, asked = Random(20_261_128), Counter[str](), 0
    while asked < REQUESTS:
        who = random.choice(MANDATES)
        towards = addressee(*who)
        claims, now = claims_of(random, towards), NOW + timedelta(hours=random.randint(-40, 40))
        told_by_rule = told_of(claims, towards, now)
        for _ in range(OF_A_CASE):
            role, route = random.choice(ROLES), random.choice(ROUTES)
            field = random.choice(TOLD_FIELDS if random.random() < 0.3 else FIELDS)
            holds, wish, alert = random.random() < 0.8, *(random.choice([*DisclosureLevel]) for _ in range(2))
            is_shown = field in shown(role, holds, wish, route, alert, claims, who, now)
            allowed = may_see(role, holds, wish, route, alert, told_by_rule, field)
            assert allowed or not is_shown, f"{role} sees {field} by {route}"
            told[f"{route} {'allowed' if allowed else 'denied'} {'shown' if is_shown else 'kept'}"] += 1
            asked += 1
    print(f"{asked} requests:", dict(sorted(told.items())))  # noqa: T201 - pytest -rP shows it
    for route in ROUTES:
        assert told[f"{route} allowed shown"] > asked / 500, "what may be seen is seen"
        assert told[f"{route} denied kept"] > asked / 20
        assert told[f"{route} denied shown"] == 0
    assert told["mail allowed kept"] <= told["mail allowed shown"] / 5, "counts alone say nothing in full text"


VALUES = {
    "country": ("Togo", "TGO"),
    "further_states": ("Benin", "BEN"),
    "date": ("20 November 2026", "2026-11-20"),
    "expected_on": ("11 February 2027", "2027-02-11"),
    "next_hearing": ("19 May 2027", "2027-05-19"),
}
"""How a page and a file write a fact that stands nowhere else on them."""
FORMATS = ("page", "", "/cap.xml", "/case.jsonld")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path, FULL.model_copy(update={"date": "2026-11-20"}))


@pytest.mark.timeout(3600)
def test_no_page_and_no_export_holds_a_value_beyond_the_rule(place: Place) -> None:
    """Drawn by the application from its database, for recipients, operators and others, and searched."""
    random, told = Random(20_261_129), Counter[str]()
    browsers = {address: place.signed_in(address) for address in (DESK, NEIGHBOUR, STRANGER)}
    for number in range(DRAWN):
        address, asks = random.choice([DESK, DESK, NEIGHBOUR, STRANGER]), random.choice(FORMATS)
        role = "recipient" if asks == "page" else random.choice(ROLES)
        mandate = {DESK: MANDATE, NEIGHBOUR: OTHER}.get(address, OTHER if role != "recipient" else None)
        alert = random.choice([DisclosureLevel.L0, DisclosureLevel.L1, DisclosureLevel.L1])
        towards = addressee(KNOWLEDGE.mechanisms["UN-WGAD" if mandate == MANDATE else "UN-SP"], mandate or OTHER)
        claim = claims_of(random, towards, 1)[0].model_copy(update={"report_id": FULL.report_id, "date": "2026-11-20"})
        _put(place, claim, alert)
        answer = _answer(place, browsers, address, role, mandate, asks)
        text = unescape(re.sub(r"<[^>]+>", " ", answer.text))
        for fact, written in VALUES.items():
            is_shown = any(value in text for value in written)
            route = "page" if asks == "page" else "export"
            asked = (role, mandate is not None, DisclosureLevel.L1, route, alert, told_of([claim], towards, NOW))
            allowed = all(may_see(*asked, field) for field in FACTS[fact])
            assert allowed or not is_shown, (role, asks, fact, number)
            assert is_shown or not allowed or asks == "/cap.xml", (role, asks, fact, number)
            told[f"{'allowed' if allowed else 'denied'} {'shown' if is_shown else 'kept'}"] += 1
    print(f"{DRAWN} drawn and searched:", dict(sorted(told.items())))  # noqa: T201 - pytest -rP shows it
    assert told["allowed shown"] > DRAWN / 10
    assert told["denied kept"] > DRAWN
    assert told["denied shown"] == 0


def _put(place: Place, claim: Claim, level: DisclosureLevel) -> None:
    with unit_of_work(place.engine) as connection:
        connection.execute(update(tables.reports).values(claim=claim.model_dump(mode="json", exclude_none=True)))
        connection.execute(update(tables.alerts).values(level=level.value))


def _answer(place: Place, browsers: dict[str, Any], address: str, role: str, mandate: str | None, asks: str) -> Any:
    if asks == "page":
        return browsers[address].get(place.path)
    viewer = Viewer(place.people[address] if role == "recipient" else "operator-1", frozenset({Role(role)}))
    app = create_web("console")
    app.include_router(pages(place.engine, place.deployment, lambda: place.now[0]))

    @app.middleware("http")
    async def signed_in(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.viewer = viewer
        return await call_next(request)

    named = f"?mandate={mandate}" if role != "recipient" else ""
    answer = ask(app, f"/brief{place.path}{asks}{named}")
    if Role(role) not in WHO_MAY[EXPORT]:
        assert answer.status_code == 404
    return answer
