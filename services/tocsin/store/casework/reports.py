"""Reports: the claim in clear, the content and the profile sealed, and where each report stands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from tocsin.domain.claims import Claim
from tocsin.store.casework import case_figures
from tocsin.store.database import lock_keys
from tocsin.store.matching import candidates
from tocsin.store.matching.candidates import HashedKey
from tocsin.store.receiving import parking
from tocsin.store.tables import cases, reports, sealed_contents, sealing_keys
from tocsin.store.vault import Vault

PROFILE = "profile"
"""The part of the vault that holds what matching compares."""
_FIND = select(
    reports.c.report_id, reports.c.case_id, reports.c.revision, reports.c.content_digest, reports.c.withdrawn_at
).where(reports.c.report_id == bindparam("r"))
_SEALED = select(1).where(sealing_keys.c.subject == bindparam("r"))
_LOCATED = select(reports.c.report_id, reports.c.case_id, reports.c.content_digest).where(
    reports.c.report_id.in_(bindparam("ids", expanding=True)), reports.c.withdrawn_at.is_(None)
)
_MEMBERS = (
    select(
        reports.c.report_id,
        reports.c.case_id,
        reports.c.content_digest,
        reports.c.publisher,
        reports.c.accepted_at,
        func.coalesce(reports.c.placed_at, reports.c.accepted_at, type_=reports.c.accepted_at.type).label("since"),
        reports.c.claim["country"].as_string().label("country"),
        sealing_keys.c.subject.is_(None).label("erased"),
    )
    .select_from(reports.outerjoin(sealing_keys, sealing_keys.c.subject == reports.c.report_id))
    .where(reports.c.case_id.in_(bindparam("cases", expanding=True)), reports.c.withdrawn_at.is_(None))
    .order_by(reports.c.accepted_at, reports.c.report_id)
)
_CASES_OF = select(reports.c.report_id, reports.c.case_id).where(
    reports.c.report_id.in_(bindparam("ids", expanding=True)), reports.c.withdrawn_at.is_(None)
)
_CLAIMS_OF_REPORTS = select(reports.c.claim).where(
    reports.c.report_id.in_(bindparam("ids", expanding=True)), reports.c.withdrawn_at.is_(None)
)
_PROFILED = select(sealed_contents.c.subject).where(sealed_contents.c.part == bindparam("part"))
_WITHOUT_PROFILE = (
    select(reports.c.report_id)
    .join(sealing_keys, sealing_keys.c.subject == reports.c.report_id)
    .where(reports.c.withdrawn_at.is_(None), reports.c.report_id.not_in(_PROFILED))
    .order_by(reports.c.accepted_at, reports.c.report_id)
)
_STANDING = func.coalesce(
    select(cases.c.redirects_to).where(cases.c.case_id == bindparam("c")).scalar_subquery(), bindparam("c")
)
_LIVE_CLAIMS = (
    select(reports.c.claim).where(reports.c.withdrawn_at.is_(None)).order_by(reports.c.accepted_at, reports.c.report_id)
)
_OWN_CLAIMS = _LIVE_CLAIMS.where(reports.c.case_id == bindparam("c"))
_CLAIMS = _LIVE_CLAIMS.where(reports.c.case_id == _STANDING)
_CLAIMS_OF_CASES = (
    _LIVE_CLAIMS.add_columns(cases.c.case_id)
    .join(cases, func.coalesce(cases.c.redirects_to, cases.c.case_id) == reports.c.case_id)
    .where(cases.c.case_id.in_(bindparam("cases", expanding=True)))
)
_MOVE = update(reports).where(reports.c.report_id == bindparam("r")).values(case_id=bindparam("to"))
_PLACE = update(reports).where(reports.c.report_id == bindparam("r")).values(placed_at=bindparam("since"))
_WITHDRAW = (
    update(reports)
    .where(reports.c.report_id == bindparam("r"))
    .values(revision=bindparam("revision"), content_digest=bindparam("digest"), withdrawn_at=bindparam("at"))
)
_CORRECT = (
    update(reports)
    .where(reports.c.report_id == bindparam("r"))
    .values(
        revision=bindparam("revision"),
        content_digest=bindparam("digest"),
        claim=bindparam("claim", type_=reports.c.claim.type),
        withdrawn_at=None,
    )
)


@dataclass(frozen=True, slots=True)
class KnownReport:
    report_id: str
    case_id: str
    revision: int
    content_digest: str
    withdrawn_at: datetime | None


class Located(NamedTuple):
    """Where a live report stands. content_digest: tells one content of it from another."""

    report_id: str
    case_id: str
    content_digest: str


class Member(NamedTuple):
    """A live report of a case. since: see ``domain.matching.graph.Node``. country: the State responsible."""

    report_id: str
    case_id: str
    content_digest: str
    publisher: str
    accepted_at: datetime
    since: datetime
    country: str
    erased: bool


def find(connection: Connection, report_id: str) -> KnownReport | None:
    row = connection.execute(_FIND, {"r": report_id}).first()
    return None if row is None else KnownReport(*row)


def is_erased(connection: Connection, report_id: str) -> bool:
    """Of a known report: whether its key was destroyed, so that nothing of it is to be kept again."""
    return connection.execute(_SEALED, {"r": report_id}).first() is None


def located(connection: Connection, report_ids: Collection[str]) -> dict[str, Located]:
    """Those of the reports that are live."""
    if not report_ids:
        return {}
    rows = connection.execute(_LOCATED, {"ids": list(report_ids)})
    return {row[0]: Located._make(row) for row in rows}


def cases_of(connection: Connection, report_ids: Collection[str]) -> dict[str, str]:
    """Where each live report stands, erased or not."""
    if not report_ids:
        return {}
    return {row[0]: row[1] for row in connection.execute(_CASES_OF, {"ids": list(report_ids)})}


def without_profile(connection: Connection) -> list[str]:
    """Live reports that are not erased and that matching does not know."""
    return list(connection.execute(_WITHOUT_PROFILE, {"part": PROFILE}).scalars())


def members(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Member]]:
    """The live reports of each case, the oldest first; a case without any is absent."""
    found: dict[str, list[Member]] = {}
    if case_ids:
        for row in connection.execute(_MEMBERS, {"cases": list(case_ids)}):
            found.setdefault(row.case_id, []).append(Member._make(row))
    return found


def add(
    connection: Connection,
    claim: Claim,
    digest: str,
    case_id: str,
    keys: Iterable[HashedKey],
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Keep a new report, which stands in ``case_id`` and is found by ``keys``, which must be locked."""
    row = {
        "report_id": claim.report_id,
        "publisher": claim.publisher,
        "revision": claim.revision,
        "content_digest": digest,
        "claim": claim.model_dump(mode="json", exclude_none=True),
        "case_id": case_id,
        "accepted_at": now,
        "placed_at": None if since == now else since,
    }
    connection.execute(reports.insert(), row)
    case_figures.forget(connection, [], [case_id])
    candidates.add(connection, claim.report_id, keys)


