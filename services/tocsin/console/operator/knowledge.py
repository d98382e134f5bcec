"""What the router knows of a State on a day, from where, and what no source has confirmed yet."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tocsin.console.operator.desk import Asked, Desk, draw, new_router
from tocsin.console.operator.words import words_for
from tocsin.domain.routing.jurisdiction import rule_on_state
from tocsin.knowledge import checking
from tocsin.knowledge.countries import country_codes, country_name
from tocsin.knowledge.load import labels, load


def routes(desk: Desk) -> APIRouter:
    router = new_router("knowledge")

    @router.get("/knowledge")
    def show(request: Request, state: Asked = "", on: Asked = "") -> Response:
        code, day = state.strip().upper(), _day(on) or desk.clock().date()
        return _knowledge(request, code if code in country_codes() else "", day)

    @router.get("/knowledge/unverified")
    def list_unverified(request: Request) -> Response:
        return draw(request, "unverified", facts=checking.unverified_facts(load()))

    return router


def _knowledge(request: Request, code: str, on: date) -> Response:
    known, language = load(), words_for(request).language
    rulings = [rule_on_state(m, code, on, known) for m in known.mechanisms.values()] if code else []
    memberships = {
        organisation: periods for (organisation, state), periods in sorted(known.memberships.items()) if state == code
    }
    return draw(
        request,
        "knowledge",
        countries=sorted((country_name(c, language), c) for c in country_codes()),
        code=code,
        on=on,
        mechanisms=known.mechanisms,
        rulings=sorted(rulings, key=lambda ruling: (not ruling.competent, ruling.mechanism)),
        mandates=[mandate for mandate in known.mandates if code and code in mandate.countries],
        memberships=memberships,
        territory=known.territories.get(code),
        labels=labels(language),
        language_of=lambda names: names.get(language, names.get("en", "")),
        unverified=len(checking.unverified(known)),
        version=known.version[:12],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
