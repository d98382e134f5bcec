"""Entries of the directory as YAML, in and out."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
import yaml
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from tocsin.domain import canary
from tocsin.domain.routing import entries
from tocsin.domain.routing.entries import Fault
from tocsin.knowledge.load import load
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import Armour, RecipientEntry, Seat

_ARMOUR: TypeAdapter[str | None] = TypeAdapter(Armour | None)


class Draft(NamedTuple):
    """An entry as a file has it. None: the file leaves the addresses, or the certificate, as they are."""

    seat: Seat
    addresses: dict[Channel, str] | None
    openpgp: str | None


def read_drafts(file: Path) -> list[Draft]:
    """The entries of a YAML file: a list, or a mapping with the list under ``recipients``.

    Every value is read as text: YAML would take ``18:30`` for a number, and ``no`` (Norwegian) for false.
    Raises click.ClickException that names the faulty places and repeats no value.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts alone
    except (yaml.YAMLError, UnicodeDecodeError):
        raise click.ClickException("The file is not YAML in UTF-8.") from None
    rows = content.get("recipients") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise click.ClickException("The file holds no list of recipients.")
    drafts, faults = [], []
    for number, row in enumerate(rows, start=1):
        try:
            drafts.append(_draft(row))
        except ValidationError as error:
            faults += [_fault(number, detail["loc"], detail["type"]) for detail in error.errors(include_input=False)]
    if faults:
        raise click.ClickException("\n".join(faults))
    return drafts


def checked(connection: Connection, deployment: Deployment, file: Path, today: date) -> list[RecipientEntry]:
    """The entries of the file, complete and fit to be proposed; what is doubtful is told.

    Raises click.ClickException that names each fault and its place.
    """
    known = directory.entries(connection, deployment)
    proposed = _complete(read_drafts(file), known)
    found = entries.faults(proposed, known, {mandate.key for mandate in load().mandates} | {canary.MANDATE}, today)
    if blocking := [fault for fault in found if fault.blocking]:
        raise click.ClickException("\n".join(map(_line, blocking)))
    warn(found)
    return proposed


def warn(faults: Iterable[Fault]) -> None:
    for fault in faults:
        click.echo(f"warning: {_line(fault)}", err=True)


def written(found: Sequence[RecipientEntry], with_addresses: bool) -> str:
    """The entries as YAML that ``read_drafts`` reads again."""
    left_out = set() if with_addresses else {"addresses", "openpgp"}
    rows = [entry.model_dump(mode="json", exclude_defaults=True, exclude=left_out) for entry in found]
    return yaml.safe_dump({"recipients": rows}, allow_unicode=True, sort_keys=False)


def _draft(row: Any) -> Draft:
    if isinstance(row, dict) and "addresses" not in row:
        seat = {name: value for name, value in row.items() if name != "openpgp"}
        return Draft(Seat.model_validate(seat, strict=False), None, _ARMOUR.validate_python(row.get("openpgp")))
    entry = RecipientEntry.model_validate(row, strict=False)
    return Draft(entry, entry.addresses, entry.openpgp)


def _complete(drafts: Sequence[Draft], known: Iterable[RecipientEntry]) -> list[RecipientEntry]:
    present = {entry.key: entry for entry in known}
    missing = [n for n, d in enumerate(drafts, start=1) if d.addresses is None and d.seat.key not in present]
    if missing:
        raise click.ClickException("\n".join(_fault(number, ("addresses",), "missing") for number in missing))
    return [_completed(draft, present.get(draft.seat.key)) for draft in drafts]


def _completed(draft: Draft, present: RecipientEntry | None) -> RecipientEntry:
    """An entry with addresses is given whole; one without keeps them, and its certificate unless it names another."""
    seat = draft.seat.model_dump(exclude={"addresses", "openpgp"})
    if draft.addresses is not None or present is None:
        return RecipientEntry(**seat, addresses=draft.addresses or {}, openpgp=draft.openpgp)
    if draft.openpgp is None:
        seat["openpgp_fingerprint"] = present.openpgp_fingerprint
    return RecipientEntry(**seat, addresses=present.addresses, openpgp=draft.openpgp or present.openpgp)


def _fault(number: int, place: tuple[int | str, ...], code: str) -> str:
    return f"recipient {number}: {'/'.join(map(str, place)) or 'entry'}: {code.replace('_', '-')}"


def _line(fault: Fault) -> str:
    return f"{fault.place}: {fault.code}"
