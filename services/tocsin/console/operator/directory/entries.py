"""The directory to be looked at: by mechanism, by what is searched for, and entry by entry with its history."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tocsin.console.access.viewer import Role
from tocsin.console.operator.desk import Asked, Desk, Page, Who, draw, missing, new_router
from tocsin.console.operator.words import words_for
from tocsin.domain.routing.chain import chain
from tocsin.knowledge.load import load
from tocsin.store.database import reading
from tocsin.store.directory import administrators, changes
from tocsin.store.directory.verified import VerifiedDirectory
from tocsin_schemas.directory import Recipient

PAGE_SIZE = 50
KEY = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"
Key = Annotated[str, Path(pattern=KEY)]
Sought = Annotated[str, Query(alias="q", max_length=64)]


def routes(desk: Desk) -> APIRouter:
    router, verified = new_router("directory"), VerifiedDirectory()

    @router.get("/directory")
    def show(
        request: Request, viewer: Who, mechanism: Asked = "", sought: Sought = "", page: Page = 1, done: Asked = ""
    ) -> Response:
        return _directory(
            desk, verified, request, viewer.may(Role.DIRECTORY_ADMIN), (mechanism, sought.strip()), page, done
        )

    @router.get("/directory/entries/{key}")
    def show_entry(request: Request, viewer: Who, key: Key) -> Response:
        return _entry(desk, verified, request, viewer.may(Role.DIRECTORY_ADMIN), key)

    return router


def _directory(
    desk: Desk,
    verified: VerifiedDirectory,
    request: Request,
    may_act: bool,
    asked: tuple[str, str],
    page: int,
    done: str,
) -> Response:
    now, (mechanism, sought) = desk.clock(), asked
    with reading(desk.engine) as connection:
        found = verified.read(connection, desk.deployment)
        waiting = changes.pending(connection, now)
        people = administrators.load(connection, desk.deployment.identities)
    wanted = sorted((p for p in found.recipients if _is_wanted(p, mechanism, sought)), key=lambda person: person.key)
    first = (page - 1) * PAGE_SIZE
    content: dict[str, Any] = {
        "altered": len(found.altered),
        "total": len(wanted),
        "entries": wanted[first : first + PAGE_SIZE],
        "is_full": len(wanted) > first + PAGE_SIZE,
        "mechanisms": _by_mechanism(found.recipients, words_for(request).language),
        "people": people.values(),
    }
    return draw(
        request, "directory", waiting=waiting, now=now, may_act=may_act, mechanism=mechanism, sought=sought, page=page,
        done=done, **content,
    )  # fmt: skip


def _entry(desk: Desk, verified: VerifiedDirectory, request: Request, may_act: bool, key: str) -> Response:
    """As it stands, if it does; what was proposed of it stays on record when it has gone."""
    now, recipient_id = desk.clock(), desk.deployment.identities.recipient(key)
    with reading(desk.engine) as connection:
        found = verified.read(connection, desk.deployment)
        history = changes.of_subject(connection, recipient_id)
    people = {person.recipient_id: person for person in found.recipients}
    person, is_altered = people.get(recipient_id), recipient_id in {each.recipient_id for each in found.altered}
    if person is None and not history and not is_altered:
        return missing(request)
    told = {} if person is None else {mandate: _told(mandate, people, now) for mandate in person.mandates}
    return draw(
        request, "directory_entry", key=key, person=person, is_altered=is_altered, history=history, chains=told,
        may_act=may_act, names=_names(words_for(request).language),
    )  # fmt: skip


def _told(mandate: str, people: dict[str, Recipient], now: datetime) -> list[tuple[str, list[str]]]:
    """Who is told, step by step, if nobody answers."""
    return [
        (tier.step, [people[each].key for each in tier.recipients]) for tier in chain(mandate, people.values(), now)
    ]


def _is_wanted(person: Recipient, mechanism: str, sought: str) -> bool:
    if mechanism and mechanism not in {_mechanism_of().get(mandate) for mandate in person.mandates}:
        return False
    searched = " ".join((person.key, person.role, *person.languages, *person.mandates)).casefold()
    return all(word in searched for word in sought.casefold().split())


def _by_mechanism(people: list[Recipient], language: str) -> list[tuple[str, str, int]]:
    """(key, name, how many entries) of every mechanism."""
    homes = _mechanism_of()
    counted = Counter(home for person in people for home in {homes.get(mandate) for mandate in person.mandates})
    known = load().mechanisms
    return [(key, known[key].name.get(language, known[key].name["en"]), counted[key]) for key in known]


def _mechanism_of() -> dict[str, str]:
    return {mandate.key: mandate.mechanism for mandate in load().mandates}


def _names(language: str) -> dict[str, str]:
    return {mandate.key: mandate.name.get(language, mandate.name["en"]) for mandate in load().mandates}
