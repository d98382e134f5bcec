"""Signing in and out."""

from fastapi.responses import Response

from tocsin.console.recipient import signing_in
from tocsin.console.recipient.asking import READ, Asks, Field, Next, new_router
from tocsin.console.recipient.pages import door
from tocsin.console.recipient.visits import way_back
from tocsin.runtime.pages.drawing import see

router = new_router()


@router.api_route("/sign-in", methods=READ)
def show_door(visit: Asks, wanted: Next = "/") -> Response:
    return door(visit, way_back(wanted)) if visit.person is None else see(way_back(wanted))


@router.post("/sign-in")
def ask_for_code(visit: Asks, csrf: Field = "", address: Field = "", next: Field = "/") -> Response:
    if not visit.is_genuine(csrf) or "@" not in address:
        return signing_in.refused(visit, next)
    return signing_in.ask_for_code(visit, address, way_back(next))


@router.api_route("/sign-in/code", methods=READ)
def show_code(visit: Asks, wanted: Next = "/") -> Response:
    return signing_in.code_page(visit, way_back(wanted)) if visit.person is None else see(way_back(wanted))


@router.post("/sign-in/code")
def enter_code(visit: Asks, csrf: Field = "", code: Field = "", next: Field = "/") -> Response:
    if not visit.is_genuine(csrf):
        return signing_in.refused(visit, next)
    return signing_in.enter_code(visit, code, way_back(next))


@router.post("/sign-out")
def sign_out(visit: Asks, csrf: Field = "") -> Response:
    return signing_in.sign_out(visit) if visit.is_genuine(csrf) else signing_in.refused(visit, "/")
