"""What a change of the directory would change, field by field; and what is doubtful in it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection

from tocsin.console.operator.words import coded
from tocsin.domain import canary
from tocsin.domain.routing import entries
from tocsin.domain.routing.entries import Fault
from tocsin.knowledge.load import load
from tocsin.runtime.catalogues import Words
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin.store.directory.changes import Change, Content
from tocsin.store.directory.proposals import current_entry
from tocsin.store.directory.seals import Kind
from tocsin_schemas.directory import RecipientEntry

_SEALED = ("addresses", "openpgp")
"""Of these is told only whether they change."""
_SPOKEN = {"role": "seat", "days": "weekday"}


class Row(NamedTuple):
    """A field with what it says now and what it would say."""

    field: str
    now: str
    then: str


def known_mandates() -> set[str]:
    return {mandate.key for mandate in load().mandates} | {canary.MANDATE}


def entry_in(content: Content) -> RecipientEntry | None:
    """The entry that a change would write; None if its content is none."""
    addresses = {name: value for name, value in content.addresses.items() if name != directory.CERTIFICATE}
    facts = {name: value for name, value in content.facts.items() if name != "recipient_id"}
    sealed = {"addresses": addresses, "openpgp": content.addresses.get(directory.CERTIFICATE)}
    try:
        return RecipientEntry.model_validate(facts | sealed, strict=False)
    except ValidationError:
        return None


def rows(connection: Connection, deployment: Deployment, change: Change, content: Content, said: Words) -> list[Row]:
    """Of a change that nobody has decided on yet."""
    if change.kind in (Kind.APPOINT, Kind.REVOKE):
        return [Row(name, "", str(value)) for name, value in content.facts.items()]
    present = current_entry(connection, deployment, change.subject)
    wanted = entry_in(content) if change.kind is Kind.PUT else None
    return list(_between(present, wanted, said))


def doubts(
    connection: Connection, deployment: Deployment, change: Change, content: Content, today: date
) -> list[Fault]:
    """What does not forbid the change, and should be looked at first."""
    if change.kind not in (Kind.PUT, Kind.REMOVE):
        return []
    known = directory.entries(connection, deployment)
    wanted = entry_in(content) if change.kind is Kind.PUT else None
    if wanted is not None:
        found = entries.faults([wanted], known, known_mandates(), today)
        return [fault for fault in found if not fault.blocking]
    before = {entry.key: entry for entry in known}
    after = {key: entry for key, entry in before.items() if key != change.key}
    return entries.left_without_holder(before, after, known_mandates(), today)


def _between(present: RecipientEntry | None, wanted: RecipientEntry | None, said: Words) -> Iterator[Row]:
    for name in RecipientEntry.model_fields:
        old, new = (None if entry is None else getattr(entry, name) for entry in (present, wanted))
        if old == new:
            continue
        if name in _SEALED:
            yield Row(name, _sealed(old, said), _sealed(new, said, is_other=old is not None and new is not None))
        else:
            yield Row(name, _words(name, _plain(present, name), said), _words(name, _plain(wanted, name), said))


def _sealed(value: object, said: Words, *, is_other: bool = False) -> str:
    if not value:
        return ""
    return said("directory.sealed_other") if is_other else said("directory.sealed_one")


def _plain(entry: RecipientEntry | None, name: str) -> Any:
    return None if entry is None else entry.model_dump(mode="json", include={name})[name]


def _words(name: str, value: Any, said: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        parts: Iterable[str] = (_words(key, part, said) for key, part in value.items())
        return " ".join(filter(None, parts))
    if isinstance(value, list):
        return "\n".join(_words(name, each, said) for each in value)
    return coded(said, _SPOKEN[name], value) if name in _SPOKEN else str(value)
