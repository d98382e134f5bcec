"""Reports that matching does not know yet, accepted before it or while it failed, get their profile and their keys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from tocsin.resolver.comparing import Comparer
from tocsin.resolver.profiling import profiled
from tocsin.store.casework import reports
from tocsin.store.database import lock_keys, reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.matching import candidates
from tocsin.store.vault import Erased
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report
from tocsin_schemas.structured import decode_data, read_structured


def index_missing(engine: Engine, deployment: Deployment, matcher: Comparer, now: datetime) -> int:
    """Index every live report without a profile, each in its own transaction; returns how many.

    They can be found from now on; where they stand already, they stay.
    """
    with reading(engine) as connection:
        missing = reports.without_profile(connection)
    indexing = _Indexing(deployment, matcher, now)
    done = 0
    for report_id in missing:
        with unit_of_work(engine) as connection:
            done += indexing.index(connection, report_id)
    return done


@dataclass(frozen=True, slots=True)
class _Indexing:
    deployment: Deployment
    matcher: Comparer
    now: datetime

    def index(self, connection: Connection, report_id: str) -> bool:
        """Tells whether it could be done."""
        vault, identities = self.deployment.vault, self.deployment.identities
        lock_keys(connection, [identities.blocking_key("report", report_id)])
        known = reports.find(connection, report_id)
        if known is None or known.withdrawn_at is not None:
            return False
        try:
            report = _read(vault.open(connection, report_id, f"revision-{known.revision}"))
        except (Erased, InvalidEvent):
            return False
        found = profiled(self.matcher, identities, report, report_id)
        if found.profile is None:
            return False
        lock_keys(connection, {*candidates.keys_of(connection, report_id), *found.keys.hashed})
        candidates.remove(connection, report_id)
        candidates.add(connection, report_id, found.keys.keys)
        vault.seal(connection, report_id, reports.PROFILE, found.profile.dump(), self.now)
        return True


def _read(body: bytes) -> Report:
    """The body as it was published: the report alone, or a whole CloudEvent in structured mode."""
    try:
        return decode_as(body, Report)
    except InvalidEvent:
        attributes, content = read_structured(body)
    event_type = next((value.decode() for name, value in attributes if name == "type"), "")
    report = decode_data(content, event_type)
    assert isinstance(report, Report)
    return report