def correct(connection: Connection, claim: Claim, digest: str, keys: Iterable[HashedKey]) -> None:
    """Replace the claim and the keys, old and new of which must be locked; earlier contents stay sealed."""
    content = {"claim": claim.model_dump(mode="json", exclude_none=True), "digest": digest}
    connection.execute(_CORRECT, {"r": claim.report_id, "revision": claim.revision, **content})
    case_figures.forget(connection, [claim.report_id])
    candidates.remove(connection, claim.report_id)
    candidates.add(connection, claim.report_id, keys)


def withdraw(connection: Connection, report_id: str, revision: int, digest: str, now: datetime) -> None:
    """Take a report back: it finds no more candidates and supports no more claims. Its keys must be locked."""
    connection.execute(_WITHDRAW, {"r": report_id, "revision": revision, "digest": digest, "at": now})
    case_figures.forget(connection, [report_id])
    candidates.remove(connection, report_id)


def place(connection: Connection, report_id: str, since: datetime) -> None:
    """Note that a correction has tied the report to another case since then."""
    connection.execute(_PLACE, {"r": report_id, "since": since})


def move(connection: Connection, to: Mapping[str, str]) -> None:
    """Put each report in another case."""
    if to:
        before = set(cases_of(connection, to).values())
        connection.execute(_MOVE, [{"r": report, "to": case} for report, case in sorted(to.items())])
        case_figures.forget(connection, to, before)


def seal_content(
    connection: Connection, vault: Vault, claim: Claim, body: bytes, now: datetime, profile: bytes | None = None
) -> None:
    """Keep this revision's body, and its profile in the place of an earlier one."""
    parts = {f"revision-{claim.revision}": body} | ({} if profile is None else {PROFILE: profile})
    vault.seal_parts(connection, claim.report_id, parts, now)


def claims_of(connection: Connection, case_id: str) -> list[Claim]:
    """The live claims of a case, or of the one that it became part of, the oldest first."""
    found = connection.execute(_CLAIMS, {"c": case_id}).scalars()
    return [Claim.model_validate(claim, strict=False) for claim in found]


def claims_of_cases(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Claim]]:
    """As ``claims_of``, of several cases at once; each of them has its list, though it be empty."""
    found: dict[str, list[Claim]] = {case_id: [] for case_id in case_ids}
    for claim, case_id in connection.execute(_CLAIMS_OF_CASES, {"cases": sorted(case_ids)}):
        found[case_id].append(Claim.model_validate(claim, strict=False))
    return found


def claims(connection: Connection, report_ids: Collection[str]) -> list[Claim]:
    """Of those that are live."""
    if not report_ids:
        return []
    found = connection.execute(_CLAIMS_OF_REPORTS, {"ids": list(report_ids)}).scalars()
    return [Claim.model_validate(claim, strict=False) for claim in found]


def facts_of(connection: Connection, case_id: str) -> tuple[list[str], list[str]]:
    """States concerned and violations, by every live claim that stands in the case itself."""
    found = list(connection.execute(_OWN_CLAIMS, {"c": case_id}).scalars())
    countries = {country for c in found for country in (c["country"], *c["further_states"])}
    return sorted(countries), sorted({violation for c in found for violation in c["violations"]})


def erase(connection: Connection, vault: Vault, report_id: str) -> bool:
    """Destroy what is personal in one report: its key, its contents, its candidate keys, and what of it waits."""
    waited = parking.erase(connection, report_id)  # first: what has its turn at this moment is then known, and erased
    lock_keys(connection, candidates.keys_of(connection, report_id))
    candidates.remove(connection, report_id)
    return vault.erase(connection, report_id) or waited
