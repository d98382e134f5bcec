"""Proposing changes of the directory: the forms, and what is drafted by them. See ``directory_drafts`` for signing."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from tocsin.console.access.viewer import Role, require
from tocsin.console.operator.desk import Desk, Sent, draw, missing, new_router
from tocsin.console.operator.directory import forms
from tocsin.console.operator.directory.difference import known_mandates
from tocsin.console.operator.directory.entries import KEY
from tocsin.console.operator.directory.forms import FieldFault, Filled
from tocsin.console.operator.words import words_for
from tocsin.domain.routing import entries
from tocsin.knowledge import load as knowledge
from tocsin.runtime.key_files import UnusableKey, public_key_in
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import administrators, proposals
from tocsin.store.directory import drafts as directory_drafts
from tocsin.store.directory import entries as directory
from tocsin.store.directory.changes import Unacceptable
from tocsin.store.directory.proposals import Wanted, current_entry
from tocsin_schemas.directory import RecipientEntry, Weekday
from tocsin_schemas.directory import Role as Seat

OF_FIELDS = {
    "administrator-exists": "id",
    "administrator-unknown": "id",
    "recipient-still-named": "key",
    "recipient-unknown": "key",
    "certificate-of-another-fingerprint": "openpgp",
}
"""Beside which field a refusal is told; any other stands above the form."""
Key = Annotated[str, Query(max_length=64)]
_ACTS = [Depends(require(Role.DIRECTORY_ADMIN))]


class _Faulty(ValueError):
    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("the form has faults")
        self.faults = faults


def routes(desk: Desk) -> APIRouter:
    router = new_router("directory")
    for kind in _BUILD:
        _add(desk, router, kind)
    return router


def _add(desk: Desk, router: APIRouter, kind: str) -> None:
    @router.get(f"/directory/proposal/{kind}", dependencies=_ACTS)
    def show(request: Request, key: Key = "") -> Response:
        present = _present(desk, key) if kind == "entry" and key else None
        if kind == "entry" and key and present is None:
            return missing(request)
        filled = forms.blank() if present is None else forms.filled_from(present)
        filled = filled if kind == "entry" else Filled({"key": key, "id": key})
        return _form(desk, request, kind, filled, present)

    @router.post(f"/directory/proposal/{kind}", dependencies=_ACTS)
    def draft(request: Request, fields: Sent, key: Key = "") -> Response:
        return _draft(desk, request, kind, fields, key)


def _draft(desk: Desk, request: Request, kind: str, sent: FormData, key: str) -> Response:
    """Keep what is wanted, and lead to the page where it is looked at and signed; or show the form with its faults."""
    now, proposer = desk.clock(), str(sent.get("as") or "")
    present = _present(desk, key) if kind == "entry" and key else None
    if kind == "entry" and key and present is None:
        return missing(request)
    filled = forms.filled_as(sent) if kind == "entry" else _plain(sent)
    try:
        with unit_of_work(desk.engine) as connection:
            known = administrators.load(connection, desk.deployment.identities).get(proposer)
            if known is None or not known.in_force(now):
                raise Unacceptable("administrator-not-in-force")
            wanted = _BUILD[kind](desk, connection, sent, present, now)
            if wanted is None:
                raise Unacceptable("nothing-differs")
            change = directory_drafts.keep(connection, desk.deployment, proposer, wanted, now)
    except _Faulty as faulty:
        return _form(desk, request, kind, filled, present, faulty.faults)
    except Unacceptable as refusal:
        field = "openpgp" if refusal.code.startswith("certificate-") else OF_FIELDS.get(refusal.code, "")
        return _form(desk, request, kind, filled, present, [FieldFault(field, refusal.code)])
    return see(f"/directory/drafts/{change.change_id}")


def _form(
    desk: Desk,
    request: Request,
    kind: str,
    filled: Filled,
    present: RecipientEntry | None,
    faults: Sequence[FieldFault] = (),
) -> Response:
    now, language = desk.clock(), words_for(request).language
    with reading(desk.engine) as connection:
        people = [p for p in administrators.load(connection, desk.deployment.identities).values() if p.in_force(now)]
    beside: dict[str, list[str]] = {}
    for fault in faults:
        beside.setdefault(fault.field, []).append(fault.code)
    content: dict[str, Any] = {
        "people": [person.key_id for person in people],
        "faults": beside,
        "filled": filled,
        "is_new": present is None,
        "key": "" if present is None else present.key,
    }
    if kind == "entry":
        content |= _choices(language, present)
    return draw(request, f"directory_propose_{kind}", 422 if faults else 200, **content)


def _choices(language: str, present: RecipientEntry | None) -> dict[str, Any]:
    known, own = knowledge.load(), [] if present is None else present.languages
    homes: dict[str, list[tuple[str, str]]] = {}
    for mandate in known.mandates:
        homes.setdefault(mandate.mechanism, []).append((mandate.key, _named(mandate.name, language)))
    return {
        "mechanisms": [(key, _named(known.mechanisms[key].name, language), of) for key, of in homes.items()],
        "reads": sorted({*knowledge.LANGUAGES, *own}),
        "seats": list(Seat),
        "weekdays": list(Weekday),
        "longest": forms.CERTIFICATE_LONGEST,
        "has": {
            "backup_email": present is not None and "backup_email" in present.addresses,
            "openpgp": present is not None and present.openpgp is not None,
        },
    }


def _named(names: Any, language: str) -> str:
    return str(names.get(language, names["en"]))


def _present(desk: Desk, key: str) -> RecipientEntry | None:
    with reading(desk.engine) as connection:
        return current_entry(connection, desk.deployment, desk.deployment.identities.recipient(key))


def _plain(sent: FormData) -> Filled:
    names = ("key", "id", "public_key", "since")
    return Filled({name: value.strip() for name in names if isinstance(value := sent.get(name), str)})


def _entry(
    desk: Desk, connection: Connection, sent: FormData, present: RecipientEntry | None, now: datetime
) -> Wanted | None:
    entry, faults = forms.read(sent, present)
    if entry is None:
        raise _Faulty(faults)
    known = directory.entries(connection, desk.deployment)
    if present is None and entry.key in {other.key for other in known}:
        raise _Faulty([FieldFault("key", "key-taken")])
    found = entries.faults([entry], known, known_mandates(), now.date())
    if blocking := [fault for fault in found if fault.blocking]:
        raise _Faulty(forms.at_fields(blocking))
    return proposals.entry_wanted(connection, desk.deployment, entry, now)


def _removal(
    desk: Desk, connection: Connection, sent: FormData, _present: RecipientEntry | None, _now: datetime
) -> Wanted:
    return proposals.removal_wanted(connection, desk.deployment, _identifier(sent, "key"))


def _appointment(
    desk: Desk, connection: Connection, sent: FormData, _present: RecipientEntry | None, _now: datetime
) -> Wanted:
    key_id, pem = _identifier(sent, "id"), str(sent.get("public_key") or "")
    try:
        public_key = public_key_in(pem.strip().encode())
    except UnusableKey:
        raise _Faulty([FieldFault("public_key", "key-unusable")]) from None
    return proposals.appointment_wanted(connection, desk.deployment, key_id, public_key)


def _revocation(
    desk: Desk, connection: Connection, sent: FormData, _present: RecipientEntry | None, now: datetime
) -> Wanted:
    key_id, text = _identifier(sent, "id"), str(sent.get("since") or "").strip()
    try:
        since = datetime.combine(date.fromisoformat(text), time(), UTC) if text else now
    except ValueError:
        raise _Faulty([FieldFault("since", "date-malformed")]) from None
    return proposals.revocation_wanted(connection, desk.deployment, key_id, since, now)


def _identifier(sent: FormData, name: str) -> str:
    text = str(sent.get(name) or "").strip()
    if not _IDENTIFIER.fullmatch(text):
        raise _Faulty([FieldFault(name, "string-pattern-mismatch")])
    return text


_IDENTIFIER = re.compile(KEY)
_BUILD: dict[str, Callable[..., Wanted | None]] = {
    "entry": _entry,
    "removal": _removal,
    "administrator": _appointment,
    "revocation": _revocation,
}
"""By the name that the form has in its address."""
