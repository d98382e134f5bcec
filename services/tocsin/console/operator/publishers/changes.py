"""Registering publishers, and giving, changing and ending their keys. Whatever is secret is shown this once.

Administrators of the directory do it, and prove first who they are; to take something away, nobody need. A duty officer
too revokes a key that is in wrong hands, at once. No private key of a publisher comes here: it makes the pair itself,
and gives the public key.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from tocsin.console.access.viewer import Proof, Role, Viewer, require
from tocsin.console.operator.desk import Asked, Desk, Sent, Who, done, draw, has_proved, missing, new_router
from tocsin.console.operator.directory.forms import Filled
from tocsin.console.operator.publishers import doors
from tocsin.console.operator.publishers.doors import AtBroker
from tocsin.console.operator.publishers.standings import TONES
from tocsin.domain.identifiers import Identities
from tocsin.runtime.key_files import UnusableKey, public_key_in, usual_key_id
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher, PublisherKey, Unregistrable
from tocsin.store.views import audit_entries, publisher_standings
from tocsin.store.views.publisher_standings import signs

Name = Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9._:-]+$")]
_FIELDS = ("name", "acts_for", "public_key", "key_id", "key_days", "overlap_days", "networks", "api_days", "confirmed")
_OF_CODES = {
    "expiry-invalid": "api_days",
    "key-exists": "public_key",
    "key-unusable": "public_key",
    "key-weak": "public_key",
    "name-invalid": "name",
    "name-reserved": "name",
    "network-invalid": "networks",
    "not-confirmed": "confirmed",
    "publisher-exists": "name",
    "scope-none": "scopes",
}
"""Beside which field a refusal is told."""
_KEY_DAYS, _LONGEST_KEY, _OVERLAP = 365, 3650, 7
_API_DAYS, _LONGEST_API_KEY = 90, 366
_ADMINISTERS = [Depends(require(Role.DIRECTORY_ADMIN))]
_REGISTERS = [*_ADMINISTERS, Depends(Proof("/publishers/new"))]
_CHANGES = [*_ADMINISTERS, Depends(Proof("/publishers/registered/{name}"))]
_REVOKES = [Depends(require(Role.DIRECTORY_ADMIN, Role.DUTY_OFFICER))]


def routes(desk: Desk) -> APIRouter:
    router = new_router("publishers")

    @router.get("/publishers/new", dependencies=_ADMINISTERS)
    def ask(request: Request) -> Response:
        return _new(request, _blank(), None)

    @router.post("/publishers/new", dependencies=_REGISTERS)
    def add(request: Request, viewer: Who, fields: Sent) -> Response:
        return _add(desk, request, viewer, fields)

    @router.get("/publishers/registered/{name}")
    def show(request: Request, viewer: Who, name: Name, done: Asked = "") -> Response:
        return _page(desk, request, viewer, name, done=done)

    @router.post("/publishers/registered/{name}/keys", dependencies=_CHANGES)
    def rotate(request: Request, viewer: Who, name: Name, fields: Sent) -> Response:
        return _rotate(desk, request, viewer, name, fields)

    @router.post("/publishers/registered/{name}/api-keys", dependencies=_CHANGES)
    def give(request: Request, viewer: Who, name: Name, fields: Sent) -> Response:
        return _give(desk, request, viewer, name, fields)

    @router.post("/publishers/registered/{name}/password", dependencies=_CHANGES)
    def change_password(request: Request, viewer: Who, name: Name) -> Response:
        return _password(desk, request, viewer, name)

    @router.post("/publishers/registered/{name}/end", dependencies=_ADMINISTERS)
    def end(request: Request, viewer: Who, name: Name, fields: Sent) -> Response:
        return _end(desk, request, viewer, name, fields)

    @router.post("/publishers/keys/{key_id}/revocation", dependencies=_REVOKES)
    def revoke(request: Request, viewer: Who, key_id: Name) -> Response:
        return _revoke(desk, request, viewer.name, key_id)

    @router.post("/publishers/api-keys/{key_id}/revocation", dependencies=_REVOKES)
    def revoke_api_key(request: Request, viewer: Who, key_id: Name) -> Response:
        return _revoke_api_key(desk, request, viewer.name, key_id)

    return router


def _page(
    desk: Desk,
    request: Request,
    viewer: Viewer,
    name: str,
    fault: str | None = None,
    filled: Filled | None = None,
    done: str = "",
) -> Response:
    now, identities = desk.clock(), desk.deployment.identities
    with reading(desk.engine) as connection:
        found = [
            s for s in publisher_standings.standings(connection, identities, now) if s.publisher.publisher_id == name
        ]
        opened = api_keys.of_publisher(connection, identities, name)
        keys = [told.key.key_id for standing in found for told in standing.keys] + [key.key_id for key in opened]
        history = audit_entries.of_subjects(connection, registry.CHAIN, [name, *keys])
    if not found:
        return missing(request)
    content: dict[str, Any] = {
        "standing": found[0],
        "api_keys": opened,
        "history": history,
        "filled": filled or _blank(),
        "faults": _beside(fault),
        "scopes": [scope.value for scope in Scope],
        "may_administer": viewer.may(Role.DIRECTORY_ADMIN),
        "may_revoke": viewer.may(Role.DIRECTORY_ADMIN, Role.DUTY_OFFICER),
        "has_proved": fault is not None or has_proved(request),
        "tones": TONES,
    }
    return draw(request, "publisher", 422 if fault else 200, now=now, done=done, **content)


def _new(request: Request, filled: Filled, fault: str | None) -> Response:
    content: dict[str, Any] = {"filled": filled, "faults": _beside(fault)}
    content |= {"has_proved": fault is not None or has_proved(request)}
    return draw(request, "publisher_new", 422 if fault else 200, **content)


def _add(desk: Desk, request: Request, viewer: Viewer, sent: FormData) -> Response:
    """Without a key it publishes by the HTTP intake alone, and has no user at the broker."""
    now, name = desk.clock(), _text(sent, "name")
    publisher = Publisher(name, tuple(_text(sent, "acts_for").split()), now, viewer.name)
    try:
        with unit_of_work(desk.engine) as connection:
            registry.add(connection, desk.deployment.identities, publisher)
            key = _offered(sent, name, viewer.name, now)
            if key is not None:
                registry.add_key(connection, desk.deployment.identities, key, now)
    except Unregistrable as refusal:
        return _new(request, _filled(sent), refusal.code)
    if key is None:
        return done(f"/publishers/registered/{name}", "publisher_added")
    return _outcome(request, publisher, "publisher_added", doors.open_for(desk, publisher, viewer.name, now))


def _rotate(desk: Desk, request: Request, viewer: Viewer, name: str, sent: FormData) -> Response:
    """Those keys that it has sign for some days yet, so that none of its systems stands still."""
    now, identities = desk.clock(), desk.deployment.identities
    try:
        with unit_of_work(desk.engine) as connection:
            publisher = _in_force(connection, identities, name)
            known = registry.keys_of(connection, identities, name)
            key = _offered(sent, name, viewer.name, now)
            if key is None:
                raise Unregistrable("key-unusable")
            registry.add_key(connection, identities, key, now)
            ends = now + timedelta(days=_days(sent, "overlap_days", _OVERLAP, 0, 365))
            for old in (old for old in known if signs(old, now)):
                registry.close_key(connection, identities, old.key_id, ends, viewer.name, now)
    except Unregistrable as refusal:
        return _refused(desk, request, viewer, name, refusal, sent)
    return _outcome(request, publisher, "key_added", doors.open_for(desk, publisher, viewer.name, now))


def _give(desk: Desk, request: Request, viewer: Viewer, name: str, sent: FormData) -> Response:
    now, scopes = desk.clock(), [Scope(text) for text in _texts(sent, "scopes") if text in set(Scope)]
    networks = _text(sent, "networks").replace(",", " ").split()
    ends = now + timedelta(days=_days(sent, "api_days", _API_DAYS, 1, _LONGEST_API_KEY))
    try:
        with unit_of_work(desk.engine) as connection:
            whole = api_keys.create(
                connection, desk.deployment.identities, name, scopes, networks, ends, viewer.name, now
            )
            publisher = _in_force(connection, desk.deployment.identities, name)
    except Unregistrable as refusal:
        return _refused(desk, request, viewer, name, refusal, sent)
    return _outcome(request, publisher, "api_key_added", AtBroker("api_key", secret=whole))


def _password(desk: Desk, request: Request, viewer: Viewer, name: str) -> Response:
    now = desk.clock()
    try:
        with reading(desk.engine) as connection:
            publisher = _in_force(connection, desk.deployment.identities, name)
    except Unregistrable:
        return missing(request)
    return _outcome(request, publisher, "password_asked", doors.open_for(desk, publisher, viewer.name, now))


def _end(desk: Desk, request: Request, viewer: Viewer, name: str, sent: FormData) -> Response:
    """Its keys, API keys and its user at the broker end at once. confirmed: its name, typed again."""
    now, identities = desk.clock(), desk.deployment.identities
    try:
        with unit_of_work(desk.engine) as connection:
            publisher = _in_force(connection, identities, name)
            if _text(sent, "confirmed") != name:
                raise Unregistrable("not-confirmed")
            for opened in api_keys.of_publisher(connection, identities, name):
                if opened.revoked_at is None:
                    api_keys.revoke(connection, identities, opened.key_id, viewer.name, now)
            registry.end(connection, identities, name, viewer.name, now)
    except Unregistrable as refusal:
        return _refused(desk, request, viewer, name, refusal, sent)
    at_broker = doors.shut(desk, publisher, viewer.name, now, f"tocsin publishers end {name}")
    return _outcome(request, publisher, "publisher_ended", at_broker)


def _revoke(desk: Desk, request: Request, by: str, key_id: str) -> Response:
    """Nothing more that it signed is taken. If no other key of its publisher signs, its user at the broker goes too."""
    now, identities = desk.clock(), desk.deployment.identities
    with unit_of_work(desk.engine) as connection:
        key = registry.find_key(connection, identities, key_id)
        owner = None if key is None else registry.find(connection, identities, key.publisher_id)
        if key is None or owner is None:
            return missing(request)
        if key.revoked_at is None:
            registry.revoke_key(connection, identities, key_id, by, now)
        others = [k for k in registry.keys_of(connection, identities, owner.publisher_id) if signs(k, now)]
    command = f"tocsin publishers revoke {key_id}"
    at_broker = AtBroker("others") if others else doors.shut(desk, owner, by, now, command)
    return _outcome(request, owner, "key_revoked", at_broker)


def _revoke_api_key(desk: Desk, request: Request, by: str, key_id: str) -> Response:
    now, identities = desk.clock(), desk.deployment.identities
    with unit_of_work(desk.engine) as connection:
        key = api_keys.find(connection, identities, key_id)
        if key is None:
            return missing(request)
        if key.revoked_at is None:
            api_keys.revoke(connection, identities, key_id, by, now)
    return done(f"/publishers/registered/{key.publisher_id}", "api_key_revoked")


def _outcome(request: Request, publisher: Publisher, what: str, at_broker: AtBroker) -> Response:
    """No redirect: what is secret stands in no address, and is on this page alone."""
    return draw(request, "publisher_outcome", publisher=publisher, what=what, at_broker=at_broker)


def _refused(
    desk: Desk, request: Request, viewer: Viewer, name: str, refusal: Unregistrable, sent: FormData
) -> Response:
    return _page(desk, request, viewer, name, refusal.code, _filled(sent))


def _in_force(connection: Connection, identities: Identities, name: str) -> Publisher:
    publisher = registry.find(connection, identities, name)
    if publisher is None or publisher.ended_at is not None:
        raise Unregistrable("publisher-unknown")
    return publisher


def _offered(sent: FormData, name: str, by: str, now: datetime) -> PublisherKey | None:
    """The key as it is to be registered; None if none was given. Raises Unregistrable."""
    pem = _text(sent, "public_key")
    if not pem:
        return None
    try:
        public_key = public_key_in(pem.encode())
    except UnusableKey:
        raise Unregistrable("key-unusable") from None
    ends = now + timedelta(days=_days(sent, "key_days", _KEY_DAYS, 1, _LONGEST_KEY))
    return PublisherKey(_text(sent, "key_id") or usual_key_id(name, public_key), name, public_key, now, ends, by)


def _beside(fault: str | None) -> dict[str, list[str]]:
    return {} if fault is None else {_OF_CODES.get(fault, ""): [fault]}


def _blank() -> Filled:
    return Filled({"key_days": str(_KEY_DAYS), "overlap_days": str(_OVERLAP), "api_days": str(_API_DAYS)})


def _filled(sent: FormData) -> Filled:
    return Filled({name: _text(sent, name) for name in _FIELDS}, {"scopes": _texts(sent, "scopes")})


def _days(sent: FormData, name: str, usual: int, least: int, most: int) -> int:
    text = _text(sent, name)
    return min(max(int(text), least), most) if text.isdecimal() and len(text) < 6 else usual


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(sent: FormData, name: str) -> Sequence[str]:
    return [value for value in sent.getlist(name) if isinstance(value, str)]
