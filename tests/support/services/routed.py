"""Routing with the shipped knowledge, every mandate held by one invented person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tocsin.domain.claims import Claim, ConsentRule
from tocsin.domain.routing.routes import Refusal, Route, Routing, route
from tocsin.domain.routing.standing import Standing
from tocsin.knowledge.load import load
from tocsin_schemas.directory import Recipient, Role
from tocsin_schemas.vocabulary import Audience, ConsentStatus, Purpose

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def consents(*recipients: Audience | str, purposes: Sequence[Purpose] = (Purpose.ALERT, Purpose.SHARE)) -> list[Any]:
    return [ConsentRule(recipient=r, purpose=p, status=ConsentStatus.GRANTED) for r in recipients for p in purposes]


def a_recipient(number: int, *mandates: str, **over: Any) -> Recipient:
    fields = {
        "recipient_id": f"{number:032x}",
        "key": f"p{number}",
        "mandates": list(mandates),
        "role": Role.MANDATE_HOLDER,
        "languages": ["fr"],
    }
    return Recipient(**(fields | over))


EVERYONE = [a_recipient(n, m.key) for n, m in enumerate(load().mandates)]


def routed(
    *claims: Claim, to: Sequence[Recipient] = EVERYONE, now: datetime = NOW, standing: Standing | None = None
) -> Routing:
    return route(claims, to, load(), now, standing or Standing())


def find(routing: Routing, mandate: str) -> Route | Refusal:
    return next(d for d in (*routing.routes, *routing.refusals) if d.mandate == mandate)


def told(routing: Routing, mandate: str) -> Route:
    found = find(routing, mandate)
    assert isinstance(found, Route)
    return found


def refusal(routing: Routing, mandate: str) -> Refusal:
    found = find(routing, mandate)
    assert isinstance(found, Refusal)
    return found
