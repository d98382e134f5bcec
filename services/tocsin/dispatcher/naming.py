"""What an event of an action calls its case, and its letters."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities, report_id
from tocsin.domain.matching.references import canonical
from tocsin.store.casework import cases, reports
from tocsin.store.casework.locks import lock_found
from tocsin_schemas.reports import Reference

_OF_A_CASE = "HRD-"


def case_named(connection: Connection, mechanism: str | None, named: str) -> tuple[str | None, str | None]:
    """The case that an event names, locked, and the report if it may name one by its publisher's own reference."""
    if named.upper().startswith(_OF_A_CASE) and (case := cases.by_reference(connection, named)) is not None:
        return locked(connection, case.case_id), None
    if mechanism is None:
        return None, None
    report = report_id(mechanism, named)
    known = reports.find(connection, report)
    return (None if known is None else locked(connection, known.case_id)), report


def locked(connection: Connection, case_id: str) -> str:
    """The case that this one is part of now; both are locked until the transaction ends."""
    lock_found(connection, lambda: {case_id, cases.current(connection, case_id)})
    return cases.current(connection, case_id)


def reference_keys(identities: Identities, references: Iterable[Reference], state: str | None) -> Iterator[str]:
    """Keyed hashes of reference numbers, the same however they are written."""
    for reference in references:
        number = canonical(reference, state)
        name = f"{number.scheme}:{number.key}" if number else f"{reference.scheme}:{reference.value.casefold()}"
        yield identities.blocking_key("action-reference", name)
