"""What every route is given: who asks, and parts of the path and of the form that are small and well formed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.visits import Visit, visit_of

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


Asks = Annotated[Visit, Depends(asks)]
Field = Annotated[str, Form(max_length=500)]
Case = Annotated[str, Path(max_length=40)]
Opaque = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Page = Annotated[int, Query(ge=1, le=10_000)]
Next = Annotated[str, Query(alias="next", max_length=200)]
