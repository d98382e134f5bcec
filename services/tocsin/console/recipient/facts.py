"""What the page of a case says in words: the same facts as the mail, who has acted, and who has it in hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.entitlement import Told
from tocsin.console.recipient.people import Everybody
from tocsin.console.recipient.words import country, label, named
from tocsin.domain.following import acting
from tocsin.domain.following.acting import LETTERS, Acted
from tocsin.domain.routing.resting import Basis
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin.store.alerting.viewings import Viewing
from tocsin.store.following import actions
from tocsin.store.following.actions import Asking, Kept
from tocsin.store.views.own_alerts import InHand
from tocsin_schemas.alerts import DisclosureLevel
from tocsin_schemas.directory import Recipient


@dataclass(frozen=True, slots=True)
class HandLine:
    """Who has the alert of one mandate in hand, since when."""

    mandate: Said
    who: Said
    since: Said
    at: datetime


def rows(told: Iterable[Told], words: Words) -> list[tuple[str, str]]:
    """What is known, by label. Each report adds only those facts that may be shown of it."""
    bases = _bases(told)
    reporters = words.many("reporters", len({basis.publisher for basis in bases}))
    return [*_known(bases, words), (words("facts.reported_by"), reporters)] if bases else []


def accounts(told: Iterable[Told], words: Words) -> list[list[tuple[str, str]]]:
    """What each report says by itself, the first received first; nothing if one report says it all.

    Who reports, and when, is told at no level that a page shows.
    """
    bases = _bases(told)
    return [_known([basis], words) for basis in bases] if len(bases) > 1 else []


def _bases(told: Iterable[Told]) -> list[Basis]:
    """The reports of which something may be shown, each once."""
    return list({basis.report_id: basis for one in told for basis in one.rests_on if basis.fields}.values())


def _known(bases: Iterable[Basis], words: Words) -> list[tuple[str, str]]:
    facts = [basis.facts for basis in bases]
    codes = _once(state for fact in facts for state in (fact.country, *fact.further_states))
    violations = _once(violation for fact in facts for violation in fact.violations)
    found = [
        ("violations", words.listed([label(words, "violations", code) for code in violations])),
        ("states" if len(codes) > 1 else "state", words.listed([country(words, code) for code in codes])),
        ("date", words.dates(_once(fact.date for fact in facts))),
        ("expected_on", words.dates(_once(fact.expected_on for fact in facts))),
        ("next_hearing", words.dates(_once(fact.next_hearing for fact in facts))),
    ]
    return [(words(f"facts.{name}"), value) for name, value in found if value]


def acts_shown(connection: Connection, told: Iterable[Told], now: datetime) -> list[Kept]:
    """The actions that these alerts' mandates may see, each once. Nothing at level 0."""
    open_to = [one.alert for one in told if one.level is not DisclosureLevel.L0]
    asking = [Asking(alert.case_id, alert.mechanism, alert.mandate) for alert in open_to]
    shown = actions.shown(connection, asking, now).values()
    return list({kept.action.action_id: kept for of_one in shown for kept in of_one}.values())


def acted(desk: Desk, acts: Iterable[Kept], words: Words) -> list[str]:
    """Who has acted, or plans to, in words; acts: as ``acts_shown`` finds them."""
    return list(dict.fromkeys(act_line(desk, acting.acted(kept.action), words) for kept in acts))


def in_hand(
    desk: Desk, found: Iterable[InHand], told: Sequence[Told], everybody: Everybody, person: Recipient, words: Words
) -> list[HandLine]:
    """By mandate. Of other mandates only that a person has it, and only where facts may be told.

    That another mechanism has acted is left to "who has acted", which knows what is confidential.
    """
    own = {one.alert.alert_id for one in told}
    shows_others = any(one.level is not DisclosureLevel.L0 for one in told)
    lines = []
    for line in found:
        if line.alert_id in own or (shows_others and line.recipient_id is not None):
            who = _who(line, line.alert_id in own, everybody, person, words)
            since = words.instant(line.since, person.timezone)
            lines.append(HandLine(mandate_name(desk, line.mandate, words), who, since, line.since))
    return lines


def why(one: Told, words: Words) -> str:
    """Why this reader."""
    reason = label(words, "rules", one.alert.rule)
    if one.level is DisclosureLevel.L0:
        return words("why.undisclosed")
    return words("why.generic") if reason == one.alert.rule else reason


def viewings(told: Iterable[Told], person: Recipient) -> list[Viewing]:
    """What a page that shows these facts discloses."""
    return [
        Viewing(
            recipient_id=person.recipient_id,
            alert_id=one.alert.alert_id,
            report_id=basis.report_id,
            case_id=one.alert.case_id,
            level=(one.level if basis.fields else DisclosureLevel.L0).value,
            fields=sorted(basis.fields),
        )
        for one in told
        for basis in one.rests_on
    ]


def mandate_name(desk: Desk, key: str, words: Words) -> Said:
    """The name of a mandate, or of a mechanism; the key if it is neither."""
    names = next((m.name for m in desk.knowledge.mandates if m.key == key), None)
    if names is None:
        mechanism = desk.knowledge.mechanisms.get(key)
        names = mechanism.name if mechanism else {}
    return named(words, names, key)


def seat_name(person: Recipient, words: Words) -> Said:
    """Title and role, or else role and the name of the entry, by which colleagues are told apart: never an address."""
    role = words(f"role.{person.role}")
    if person.title:
        return words("seat", role=role, title=person.title)
    return words("seat.untitled", role=role, entry=person.key)


def person_name(recipient_id: str, everybody: Everybody, person: Recipient, words: Words) -> Said:
    """Somebody of the reader's own mandate: the reader, a seat, or one that is there no more."""
    if recipient_id == person.recipient_id:
        return words("hand.you")
    colleague = everybody.by_id.get(recipient_id)
    return seat_name(colleague, words) if colleague else words("hand.somebody")


def act_line(desk: Desk, act: Acted, words: Words) -> str:
    """Who does what, and when; of a letter, whether the State has replied."""
    parties = dict.fromkeys((act.mechanism, *act.signatories))
    state = "planned" if act.planned else "taken"
    line = words(
        f"act.{state}_on" if act.on else f"act.{state}",
        who=words.listed([mandate_name(desk, key, words) for key in parties]),
        action=label(words, "actions", act.action),
        date=words.day(act.on) if act.on else "",
    )
    if act.replied or (act.action in LETTERS and not act.planned):
        return f"{line} {words('act.replied' if act.replied else 'act.unreplied')}"
    return line


def _who(line: InHand, is_own: bool, everybody: Everybody, person: Recipient, words: Words) -> Said:
    if line.recipient_id is None:
        return words("hand.acted")
    if is_own or line.recipient_id == person.recipient_id:
        return person_name(line.recipient_id, everybody, person, words)
    return words("hand.somebody")


def _once(values: Iterable[str | None]) -> list[str]:
    """Each value once, in order; what is hidden adds nothing."""
    return list(dict.fromkeys(value for value in values if value))
