"""What is wrong or doubtful in the directory's entries, and what differs between two of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tocsin.domain.routing.mandates import holds_on
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Absence, RecipientEntry, Seat

ADDED, REMOVED = "added", "removed"
CODES = {
    "addresses": "address",
    "openpgp": "certificate",
    "openpgp_fingerprint": "certificate",
    "valid_from": "validity",
    "valid_to": "validity",
}


class Fault(NamedTuple):
    """place: ``recipient 3: mandates/1`` or the key of a mandate; it repeats nothing of the entry."""

    code: str
    place: str
    blocking: bool = True


def differences(old: RecipientEntry | None, new: RecipientEntry) -> tuple[str, ...]:
    """Codes of the fields in which ``new`` differs; ``added`` if there was no entry."""
    if old is None:
        return (ADDED,)
    fields = [name for name in RecipientEntry.model_fields if getattr(old, name) != getattr(new, name)]
    return tuple(dict.fromkeys(CODES.get(name, name) for name in fields))


def faults(
    proposed: Sequence[RecipientEntry], known: Iterable[RecipientEntry], mandates: Collection[str], today: date
) -> list[Fault]:
    """What is wrong with ``proposed``, given the entries that are ``known``; those that do not block are warnings.

    mandates: the keys that there are.
    """
    before = {entry.key: entry for entry in known}
    after = before | {entry.key: entry for entry in proposed}
    found = [fault for number, entry in enumerate(proposed, start=1) for fault in _of_entry(number, entry, mandates)]
    found += _repeated(proposed)
    found += _people(proposed, after)
    return found + _shared_addresses(proposed, after) + left_without_holder(before, after, mandates, today)


def left_without_holder(
    before: Mapping[str, Seat], after: Mapping[str, Seat], mandates: Collection[str], today: date
) -> list[Fault]:
    """Mandates that somebody held and nobody would hold."""
    lost = _held(before.values(), today) - _held(after.values(), today)
    return [Fault("mandate-without-holder", key, blocking=False) for key in sorted(lost & set(mandates))]


def still_named(key: str, known: Iterable[Seat]) -> bool:
    """Whether another entry names this one as deputy or delegate."""
    return any(key == seat.deputy or key in {a.delegate for a in seat.absences} for seat in known if seat.key != key)


def _of_entry(number: int, entry: RecipientEntry, mandates: Collection[str]) -> Iterator[Fault]:
    place = f"recipient {number}"
    for index, mandate in enumerate(entry.mandates):
        if mandate not in mandates:
            yield Fault("mandate-unknown", f"{place}: mandates/{index}")
    if entry.valid_from and entry.valid_to and entry.valid_to <= entry.valid_from:
        yield Fault("dates-reversed", f"{place}: valid_to")
    for index, absence in enumerate(entry.absences):
        if absence.last_day < absence.first_day:
            yield Fault("dates-reversed", f"{place}: absences/{index}")
    if entry.level is DisclosureLevel.L2 and entry.openpgp is None:
        yield Fault("level-without-key", f"{place}: level", blocking=False)


def _repeated(proposed: Sequence[RecipientEntry]) -> list[Fault]:
    keys = [entry.key for entry in proposed]
    return [Fault("key-repeated", f"recipient {n + 1}: key") for n, key in enumerate(keys) if key in keys[:n]]


def _people(proposed: Sequence[RecipientEntry], after: Mapping[str, Seat]) -> Iterator[Fault]:
    for number, entry in enumerate(proposed, start=1):
        place = f"recipient {number}"
        if entry.deputy is not None and (entry.deputy == entry.key or entry.deputy not in after):
            yield Fault("deputy-unknown" if entry.deputy != entry.key else "deputy-self", f"{place}: deputy")
        for index, absence in enumerate(entry.absences):
            if absence.delegate is not None and absence.delegate not in after:
                yield Fault("delegate-unknown", f"{place}: absences/{index}")
            elif _comes_back(entry.key, absence, after):
                yield Fault("delegation-cycle", f"{place}: absences/{index}")


def _comes_back(key: str, absence: Absence, after: Mapping[str, Seat]) -> bool:
    """Whether, on some day of the absence, the delegation from ``key`` goes round in a circle.

    A circle that there is on any day is there on the first day of the latest of its absences.
    """
    starts = {a.first_day for seat in after.values() for a in seat.absences}
    return any(_is_circle(key, day, after) for day in starts if absence.first_day <= day <= absence.last_day)


def _is_circle(key: str, day: date, after: Mapping[str, Seat]) -> bool:
    seen: set[str] = set()
    following: str | None = key
    while following is not None and following in after and following not in seen:
        seen.add(following)
        away = (a for a in after[following].absences if a.first_day <= day <= a.last_day)
        following = next((a.delegate for a in away), None)
    return following in seen


def _shared_addresses(proposed: Sequence[RecipientEntry], after: Mapping[str, RecipientEntry]) -> list[Fault]:
    holders: dict[tuple[str, str], set[str]] = {}
    for entry in after.values():
        for address in entry.addresses.items():
            holders.setdefault(address, set()).add(entry.key)
    return [
        Fault("address-shared", f"recipient {number}: addresses/{channel}", blocking=False)
        for number, entry in enumerate(proposed, start=1)
        for channel, address in entry.addresses.items()
        if len(holders.get((channel, address), ())) > 1
    ]


def _held(seats: Iterable[Seat], today: date) -> set[str]:
    return {mandate for seat in seats if holds_on(seat, today) for mandate in seat.mandates}
