"""Everything that is sealed of a case and of those who are told of it: what no mail may hold."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, bindparam, func, or_, select

from tocsin.store.directory.entries import part_of
from tocsin.store.tables import cases, deliveries, reports
from tocsin.store.vault import Erased, Vault
from tocsin_schemas.deliveries import Channel

_STANDING = func.coalesce(
    select(cases.c.redirects_to).where(cases.c.case_id == bindparam("c")).scalar_subquery(), bindparam("c")
)
_REPORTS = select(reports.c.report_id, reports.c.revision).where(reports.c.case_id == _STANDING)
_FAMILY = select(cases.c.case_id).where(or_(cases.c.case_id == _STANDING, cases.c.redirects_to == _STANDING))
_TOLD = select(deliveries.c.recipient_id).distinct().where(deliveries.c.case_id.in_(_FAMILY))


class Unreadable(Exception):
    """What is sealed was altered."""


def bodies_of(connection: Connection, vault: Vault, case_id: str) -> Iterator[Mapping[str, Any]]:
    """Each report of a case as its JSON, in every revision, withdrawn or not; what is erased is absent.

    Raises Unreadable if one was altered: then nobody knows what it says.
    """
    revisions = {row.report_id: row.revision for row in connection.execute(_REPORTS, {"c": case_id})}
    for revision in range(1, max(revisions.values(), default=0) + 1):
        subjects = [report_id for report_id, last in revisions.items() if revision <= last]
        try:
            opened = vault.open_many(connection, subjects, f"revision-{revision}")
            yield from [json.loads(body) for body in opened.values()]
        except (InvalidTag, ValueError) as error:
            raise Unreadable(case_id) from error


def live_bodies(connection: Connection, vault: Vault, case_id: str) -> dict[str, Mapping[str, Any]]:
    """Each report of a case that stands, by its id, as the JSON of its last revision; what is erased is absent.

    Raises Unreadable if one was altered.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for row in connection.execute(_REPORTS.where(reports.c.withdrawn_at.is_(None)), {"c": case_id}).all():
        try:
            with suppress(Erased):
                found[row.report_id] = json.loads(vault.open(connection, row.report_id, f"revision-{row.revision}"))
        except (InvalidTag, ValueError) as error:
            raise Unreadable(case_id) from error
    return found


def addresses_of(connection: Connection, vault: Vault, case_id: str) -> dict[str, set[str]]:
    """Of whoever was or is to be written to about a case, or about one that became part of it, by recipient.

    One that was altered is no address.
    """
    found: dict[str, set[str]] = {}
    for person in connection.execute(_TOLD, {"c": case_id}).scalars().all():
        for channel in Channel:
            with suppress(InvalidTag, ValueError, Erased):
                found.setdefault(person, set()).add(vault.open(connection, person, part_of(channel)).decode())
    return found
