"""Which candidates come in, how far a key is followed, and what is kept open in memory."""

from pathlib import Path

import pytest
from sqlalchemy import event

from builders import a_report, a_victim, a_violation
from matching_fakes import PlainMatcher
from resolving import Resolver, from_publisher, identity
from tocsin.domain.matching.blocking import POSTINGS
from tocsin.resolver import finding
from tocsin.resolver.profiles import Profiles
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.tables import key_frequencies
from tocsin_schemas.reports import Reference
from tocsin_schemas.vocabulary import ReferenceScheme

NUMBER = [Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 9/2026")]


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(tmp_path)


def _found(resolver: Resolver, report) -> list[str]:
    known = PlainMatcher().profile_of(report, identity(report))
    sought = finding.sought(resolver.deployment.identities, PlainMatcher().keys_of(known))
    with reading(resolver.engine) as connection:
        return finding.find(connection, sought, identity(report))


def test_no_key_stands_in_clear(resolver: Resolver) -> None:
    sought = finding.sought(
        resolver.deployment.identities, PlainMatcher().keys_of(PlainMatcher().profile_of(a_report(), "r"))
    )
    assert all(len(key) == 32 and int(key, 16) for key in sought.hashed)
    assert sorted(sought.hashed) == sought.hashed


def test_a_key_that_too_many_share_is_not_followed_but_a_reference_always_is(resolver: Resolver) -> None:
    first = resolver.accept(from_publisher("UN-A", references=NUMBER)).report_id
    assert _found(resolver, from_publisher("UN-B")) == [first]
    with unit_of_work(resolver.engine) as connection:
        connection.execute(key_frequencies.update().values(reports=POSTINGS + 1))
    assert _found(resolver, from_publisher("UN-B")) == []
    quoting = from_publisher("UN-B", references=NUMBER, alleged_victims=[a_victim("Quite Another")])
    assert _found(resolver, quoting) == [first]


def test_the_rarer_keys_are_followed_first_until_they_give_enough() -> None:
    common = {"a": 1, "b": finding.ENOUGH, "c": 300, "d": 5, "e": 400}
    assert finding._followed({key: min(number, POSTINGS) for key, number in common.items()})[:2] == ["a", "d"]
    many = {f"{n:03}": POSTINGS for n in range(100)}
    assert len(finding._followed(many)) * POSTINGS <= finding.ENOUGH + 2 * POSTINGS


def test_a_correction_does_not_find_itself(resolver: Resolver) -> None:
    resolver.accept(from_publisher("UN-A"))
    assert _found(resolver, from_publisher("UN-A")) == []


def test_profiles_are_opened_once_and_the_least_used_is_forgotten(resolver: Resolver) -> None:
    for publisher in ("UN-A", "UN-B", "UN-C"):
        resolver.accept(from_publisher(publisher, alleged_victims=[a_victim(f"Afi {publisher[-1]}omensah")]))
    opened: list[int] = []
    profiles = Profiles(resolver.deployment.vault, limit=2)
    with reading(resolver.engine) as connection:
        where = reports.located(connection, list(resolver.homes()))
        event.listen(resolver.engine, "before_cursor_execute", lambda *args: opened.append(len(args[3])))
        first, second, third = sorted(where.values())
        assert set(profiles.of(connection, [first, second])) == {first.report_id, second.report_id}
        assert len(opened) == 1
        profiles.of(connection, [second, first])
        assert len(opened) == 1, "nothing is asked of the database again"
        profiles.of(connection, [third])
        profiles.of(connection, [first])
        assert len(opened) == 2
        profiles.of(connection, [second])
        assert len(opened) == 3


def test_another_revision_is_another_profile(resolver: Resolver) -> None:
    resolver.accept(from_publisher("UN-A"))
    resolver.accept(from_publisher("UN-A", revision=2, violation=a_violation(date="2026-01-05")), "report.corrected")
    assert resolver.accept(from_publisher("UN-B", violation=a_violation(date="2026-01-05"))).word == "joined"


def test_what_is_erased_in_the_vault_does_not_live_on_in_memory(resolver: Resolver) -> None:
    resolver.accept(from_publisher("UN-A"))
    member = resolver.accept(from_publisher("UN-B"))
    with unit_of_work(resolver.engine) as connection:
        reports.erase(connection, resolver.deployment.vault, member.report_id)
    newer = resolver.accept(from_publisher("UN-C"))
    assert (newer.word, newer.candidates) == ("joined", 1)
    assert member.report_id not in {key[0] for key in resolver.acceptance._placing.surveyor.profiles._known}
