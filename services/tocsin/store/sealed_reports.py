"""Everything that is sealed of a case and of those who are told of it: what no mail may hold."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from tocsin.store.directory import part_of
from tocsin.store.tables import cases, deliveries, reports
from tocsin.store.vault import Vault
from tocsin_schemas.deliveries import Channel

_STANDING = func.coalesce(
    select(cases.c.redirects_to).where(cases.c.case_id == bindparam("c")).scalar_subquery(), bindparam("c")
)
_REPORTS = select(reports.c.report_id, reports.c.revision).where(reports.c.case_id == _STANDING)
_TOLD = select(deliveries.c.recipient_id).distinct().where(deliveries.c.case_id == bindparam("c"))


def bodies_of(connection: Connection, vault: Vault, case_id: str) -> Iterator[Mapping[str, Any]]:
    """Each report of a case as its JSON, in every revision, withdrawn or not; what is erased is absent."""
    revisions = {row.report_id: row.revision for row in connection.execute(_REPORTS, {"c": case_id})}
    for revision in range(1, max(revisions.values(), default=0) + 1):
        subjects = [report_id for report_id, last in revisions.items() if revision <= last]
        for body in vault.open_many(connection, subjects, f"revision-{revision}").values():
            yield json.loads(body)


def addresses_of(connection: Connection, vault: Vault, case_id: str) -> dict[str, set[str]]:
    """Of whoever was or is to be written to about a case, by recipient."""
    people = list(connection.execute(_TOLD, {"c": case_id}).scalars())
    found: dict[str, set[str]] = {}
    for channel in Channel:
        for person, address in vault.open_many(connection, people, part_of(channel)).items():
            found.setdefault(person, set()).add(address.decode())
    return found
