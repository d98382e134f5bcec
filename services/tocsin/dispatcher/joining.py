"""An action comes to a case: with its event, when a report makes its case known, or when a person says which it is."""

from collections.abc import Iterable

from sqlalchemy import Connection

from tocsin.dispatcher import acknowledging, sharing
from tocsin.dispatcher.casefile import CaseFile
from tocsin.dispatcher.changes import Changes
from tocsin.domain.following.acting import ActionState
from tocsin.store.alerting import due_times
from tocsin.store.deployment import Deployment
from tocsin.store.following import actions
from tocsin.store.following.actions import Kept
from tocsin.store.matching import reviews
from tocsin_schemas.knowledge import Knowledge


def strays(connection: Connection, file: CaseFile) -> list[Kept]:
    """Actions on reports of this case that are kept without a case, or with one in which the report stood before."""
    found = actions.elsewhere(connection, file.case.case_id, [claim.report_id for claim in file.claims])
    return [kept for kept in found if kept.case_id not in file.parts]


def join(
    connection: Connection,
    deployment: Deployment,
    knowledge: Knowledge,
    file: CaseFile,
    come: Iterable[Kept],
    changes: Changes,
) -> None:
    """Put actions in the case: who acts has answered, the others hear of it, and a plan makes way for the act."""
    now = changes.announce.now
    for kept in come:
        action, case_id = kept.action, file.case.case_id
        actions.place(connection, [action.action_id], case_id)
        due_times.place(connection, action.action_id, case_id)
        reviews.resolve_of(connection, "action_unmatched", action.action_id, "dispatcher", now)
        if not action.is_plan:
            _carry_out(connection, file, kept)
        acknowledging.answer_by_acting(connection, deployment, file, action.mechanism, now)
        sharing.share(file, action, knowledge, changes)


def _carry_out(connection: Connection, file: CaseFile, taken: Kept) -> None:
    same = (taken.action.mechanism, taken.action.action)
    plans = [k.action for k in actions.of_case(connection, file.case.case_id) if k.action.is_plan]
    done = [plan.action_id for plan in plans if (plan.mechanism, plan.action) == same]
    actions.settle(connection, done, ActionState.DONE)
