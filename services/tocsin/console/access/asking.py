"""What the routes of signing in are given."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse

from tocsin.console.access.passkeys import LARGEST
from tocsin.console.access.visits import Visit


def asks(request: Request) -> Visit:
    """As the gate has set it."""
    visit: Visit = request.state.visit
    return visit


def new_router() -> APIRouter:
    return APIRouter(default_response_class=HTMLResponse)


Asks = Annotated[Visit, Depends(asks)]
Field = Annotated[str, Form(max_length=200)]
Credential = Annotated[str, Form(max_length=LARGEST)]
Next = Annotated[str, Query(alias="next", max_length=200)]
