"""What one mechanism plans or does is told to the others, so that they join it, or do not contradict it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.acting import Action, is_visible_to, told_of_act, told_of_plan
from tocsin.domain.following.subscribing import hearers
from tocsin.domain.routing.consent import visible_claims
from tocsin.store.alerting.alerts import Alert
from tocsin_schemas.alerts import UpdateCause
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.vocabulary import Purpose


def share(file: CaseFile, action: Action, knowledge: Knowledge, changes: Changes) -> None:
    """Tell the others of an action that has just become known, or public: by mail, or on the page of the case."""
    cause = UpdateCause.ACTION_PLANNED if action.is_plan else UpdateCause.ACTION_TAKEN
    if told_of_plan(action) or told_of_act(action):
        write_to(file, lambda alert: _is_other(alert, action, changes), cause, knowledge, changes)
    else:
        note(file, action, cause, action.action_id, knowledge, changes)


def note(file: CaseFile, action: Action, cause: UpdateCause, what: str, knowledge: Knowledge, changes: Changes) -> None:
    """Show on the page of the case, to those who may see the action, and write to those alone who follow it.

    what: tells notes apart.
    """
    concerned = [alert for alert in file.alerts if alert.state == "raised" and _is_other(alert, action, changes)]
    for alert in concerned:
        changes.announce.noted(changes.latest(alert), cause, what)
    tell_followers(file, concerned, cause, knowledge, changes)


def tell_followers(
    file: CaseFile,
    concerned: Sequence[Alert],
    cause: UpdateCause,
    knowledge: Knowledge,
    changes: Changes,
    apart_from: Sequence[str] = (),
) -> None:
    """Write to those who follow the case by one of these alerts, as far as it may be told now.

    apart_from: who hears of it by another mail.
    """
    nobody: Mapping[str, Sequence[str]] = {
        alert.alert_id: () for alert in concerned if _may_tell(file, alert, knowledge, changes)
    }
    for alert_id, people in hearers(nobody, file.wishes, cause).items():
        _write(file, alert_id, [person for person in people if person not in apart_from], cause, changes)


def write_to(
    file: CaseFile, wanted: Callable[[Alert], bool], cause: UpdateCause, knowledge: Knowledge, changes: Changes
) -> int:
    """Write to everyone who was told by the wanted alerts or follows the case, if they may be told of it now.

    Returns to how many.
    """
    told = {
        latest.alert_id: latest.recipients
        for latest in map(changes.latest, file.alerts)
        if latest.state == "raised" and wanted(latest) and _may_tell(file, latest, knowledge, changes)
    }
    found = hearers(told, file.wishes, cause)
    for alert_id, people in found.items():
        _write(file, alert_id, people, cause, changes)
    return sum(map(len, found.values()))


def _write(file: CaseFile, alert_id: str, people: Sequence[str], cause: UpdateCause, changes: Changes) -> None:
    """In a round of its own."""
    if not people:
        return
    latest = changes.latest(next(alert for alert in file.alerts if alert.alert_id == alert_id))
    told = replace(latest, round=latest.round + 1)
    changes.amend(told)
    changes.announce.updated(told, cause, people)


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
