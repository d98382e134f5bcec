"""What is the person's own: how they wish to be told, and what they have done."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from tocsin.console.recipient import own_sessions, recording, turning, wishing
from tocsin.console.recipient.asking import READ, Asks, Field, genuine, new_router, signed_in

router = new_router()
_HERE = "/preferences"
Done = Annotated[str, Query(pattern=f"^({wishing.KEPT}|{wishing.WANTED}|{own_sessions.ENDED}|)$")]
Year = Annotated[int, Query(ge=2000, le=9000)]
Begin = Annotated[str, Query(alias="from", pattern=turning.PATTERN)]


@router.api_route("/preferences", methods=READ)
def show_preferences(visit: Asks, done: Done = "") -> Response:
    return signed_in(visit, lambda person: wishing.page(visit, person, done=done or None))


@router.post("/preferences")
def keep_preferences(
    visit: Asks, csrf: Field = "", language: Field = "", digest: Field = "", digest_at: Field = "", full: Field = ""
) -> Response:
    form = wishing.Form(language, digest, digest_at, full != "no")
    return genuine(visit, csrf, _HERE, lambda person: wishing.keep(visit, person, form))


@router.post("/preferences/absences")
def go_away(visit: Asks, csrf: Field = "", first: Field = "", last: Field = "", delegate: Field = "") -> Response:
    return genuine(visit, csrf, _HERE, lambda person: wishing.go_away(visit, person, first, last, delegate))


@router.post("/preferences/absences/ended")
def come_back(visit: Asks, csrf: Field = "", first: Field = "") -> Response:
    return genuine(visit, csrf, _HERE, lambda person: wishing.come_back(visit, person, first))


@router.post("/preferences/wanted")
def ask_administrators(visit: Asks, csrf: Field = "", field: Field = "") -> Response:
    return genuine(visit, csrf, _HERE, lambda person: wishing.ask(visit, person, field))


@router.post("/preferences/sessions/ended")
def end_session(visit: Asks, csrf: Field = "", session: Field = "") -> Response:
    return genuine(visit, csrf, _HERE, lambda person: own_sessions.end(visit, person, session))


@router.api_route("/record", methods=READ)
def show_record(visit: Asks, begin: Begin = "") -> Response:
    return signed_in(visit, lambda person: recording.page(visit, person, turning.begun(begin)))


@router.api_route("/record.csv", methods=READ)
def download_record(visit: Asks, year: Year) -> Response:
    return signed_in(visit, lambda person: recording.download(visit, person, year))
