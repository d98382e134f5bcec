"""What every route is given: who asks, small and well-formed parts of the path, and forms within their size."""

from typing import Annotated, TypeAlias
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from tocsin.intake.form.desk import FormDesk
from tocsin.intake.form.visits import Visit, visit_of

READ = ["GET"]
SMALL = 16 * 1024
"""Bytes of a form with a key, a code or a choice in it."""
LARGE = 2 * 1024 * 1024
"""Bytes of a page of the report: several texts of 50,000 characters, each of which may take nine bytes on the way."""
_MOST_FIELDS = 3000

Sent: TypeAlias = dict[str, list[str]]


class Unfit(ValueError):
    """A request that no page of ours makes. status: of the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def asks(request: Request) -> Visit:
    desk: FormDesk = request.app.state.form
    return visit_of(request, desk)


async def small(request: Request) -> Sent:
    return await _form(request, SMALL)


async def large(request: Request) -> Sent:
    return await _form(request, LARGE)


async def _form(request: Request, largest: int) -> Sent:
    """Whatever is larger, or does not say how large it is, is refused before it is read."""
    length = request.headers.get("content-length", "")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Unfit(415)
    if not length.isdigit():
        raise Unfit(411)
    if int(length) > largest:
        raise Unfit(413)
    try:
        text = (await request.body()).decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:  # also UnicodeDecodeError: no browser sends this
        raise Unfit(422) from None


def check_host(request: Request) -> None:
    """Another site may point its own name at this machine (DNS rebinding); it must read nothing."""
    if request.url.hostname not in request.app.state.form.site.hosts:
        raise Unfit(421)


def new_router() -> APIRouter:
    return APIRouter(
        prefix="/form",
        dependencies=[Depends(check_host)],
        default_response_class=HTMLResponse,
        include_in_schema=False,
    )


def one(sent: Sent, name: str) -> str:
    return sent.get(name, [""])[0]


Asks = Annotated[Visit, Depends(asks)]
Small = Annotated[Sent, Depends(small)]
Large = Annotated[Sent, Depends(large)]
DraftId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
StepKey = Annotated[str, Path(pattern="^[a-z]{2,20}$")]
Mend = Annotated[str, Query(max_length=5)]
