"""What every route is given: who asks, and parts of the path and of the form that are small and well formed."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.pages import door, message
from tocsin.console.recipient.signing_in import refused
from tocsin.console.recipient.visits import Visit, visit_of, way_back
from tocsin_schemas.directory import Recipient

READ = ["GET", "HEAD"]


def asks(request: Request) -> Visit:
    desk: Desk = request.app.state.desk
    return visit_of(request, desk)


def check_host(request: Request) -> None:
    """Another site may point its own name at this machine (DNS rebinding); it must read nothing."""
    if request.url.hostname not in request.app.state.desk.site.hosts:
        raise HTTPException(421)


def new_router() -> APIRouter:
    return APIRouter(dependencies=[Depends(check_host)], default_response_class=HTMLResponse)


def signed_in(visit: Visit, show: Callable[[Recipient], Response]) -> Response:
    """The page for who has signed in; for anybody else the door, whatever they ask for."""
    if visit.person is None:
        return door(visit, way_back(visit.request.url.path))
    return show(visit.person)


def genuine(visit: Visit, csrf: str, way: str, write: Callable[[Recipient], Response]) -> Response:
    """What a form does, if somebody has signed in and it comes from a page that they were given. way: back."""
    if visit.person is None:
        return refused(visit, way)
    return write(visit.person) if visit.is_genuine(csrf) else message(visit, "stale", 403, way_back(way))


Asks = Annotated[Visit, Depends(asks)]
Field = Annotated[str, Form(max_length=500)]
Case = Annotated[str, Path(max_length=40)]
Opaque = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Page = Annotated[int, Query(ge=1, le=10_000)]
Next = Annotated[str, Query(alias="next", max_length=200)]
