"""What each person was shown on the page of a case, written before the page leaves: as ``disclosures`` for mails."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import BindParameter, Connection, Row, bindparam, exists, or_, select

from tocsin.domain.identifiers import Identities
from tocsin.store.database import insert_each_if_absent
from tocsin.store.tables import recalls, reports, viewed

ATTEMPT = 0
"""Stands for the attempt of a mail where a viewing is called back."""
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_RECALLED = exists().where(recalls.c.delivery_id == viewed.c.viewing_id, recalls.c.report_id == viewed.c.report_id)
_STANDING = (
    select(viewed, reports.c.claim, reports.c.withdrawn_at)
    .join(reports, reports.c.report_id == viewed.c.report_id)
    .where(~_RECALLED, or_(viewed.c.case_id.in_(_CASES), reports.c.case_id.in_(_CASES)))
    .order_by(viewed.c.seen_at, viewed.c.viewing_id)
)
_NOTED = select(viewed.c.viewing_id).where(viewed.c.viewing_id.in_(bindparam("viewings", expanding=True)))
_HAS_SEEN = select(viewed.c.viewing_id).where(
    viewed.c.alert_id == bindparam("a"), viewed.c.recipient_id == bindparam("r")
)


@dataclass(frozen=True, slots=True)
class Viewing:
    """level: L0 for a report on which only the news of the case rests. fields: names of what is shown of it."""

    recipient_id: str
    alert_id: str
    report_id: str
    case_id: str
    level: str
    fields: list[str]


def record(connection: Connection, identities: Identities, shown: Iterable[Viewing], now: datetime) -> int:
    """Note what is about to be shown, and was not before; returns how much is new. Commit before it is shown."""
    named = _named(connection, identities, shown)
    new = sorted(named.keys() - _recorded(connection, named))
    insert_each_if_absent(
        connection, viewed, [{"viewing_id": each, **asdict(named[each]), "seen_at": now} for each in new]
    )
    return len(new)


def is_recorded(connection: Connection, identities: Identities, shown: Iterable[Viewing]) -> bool:
    """Whether all of it has been noted."""
    wanted = set(_named(connection, identities, shown))
    return wanted == _recorded(connection, wanted)


def standing(connection: Connection, case_ids: Collection[str]) -> list[Row[tuple[object, ...]]]:
    """What was shown of these cases, or of reports that stand in them now, and was not called back."""
    return list(connection.execute(_STANDING, {"cases": list(case_ids)}))


def has_seen(connection: Connection, alert_id: str, recipient_id: str) -> bool:
    """Whether this person was ever shown anything under this alert on its page."""
    return connection.execute(_HAS_SEEN.limit(1), {"a": alert_id, "r": recipient_id}).first() is not None


def _recorded(connection: Connection, viewing_ids: Iterable[str]) -> set[str]:
    """Those of these viewings that have been noted."""
    return set(connection.execute(_NOTED, {"viewings": list(viewing_ids)}).scalars())


def _named(connection: Connection, identities: Identities, shown: Iterable[Viewing]) -> dict[str, Viewing]:
    """By id. What was called back and may be shown again is another viewing."""
    views = list(shown)
    query = select(recalls.c.delivery_id).where(
        recalls.c.report_id.in_({view.report_id for view in views}), recalls.c.attempt == ATTEMPT
    )
    recalled = set(connection.execute(query).scalars())

    def name(view: Viewing) -> str:
        what = (view.recipient_id, view.alert_id, view.report_id, view.case_id, view.level, *view.fields)
        names = (identities.event("viewed", str(number), *what) for number in count())
        return next(name for name in names if name not in recalled)

    return {name(view): view for view in views}
