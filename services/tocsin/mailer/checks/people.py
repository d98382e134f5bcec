"""Those who are to be told: whether mail reaches them, and whether it can be encrypted to them for some time yet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from tocsin.mailer.checks.finding import Finding, Verdict, fine, wrong
from tocsin.runtime import openpgp
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries as directory
from tocsin.store.mail import suppressions
from tocsin_schemas.directory import Recipient, RecipientEntry

SOON = timedelta(days=30)


def of_directory(connection: Connection, deployment: Deployment, now: datetime) -> list[Finding]:
    """Reads the directory; addresses are opened in memory only."""
    people, today = [], now.date()
    for sound in directory.read(connection, deployment).sound:
        if _holds(sound.recipient, today):
            with suppress(directory.Altered, directory.Erased):
                people.append((sound.recipient, directory.entry_of(connection, deployment, sound)))
    listed = suppressions.standing(connection)
    stopped = {(row.recipient_id, row.channel) for row in listed if row.list != "blocks"}
    return [
        of_suppressions([row.list for row in listed]),
        of_mandates(people, stopped),
        of_certificates([entry for _, entry in people], now),
    ]


def of_suppressions(lists: Sequence[str]) -> Finding:
    """``lists``: for each address of a duty-holder that stands on one, which."""
    check = "suppressions"
    if not lists:
        return fine(check, "No duty-holder is on one of SendGrid's lists, as far as they were read (hourly).")
    counts = ", ".join(f"{name} {number}" for name, number in sorted(Counter(lists).items()))
    return wrong(check, f"Duty-holders are on SendGrid's lists ({counts}). Run: tocsin review list")


def of_mandates(people: Sequence[tuple[Recipient, RecipientEntry]], stopped: set[tuple[str, str]]) -> Finding:
    """Every mandate has somebody whom mail reaches."""
    check = "reachability"
    served = {mandate for person, _ in people for mandate in person.mandates}
    reached = {mandate for person, entry in people for mandate in person.mandates if _reached(person, entry, stopped)}
    if missing := sorted(served - reached):
        return wrong(check, f"Of these mandates nobody can be reached by mail: {', '.join(missing)}.")
    if not served:
        return wrong(check, "The directory names nobody: no alert can be sent. Run: tocsin directory --help")
    return fine(check, f"Each of {len(served)} mandates has somebody whom mail reaches.")


def of_certificates(entries: Sequence[RecipientEntry], now: datetime) -> Finding:
    check, found = "encryption", list(_expiring(entries, now))
    if any(verdict is Verdict.WRONG for verdict, _ in found):
        sentence = f"Mail above L1 cannot be encrypted to: {_names(found)}. Ask for new certificates."
        return Finding(check, Verdict.WRONG, sentence)
    if found:
        sentence = f"Certificates expire within {SOON.days} days: {_names(found)}. Ask for new ones."
        return Finding(check, Verdict.WARNING, sentence)
    number = sum(entry.openpgp is not None for entry in entries)
    if not number:
        return fine(check, "No duty-holder has a certificate: nobody gets encrypted mail.")
    return fine(check, f"Certificates of duty-holders: {number}, all good for {SOON.days} days or more.")


def _holds(person: Recipient, today: date) -> bool:
    begun = person.valid_from is None or person.valid_from <= today
    return begun and (person.valid_to is None or today < person.valid_to)


def _reached(person: Recipient, entry: RecipientEntry, stopped: set[tuple[str, str]]) -> bool:
    return any((person.recipient_id, str(channel)) not in stopped for channel in entry.addresses)


def _expiring(entries: Sequence[RecipientEntry], now: datetime) -> Iterator[tuple[Verdict, str]]:
    for entry in entries:
        if entry.openpgp is None:
            continue
        try:
            expires = openpgp.read_certificate(entry.openpgp, now).expires_at
        except openpgp.UnfitCertificate:
            yield Verdict.WRONG, entry.key
            continue
        if expires is not None and expires - now < SOON:
            yield Verdict.WARNING, entry.key


def _names(found: Sequence[tuple[Verdict, str]]) -> str:
    """Keys of the directory, which name seats, not people."""
    return ", ".join(sorted(key for _, key in found))
