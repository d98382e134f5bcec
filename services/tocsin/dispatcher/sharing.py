"""What one mechanism plans or does is told to the others, so that they join it, or do not contradict it."""

from collections.abc import Callable
from dataclasses import replace

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.acting import Action, is_visible_to, told_of_act, told_of_plan
from tocsin.domain.routing.consent import visible_claims
from tocsin.store.alerts import Alert
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.vocabulary import Purpose


def share(file: CaseFile, action: Action, knowledge: Knowledge, changes: Changes) -> None:
    """Tell the others of an action that has just become known, or public: by mail, or on the page of the case."""
    cause = UpdateCause.ACTION_PLANNED if action.is_plan else UpdateCause.ACTION_TAKEN
    if told_of_plan(action) or told_of_act(action):
        write_to(file, lambda alert: _is_other(alert, action, changes), cause, knowledge, changes)
    else:
        note(file, action, cause, action.action_id, changes)


def note(file: CaseFile, action: Action, cause: UpdateCause, what: str, changes: Changes) -> None:
    """Show on the page of the case, to those who may see the action; nothing is sent. what: tells notes apart."""
    for alert in file.alerts:
        if alert.state == "raised" and _is_other(alert, action, changes):
            changes.announce.noted(changes.latest(alert), cause, what)


def write_to(
    file: CaseFile, wanted: Callable[[Alert], bool], cause: UpdateCause, knowledge: Knowledge, changes: Changes
) -> int:
    """Write to everyone who was told by the wanted alerts, if they may be told of the case now; returns how many."""
    written = 0
    for alert in file.alerts:
        latest = changes.latest(alert)
        if (
            latest.state == "raised"
            and latest.recipients
            and wanted(latest)
            and _may_tell(file, latest, knowledge, changes)
        ):
            told = replace(latest, round=latest.round + 1)
            changes.amend(told)
            changes.announce.updated(told, cause)
            written += len(told.recipients)
    return written


def _is_other(alert: Alert, action: Action, changes: Changes) -> bool:
    seat, now = (alert.mechanism, alert.mandate), changes.announce.now
    return not action.is_by(*seat) and is_visible_to(action, alert.mechanism, now, alert.mandate)


def _may_tell(file: CaseFile, alert: Alert, knowledge: Knowledge, changes: Changes) -> bool:
    mechanism = knowledge.mechanisms.get(alert.mechanism)
    return mechanism is not None and bool(
        visible_claims(
            file.claims,
            mechanism.key,
            mechanism.audience,
            Purpose.ALERT,
            changes.announce.now,
            alert.mandate,
            mechanism.informed_consent,
        )
    )
