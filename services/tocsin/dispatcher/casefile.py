"""All that is read of a case before anything is decided: its claims, its alerts, and what else is known of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tocsin.domain.claims import Claim
from tocsin.domain.following.impunity import is_repeated
from tocsin.domain.following.subscribing import Wishes
from tocsin.domain.routing.severities import UNPUNISHED
from tocsin.domain.routing.standing import Lowered, Standing
from tocsin.store.alerting import alerts
from tocsin.store.alerting.alerts import Alert
from tocsin.store.casework import cases, labels, links, reports
from tocsin.store.casework.cases import Case
from tocsin.store.following import actions
from tocsin.store.recipients import subscriptions
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class CaseFile:
    """known: the alerts of the case by mandate. inherited: those of the cases that became part of it (``parts``).

    wishes: by alert, who wants to hear more of the case, or less.
    """

    case: Case
    parts: Sequence[str]
    claims: Sequence[Claim]
    known: Mapping[str, Alert]
    inherited: Sequence[Alert]
    wishes: Wishes

    @property
    def family(self) -> tuple[str, ...]:
        return (self.case.case_id, *self.parts)

    @property
    def alerts(self) -> Iterator[Alert]:
        yield from self.known.values()
        yield from self.inherited

    @property
    def told(self) -> set[str]:
        """Everyone who was told of it, and has not been asked to delete it."""
        return {person for alert in self.alerts if alert.state != "closed" for person in alert.recipients}


def read(connection: Connection, case_id: str) -> CaseFile:
    """Call it with the case locked. ``case_id``: of a case that stands for itself."""
    parts = cases.parts_of(connection, case_id)
    known, inherited = alerts.of_case(connection, case_id), alerts.of_cases(connection, parts)
    alert_ids = [alert.alert_id for alert in (*known.values(), *inherited)]
    return CaseFile(
        cases.get(connection, case_id),
        parts,
        reports.claims_of(connection, case_id),
        known,
        inherited,
        subscriptions.of_alerts(connection, alert_ids) if alert_ids else {},
    )


def standing_of(connection: Connection, file: CaseFile) -> Standing:
    """What is known of the case besides its claims. A lowering holds for the very case; a label also for the whole."""
    decisions = labels.in_force(connection, file.family)
    lowered = [d for d in decisions if d.kind == "priority" and d.case_id == file.case.case_id]
    return Standing(
        emblematic=any(d.value == labels.EMBLEMATIC for d in decisions),
        impunity_by_link=impunity_by_link(connection, file),
        lowered=_lowered(lowered[-1]) if lowered else None,
        mechanisms_acted=actions.mechanisms_acted(connection, file.family),
    )


def impunity_by_link(connection: Connection, file: CaseFile) -> bool:
    """Whether an earlier attack on the same person, in a linked case, was never punished."""
    earlier = same_person(connection, file.family)
    return any(is_repeated(file.claims, reports.claims_of(connection, other)) for other in earlier)


def is_unpunished(connection: Connection, case_ids: Sequence[str]) -> bool:
    """Whether a report in one of the cases says that an attack has led to nothing."""
    claims = (claim for case_id in case_ids for claim in reports.claims_of(connection, case_id))
    return any(claim.accountability in UNPUNISHED for claim in claims)


def same_person(connection: Connection, family: Sequence[str]) -> list[str]:
    """The other cases of the same person, as they stand now."""
    found = links.of_cases(connection, family)
    ends = {end for ends, kind in found.items() if kind is LinkKind.SAME_PERSON for end in ends}
    return sorted({cases.current(connection, end) for end in ends - set(family)} - set(family))


def _lowered(decision: labels.Decision) -> Lowered:
    judged = Priority(decision.judged or Priority.P1)
    return Lowered(Priority(decision.value), decision.decided_by, judged)
