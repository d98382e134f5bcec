"""What was told of the reports of a case, by mail or on its page, and was not called back; and what they say now."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from tocsin.domain.claims import Claim
from tocsin.domain.following.recall import Telling
from tocsin.store.alerting import viewings
from tocsin.store.alerting.disclosures import MAY_HAVE_LEFT
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import deliveries, disclosures, recalls, reports

_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_CALLED_BACK = exists().where(
    recalls.c.delivery_id == disclosures.c.delivery_id,
    recalls.c.attempt == disclosures.c.attempt,
    recalls.c.report_id == disclosures.c.report_id,
)
_TOLD = (
    select(
        disclosures.c.delivery_id,
        disclosures.c.attempt,
        disclosures.c.report_id,
        disclosures.c.alert_id,
        disclosures.c.recipient_id,
        disclosures.c.fields,
        disclosures.c.case_id,
        reports.c.claim,
        reports.c.withdrawn_at,
    )
    .join(reports, reports.c.report_id == disclosures.c.report_id)
    .join(deliveries, deliveries.c.delivery_id == disclosures.c.delivery_id)
    .where(~_CALLED_BACK, MAY_HAVE_LEFT)
    .order_by(disclosures.c.told_at, disclosures.c.delivery_id, disclosures.c.attempt, disclosures.c.report_id)
)
_HERE, _ELSEWHERE = (
    _TOLD.where(disclosures.c.case_id.in_(_CASES)),
    _TOLD.where(reports.c.case_id.in_(_CASES), disclosures.c.case_id.not_in(_CASES)),
)
"""Two questions, for each of which there is an index."""


class Standing(NamedTuple):
    """tellings: what stands. claims: of those reports that are live. case_of: the case of each alert."""

    tellings: list[Telling]
    claims: dict[str, Claim]
    case_of: dict[str, str]


def standing(connection: Connection, case_ids: Collection[str]) -> Standing:
    """What was told of these cases, or of reports that stand in them now, wherever they stood then."""
    tellings: list[Telling] = []
    claims: dict[str, Claim] = {}
    case_of: dict[str, str] = {}
    of_cases = {"cases": list(case_ids)}
    for row in (*connection.execute(_HERE, of_cases), *connection.execute(_ELSEWHERE, of_cases)):
        who = (row.alert_id, row.recipient_id)
        tellings.append(Telling(row.delivery_id, row.attempt, row.report_id, *who, bool(row.fields)))
        case_of[row.alert_id] = row.case_id
        if row.withdrawn_at is None and row.report_id not in claims:
            claims[row.report_id] = Claim.model_validate(row.claim, strict=False)
    for view in viewings.standing(connection, case_ids):
        who = (view.alert_id, view.recipient_id)
        tellings.append(Telling(view.viewing_id, viewings.ATTEMPT, view.report_id, *who, bool(view.fields)))
        case_of.setdefault(view.alert_id, view.case_id)
        if view.withdrawn_at is None and view.report_id not in claims:
            claims[view.report_id] = Claim.model_validate(view.claim, strict=False)
    return Standing(tellings, claims, case_of)


def record(connection: Connection, tellings: Iterable[Telling], now: datetime) -> None:
    """Note that these are called back, so that nobody is asked twice to delete the same."""
    for telling in tellings:
        told = {"delivery_id": telling.delivery_id, "attempt": telling.attempt, "report_id": telling.report_id}
        insert_if_absent(connection, recalls, **told, recalled_at=now)
