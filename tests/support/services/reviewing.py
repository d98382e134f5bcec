"""A deployment with two cases that may be one, made by the real matcher, for the commands that show and decide."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from builders import a_victim, a_violation
from resolving import Resolver, from_publisher
from tocsin.resolver.matching import load_matcher
from tocsin.store import tables
from tocsin.store.database import reading
from tocsin_schemas.reports import Reference, Report
from tocsin_schemas.victims import PersonName
from tocsin_schemas.violations import Place
from tocsin_schemas.vocabulary import ReferenceScheme

PERSIAN, LATIN, SISTER = "عبدالهادی شهرزادنژاد", "Abdulhadi Shahrzadnejad", "Mehri Shahrzadnejad"
NAMES = (PERSIAN, LATIN, SISTER, "Shahrzad", "شهرزاد")
COLUMNS = 80


def a_case_report(publisher: str, *names: str, **over: Any) -> Report:
    spelt = [PersonName(value=name) for name in names]
    fields: dict[str, Any] = {
        "alleged_victims": [a_victim(names=spelt, birth="1979")],
        "violation": a_violation(country="IRN", place=Place(name="Shiraz")),
        "references": [Reference(scheme=ReferenceScheme.OTHER, value=f"Press release of {publisher}")],
    }
    return from_publisher(publisher, **fields | over)


BROTHER, AGAIN, OTHER = (
    a_case_report("UN-WGAD", PERSIAN, "Abdolhadi Shahrzadnezhad"),
    a_case_report("NGO-OBS", LATIN),
    a_case_report("COE-CHR", SISTER),
)


def a_queue(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Two reports of one case, and one of another that a person must look at."""
    monkeypatch.setenv("TOCSIN_HOME", str(folder))
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    resolver = Resolver(folder, load_matcher())  # type: ignore[arg-type]
    for report in (BROTHER, AGAIN, OTHER):
        resolver.accept(report)
    return resolver


def run(command: Any, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def audited(resolver: Resolver, action: str) -> list[Any]:
    with reading(resolver.engine) as connection:
        return list(connection.execute(select(tables.audit).where(tables.audit.c.action == action)))


def references(resolver: Resolver) -> dict[str, str]:
    return {row.case_id: row.reference for row in resolver.rows(tables.cases)}
