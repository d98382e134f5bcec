"""A log that was altered or cut past Tocsin is found by itself, and shown until it is put right."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, update

from databases import NOW, a_database
from tocsin.auditor.audit_watch import REST, AuditWatch
from tocsin.runtime import metrics
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.tables import audit as entries

AT = "hrd_audit_chain_verified_timestamp_seconds"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = a_database(tmp_path)
    with unit_of_work(engine) as connection:
        for number in range(7):
            audit.append(connection, "resolver", "report-accepted", f"report-{number}", {}, NOW)
            audit.append(connection, "mailer", "mail-sent", f"mail-{number}", {}, NOW)
    return engine


def passes(engine: Engine, watch: AuditWatch, after: timedelta = timedelta(), looks: int = 8) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        for number in range(looks):
            found = watch.look(connection, NOW + after + timedelta(seconds=number))
    return [(finding.subject, finding.detail) for finding in found]


@pytest.mark.parametrize("at_once", [1, 2, 3, 14, 15, 100])
def test_every_entry_is_reached_however_little_is_verified_at_once(engine: Engine, at_once: int) -> None:
    with unit_of_work(engine) as connection:
        connection.execute(update(entries).where(entries.c.seq == 7, entries.c.chain == "resolver").values(subject="x"))
    assert passes(engine, AuditWatch(at_once), looks=20) == [("resolver-7", "entry-altered")]


def test_a_sound_log_gives_no_finding_and_says_when_it_was_verified(engine: Engine) -> None:
    watch = AuditWatch(at_once=4)
    assert passes(engine, watch, timedelta(hours=1), looks=1) == []
    before = metrics.REGISTRY.get_sample_value(AT)
    assert before != (NOW + timedelta(hours=1)).timestamp(), "a part is not the whole"
    assert passes(engine, watch, timedelta(hours=1)) == []
    assert (metrics.REGISTRY.get_sample_value(AT) or 0) >= (NOW + timedelta(hours=1)).timestamp()


def test_a_log_cut_at_its_end_is_found_by_who_has_seen_it_whole(engine: Engine) -> None:
    watch = AuditWatch()
    assert passes(engine, watch) == []
    with unit_of_work(engine) as connection:
        connection.execute(delete(entries).where(entries.c.seq > 5))
    found = passes(engine, watch, REST + timedelta(minutes=1))
    assert sorted(found) == [("mailer-6", "entry-missing"), ("resolver-6", "entry-missing")]


def test_a_fault_stands_through_every_part_of_the_next_pass_and_goes_when_it_is_put_right(engine: Engine) -> None:
    watch = AuditWatch(at_once=3)
    here = update(entries).where(entries.c.seq == 6, entries.c.chain == "resolver")
    with unit_of_work(engine) as connection:
        connection.execute(here.values(subject="x"))
    assert passes(engine, watch) == [("resolver-6", "entry-altered")]
    later = REST + timedelta(minutes=1)
    assert passes(engine, watch, later, looks=1) == [("resolver-6", "entry-altered")]
    with unit_of_work(engine) as connection:
        connection.execute(here.values(subject="report-5"))
    assert passes(engine, watch, later * 2, looks=20) == []
