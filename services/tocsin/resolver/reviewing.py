"""What an operator is shown of a review, on record, and what they note beside a decision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tocsin.domain.matching.matcher import Matcher
from tocsin.resolver.deciding import Undecidable
from tocsin.resolver.explaining import Between, Explainer
from tocsin.store.auditing import audit
from tocsin.store.casework import cases, notes
from tocsin.store.deployment import Deployment
from tocsin.store.matching import judgements, reviews
from tocsin.store.vault import Erased
from tocsin.store.views import review_queue
from tocsin.store.views.review_queue import Line

CHAIN = "operators"


@dataclass(frozen=True, slots=True)
class Opened:
    """between: absent if the review is of no pair, or if one of its cases has no live report. merged: the one case
    that its two cases have become.
    """

    line: Line
    between: Between | None = None
    merged: str | None = None


def opened(
    connection: Connection, deployment: Deployment, matcher: Matcher, line: Line, now: datetime, by: str | None = None
) -> Opened:
    """Open the two reports by which the cases of a review come nearest, and put on record that they were opened."""
    if line.case_id is None or line.other_case_id is None:
        return Opened(line)
    ours, theirs = (cases.current(connection, case) for case in (line.case_id, line.other_case_id))
    if ours == theirs:
        return Opened(line, merged=cases.get(connection, ours).reference)
    between = Explainer(connection, deployment, matcher).across(ours, theirs)
    if between is not None:
        record(connection, line.review_id, between.opened, now, by)
    return Opened(line, between)


def record(
    connection: Connection, subject: str, reports: Collection[str], now: datetime, by: str | None = None
) -> None:
    """Put on record that the names of reports were opened to show them: on account of a review, or of a case.

    by: the account that looked, where one is known.
    """
    if reports:
        detail = {"reports": sorted(reports)} | ({} if by is None else {"by": by})
        audit.append(connection, CHAIN, "names-opened", subject, detail, now)


def close(connection: Connection, line: Line, by: str, now: datetime) -> None:
    """Note that nothing is left to do about a review. Raises Undecidable if it asks about two cases."""
    if line.kind in reviews.OF_PAIRS:
        raise Undecidable("This review asks about two cases. Decide it.")
    review_queue.close(connection, line.review_id, by, now)
    audit.append(connection, CHAIN, "review-closed", line.review_id, {"by": by, "kind": line.kind}, now)


def keep_note(connection: Connection, deployment: Deployment, judgement_id: int, note: str, now: datetime) -> None:
    """Seal why with both reports. Raises Undecidable if one of them is erased."""
    known = judgements.find(connection, judgement_id)
    assert known is not None, "it has just been recorded"
    try:
        notes.seal(connection, deployment.vault, judgement_id, (known.left, known.right), note, now)
    except Erased:
        raise Undecidable("One of the reports is erased: decide without a note.") from None
