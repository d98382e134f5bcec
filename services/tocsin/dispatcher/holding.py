"""What a routing decision makes of the alert of one mandate: raised, held, raised again, or closed."""

from dataclasses import replace

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.dispatcher.telling import Telling
from tocsin.domain.identifiers import Identities
from tocsin.domain.routing.routes import Refusal, Route, Routing
from tocsin.store.alerting.alerts import Alert
from tocsin_schemas.alerts import DisclosureLevel, HoldReason, UpdateCause

_STOPPING = (HoldReason.CONSENT, HoldReason.EMBARGO, HoldReason.CERTAINTY)
"""What stops an alert that was raised before. That nobody is in office stops nothing that was told."""


def apply(identities: Identities, routing: Routing, telling: Telling) -> set[str]:
    """Bring the alerts of a case up to its routing; returns the words for what was done."""
    held = [r for r in routing.refusals if r.hold is not None]
    return {_tell(identities, r, telling) for r in routing.routes} | {
        _hold(identities, r, routing, telling) for r in held
    }


def close(file: CaseFile, changes: Changes) -> None:
    """No live report is left: what is not sent stays unsent."""
    for alert in file.alerts:
        if alert.state != "closed":
            was_raised = alert.state == "raised"
            changes.replace(replace(alert, state="closed", round=alert.round + was_raised))
            changes.announce.closed(changes.latest(alert), "report_withdrawn")
            changes.timetable.ask_no_more(alert)


def _tell(identities: Identities, found: Route, telling: Telling) -> str:
    known, changes = telling.file.known.get(found.mandate), telling.changes
    if known is not None and known.state == "raised":
        return telling.update(found, known)
    alert_id = known.alert_id if known else _alert_id(identities, telling.file, found.mandate)
    fresh = telling.fresh(found)
    if known is None:
        alert = _raised(alert_id, telling.file, found, fresh, 0)
        changes.add(alert)
        changes.announce.raised(alert)
    elif known.state == "held" and known.round == 0:
        alert = _raised(alert_id, telling.file, found, fresh, 0)
        changes.replace(alert)
        changes.announce.released(alert, known.hold_reason)
    else:  # it was told before, and stopped: those who still know of it, and those who do not, hear that it goes on
        kept = known.recipients if known.state == "held" else []
        alert = _raised(alert_id, telling.file, found, [*dict.fromkeys([*kept, *fresh])], known.round + 1)
        changes.replace(alert)
        changes.announce.updated(alert, UpdateCause.CORRECTED)
    changes.timetable.ask(alert)
    return "raised" if known is None else "released"


def _hold(identities: Identities, refusal: Refusal, routing: Routing, telling: Telling) -> str:
    known, changes = telling.file.known.get(refusal.mandate), telling.changes
    if known is None:
        held = _held(_alert_id(identities, telling.file, refusal.mandate), telling.file, refusal, routing)
        changes.add(held, refusal.release_at)
        changes.announce.held(held, refusal.release_at)
        return "held"
    held = replace(
        _held(known.alert_id, telling.file, refusal, routing), round=known.round, recipients=known.recipients
    )
    if known.state == "raised" and refusal.hold in _STOPPING:
        stopped = replace(held, round=known.round + 1)
        changes.replace(stopped, refusal.release_at)
        changes.announce.held(stopped, refusal.release_at)
        changes.timetable.ask_no_more(known)
        return "held"
    if known.state == "held" and known != held:  # the detail holds the time of the release
        changes.replace(held, refusal.release_at)
    return "unchanged"


def _alert_id(identities: Identities, file: CaseFile, mandate: str) -> str:
    return identities.alert(file.case.case_id, mandate, file.case.revision)


def _raised(alert_id: str, file: CaseFile, found: Route, recipients: list[str], round_: int) -> Alert:
    return Alert(
        alert_id,
        file.case.case_id,
        found.mechanism,
        found.mandate,
        round_,
        "raised",
        found.priority,
        found.level,
        found.rule,
        found.detail[:500],
        recipients,
        None,
        found.reply_by,
    )


def _held(alert_id: str, file: CaseFile, refusal: Refusal, routing: Routing) -> Alert:
    return Alert(
        alert_id,
        file.case.case_id,
        refusal.mechanism,
        refusal.mandate,
        0,
        "held",
        routing.priority,
        DisclosureLevel.L0,
        refusal.rule,
        refusal.detail[:500],
        [],
        refusal.hold,
        None,
    )
