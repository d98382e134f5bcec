"""The forms by which changes of the directory are proposed: what they begin with, and what is read out of them.

Whatever is wrong is told beside its field by a code and a sentence of our own: nothing that was typed is repeated in
a log or an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from starlette.datastructures import FormData

from tocsin.domain.routing import entries
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import DutyHours, RecipientEntry

CERTIFICATE_LONGEST = 12_000
"""Characters; forms are small. A larger one is proposed with ``tocsin directory propose``."""
_LINES = ("key", "role", "title", "timezone", "deputy", "level", "digest_at", "valid_from", "valid_to")
_HOURS = ("days", "start", "end")
_ABSENCE = ("first_day", "last_day", "delegate")
_EMPTY_ABSENCES = 2
"""Rows for more of them."""


class FieldFault(NamedTuple):
    """field: name of the field beside which it is told."""

    field: str
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class Filled:
    """What a form shows: of an entry that is there, or as it was sent. Addresses are shown only as they were sent."""

    one: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)
    absences: Sequence[Mapping[str, str]] = ()

    def get(self, name: str) -> str:
        return self.one.get(name, "")

    def has(self, name: str, value: str) -> bool:
        return value in self.several.get(name, ())


def filled_from(entry: RecipientEntry) -> Filled:
    """The form of an entry that is there, without its addresses."""
    told = entry.model_dump(mode="json", exclude={"addresses", "openpgp"}, exclude_none=True)
    hours: Mapping[str, Any] = told.get("duty_hours", {})
    one = {name: str(told[name]) for name in _LINES if name in told}
    one |= {name: str(hours[name])[:5] for name in ("start", "end") if name in hours}
    one |= {"language": entry.language} | ({"digest_at": one["digest_at"][:5]} if "digest_at" in one else {})
    several = {"mandates": told["mandates"], "languages": told["languages"], "days": hours.get("days", [])}
    return Filled(one, several, _rows(told.get("absences", [])))


def filled_as(sent: FormData) -> Filled:
    """The form as it was sent."""
    names = (*_LINES, "language", "start", "end", "email", "backup_email", "openpgp", "no_backup_email", "no_openpgp")
    several = {name: _texts(sent, name) for name in ("mandates", "languages", "days")}
    return Filled({name: _text(sent, name) for name in names}, several, _rows(_absences(sent)))


def blank() -> Filled:
    """The form of somebody new."""
    return Filled({"timezone": "UTC", "level": "L1", "language": "en", "role": "staff"}, {}, _rows([]))


def read(sent: FormData, present: RecipientEntry | None) -> tuple[RecipientEntry | None, list[FieldFault]]:
    """The entry as it should be, or what is wrong. present: whose addresses stay where none is typed."""
    try:
        entry = RecipientEntry.model_validate(_row(sent, present), strict=False)
    except ValidationError as error:
        return None, list(dict.fromkeys(map(_fault, error.errors(include_input=False))))
    return entry, []


def at_fields(faults: Iterable[entries.Fault]) -> list[FieldFault]:
    """Faults of one proposed entry, each beside its field."""
    return [FieldFault(_named(fault.place.rpartition(": ")[2].split("/")), fault.code) for fault in faults]


def _fault(detail: Any) -> FieldFault:
    if detail["loc"] in ((), ("addresses",)):  # none at all, or none by mail
        return FieldFault(Channel.EMAIL, "address-missing")
    return FieldFault(_named(detail["loc"]), detail["type"].replace("_", "-"))


def _row(sent: FormData, present: RecipientEntry | None) -> dict[str, Any]:
    row: dict[str, Any] = {name: text for name in _LINES if (text := _text(sent, name))}
    row["mandates"] = _texts(sent, "mandates")
    row["languages"] = list(dict.fromkeys([_text(sent, "language"), *_texts(sent, "languages")]))
    hours = {"days": _texts(sent, "days"), "start": _text(sent, "start"), "end": _text(sent, "end")}
    if any(hours.values()):
        row["duty_hours"] = hours
    row["absences"] = [{name: text for name, text in each.items() if text} for each in _absences(sent)]
    row["addresses"] = dict(_addresses(sent, present))
    if present is not None:
        row["key"] = present.key
    certificate = sent.get("openpgp") or ""
    if isinstance(certificate, str) and certificate.strip():
        row["openpgp"] = certificate.replace("\r\n", "\n").strip() + "\n"
    elif present is not None and not sent.get("no_openpgp"):
        row |= {"openpgp": present.openpgp, "openpgp_fingerprint": present.openpgp_fingerprint}
    return row


def _addresses(sent: FormData, present: RecipientEntry | None) -> Iterable[tuple[str, str]]:
    for channel in Channel:
        if typed := _text(sent, channel):
            yield channel, typed
        elif present is not None and channel in present.addresses and not sent.get(f"no_{channel}"):
            yield channel, present.addresses[channel]


def _absences(sent: FormData) -> list[dict[str, str]]:
    """Rows in which anything is written."""
    columns = [_texts(sent, name, whole=True) for name in _ABSENCE]
    rows = [dict(zip(_ABSENCE, row, strict=False)) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(row.values())]


def _rows(absences: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return [*absences, *({} for _ in range(_EMPTY_ABSENCES))]


def _named(place: Sequence[int | str]) -> str:
    """The field of the form to which a place in an entry belongs."""
    first, second = str(place[0]), str(place[1]) if len(place) > 1 else ""
    if first == "addresses":
        return second if second in set(Channel) else Channel.EMAIL
    if first == "duty_hours":
        return second if second in DutyHours.model_fields else "days"
    return first


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(sent: FormData, name: str, *, whole: bool = False) -> list[str]:
    """whole: with what is empty, so that rows stay rows."""
    texts = [value.strip() for value in sent.getlist(name) if isinstance(value, str)]
    return texts if whole else [text for text in texts if text]
