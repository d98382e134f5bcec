"""How the person wishes to be told: language, digest, full text. What two administrators approve is only asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from fastapi.responses import Response

from tocsin.console.recipient import absences, facts, own_sessions
from tocsin.console.recipient.absences import Unfit
from tocsin.console.recipient.pages import draw, message
from tocsin.console.recipient.visits import Visit
from tocsin.console.recipient.words import LANGUAGES, words
from tocsin.runtime.pages.drawing import see
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import entries, preferences
from tocsin.store.recipients import own_changes
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Digest, Preferences, Recipient

ASKED = ("address", "mandates", "role", "title", "timezone", "duty_hours", "deputy", "certificate")
"""What of an entry two administrators change, and nobody else."""
KEPT, WANTED = "kept", "wanted"
"""What a page says was done."""


@dataclass(frozen=True, slots=True)
class Form:
    """language: or "" for that of the entry. digest: ``entry``, ``each`` or ``daily``. full: with full text."""

    language: str
    digest: str
    digest_at: str
    full: bool


def page(
    visit: Visit, person: Recipient, notice: str | None = None, status: int = 200, done: str | None = None
) -> Response:
    """notice, done: keys of the words, of what was refused and of what was done."""
    desk, said = visit.desk, words(visit.language)
    with reading(desk.engine) as connection:
        wishes = preferences.of(connection, desk.identities, person.recipient_id)
        sound = entries.find_sound(connection, desk.deployment, person.recipient_id)
        everybody = desk.people.now(connection)
        sessions = own_sessions.lines(connection, visit, person, said)
    if sound is None:
        return message(visit, "missing", 404)
    entry, today = sound.recipient, absences.today(person, desk.clock())
    content: dict[str, Any] = {
        "wishes": wishes,
        "entry": entry,
        "mandates": [facts.mandate_name(desk, key, said) for key in entry.mandates],
        "may_have_full": entry.highest_level is DisclosureLevel.L2,
        "absences": absences.lines(wishes.absences, everybody, today, said),
        "entered": absences.lines(entry.absences, everybody, today, said),
        "colleagues": absences.colleagues(person, everybody, today, said),
        "today": today.isoformat(),
        "sessions": sessions,
    }
    closed_sets = {"mail_languages": LANGUAGES, "asked": ASKED}
    return draw(visit, "preferences", status, notice=notice, done=done, **content, **closed_sets)


def keep(visit: Visit, person: Recipient, form: Form) -> Response:
    """Language, digest and full text, from now on."""

    def alter(before: Preferences) -> Preferences:
        if form.language not in {"", *LANGUAGES}:
            raise Unfit("choose")
        wished = {"language": form.language or None, "digest": _digest(form), "coded_facts_only": not form.full}
        return before.model_copy(update=wished)

    return _change(visit, person, alter)


def go_away(visit: Visit, person: Recipient, first: str, last: str, delegate: str) -> Response:
    """Be away on these days, and let a colleague have the alerts; "": whoever is next in line."""
    with reading(visit.desk.engine) as connection:
        everybody = visit.desk.people.now(connection)
    today = absences.today(person, visit.desk.clock())
    return _change(
        visit, person, lambda before: absences.added(before, person, (first, last, delegate), everybody, today)
    )


def come_back(visit: Visit, person: Recipient, first: str) -> Response:
    """Be away no more on the days that begin so."""
    return _change(visit, person, lambda before: absences.ended(before, first))


def ask(visit: Visit, person: Recipient, field: str) -> Response:
    """Ask administrators to change what two of them must approve."""
    if field not in ASKED:
        return page(visit, person, "choose", 422)
    with unit_of_work(visit.desk.engine) as connection:
        own_changes.ask_administrators(connection, person.recipient_id, field, visit.desk.clock())
    return see(f"/preferences?done={WANTED}")


def _change(visit: Visit, person: Recipient, alter: Callable[[Preferences], Preferences]) -> Response:
    desk = visit.desk
    try:
        with unit_of_work(desk.engine) as connection:
            own_changes.change(connection, desk.deployment, person.recipient_id, alter, desk.clock())
    except Unfit as unfit:
        return page(visit, person, unfit.code, 422)
    except (entries.Altered, entries.Erased):
        return message(visit, "missing", 404)
    return see(f"/preferences?done={KEPT}")


def _digest(form: Form) -> Digest | None:
    if form.digest == "entry":
        return None
    if form.digest == "each":
        return Digest()
    try:
        at = time.fromisoformat(form.digest_at.strip())
    except ValueError:
        raise Unfit("digest") from None
    if form.digest != "daily":
        raise Unfit("choose")
    return Digest(at=at.replace(second=0, microsecond=0, tzinfo=None))
