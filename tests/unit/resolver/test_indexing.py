"""Reports that matching does not know are made known when the resolver starts."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from builders import a_report, a_report_json
from databases import NOW
from matching_fakes import PlainMatcher
from resolving import Resolver, from_publisher, identity, withdrawal_of
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.indexing import index_missing
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import unit_of_work
from tocsin_schemas.reports import Report


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _forget(resolver: Resolver) -> None:
    """As a database is in which reports were accepted before there were profiles."""
    with unit_of_work(resolver.engine) as connection:
        connection.execute(delete(tables.blocking_keys))
        connection.execute(delete(tables.key_frequencies))
        connection.execute(delete(tables.sealed_contents).where(tables.sealed_contents.c.part == reports.PROFILE))
    resolver.acceptance = Acceptance(resolver.deployment, resolver.matcher)


def _index(resolver: Resolver) -> int:
    return index_missing(resolver.engine, resolver.deployment, resolver.matcher, NOW)


def test_an_earlier_report_is_found_again_once_it_is_indexed(resolver: Resolver) -> None:
    first = resolver.accept(a_report())
    _forget(resolver)
    assert _index(resolver) == 1
    assert _index(resolver) == 0, "once is enough"
    assert resolver.accept(from_publisher("NGO-OBS")).case_id == first.case_id


def test_what_is_withdrawn_or_erased_is_left_alone(resolver: Resolver) -> None:
    resolver.accept(a_report())
    resolver.accept(from_publisher("NGO-OBS"))
    _forget(resolver)
    resolver.accept(withdrawal_of(a_report(), 2), "report.withdrawn")
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, identity(from_publisher("NGO-OBS")))
    assert _index(resolver) == 0


def test_a_report_that_the_rules_stumbled_over_is_tried_again(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr(PlainMatcher, "profile_of", stumble)
        first = resolver.accept(a_report())
        assert _index(resolver) == 0
    assert _index(resolver) == 1
    assert resolver.accept(from_publisher("NGO-OBS")).case_id == first.case_id


def test_a_report_published_in_structured_mode_is_read_too(resolver: Resolver) -> None:
    resolver.accept(a_report())
    _forget(resolver)
    envelope = b'{"specversion": "1.0", "id": "1", "source": "/t", "type": "org.tocsin.report.submitted", "data": %b}'
    with unit_of_work(resolver.engine) as connection:
        report_id = identity(Report.model_validate_json(a_report_json()))
        resolver.deployment.vault.seal(connection, report_id, "revision-1", envelope % a_report_json(), NOW)
    assert _index(resolver) == 1
