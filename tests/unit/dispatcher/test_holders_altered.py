"""A mandate that nobody sound holds is not passed over: somebody is told, and it is told once it has a holder."""

from datetime import timedelta
from pathlib import Path

from builders import a_report, an_entry
from databases import NOW
from directories import put_recipient
from dispatching import Pipeline
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.directory import entries

ADDRESS = "wgad@un.example"


def test_a_mandate_whose_holders_are_all_altered_is_held_and_somebody_is_told(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    with unit_of_work(pipeline.engine) as connection:
        entries.load_recipients(connection, pipeline.deployment, NOW)
        person = pipeline.deployment.identities.recipient(an_entry("wgad@un.example", ["UN-WGAD"]).key)
        row = tables.recipients.c.recipient_id == person
        connection.execute(tables.recipients.update().where(row).values(approver="registry-9"))
    pipeline.take(a_report())
    assert pipeline.alerts()["UN-WGAD"] == "held"
    assert pipeline.alerts()["UN-SRHRD"] == "raised"
    assert person not in {told for _, told in pipeline.told()}
    assert "directory_altered" in {row.kind for row in pipeline.rows(tables.reviews)}
    pipeline.engine.dispose()


def test_what_waited_for_a_holder_is_told_as_soon_as_one_is_entered(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    pipeline.take(a_report())
    assert pipeline.alerts()["UN-IJL"] == "held"
    entry = an_entry("lawyers@un.example", ["UN-IJL"], valid_from=NOW.date() + timedelta(days=3))
    with unit_of_work(pipeline.engine) as connection:
        put_recipient(connection, pipeline.deployment, entry, NOW)
    pipeline.fire(NOW + timedelta(days=2))
    assert pipeline.alerts()["UN-IJL"] == "held"
    pipeline.fire(NOW + timedelta(days=3))
    assert pipeline.alerts()["UN-IJL"] == "raised"
    pipeline.engine.dispose()
