"""What is drafted, held back and looked for by number is the same on PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import pytest

import planted
from builders import an_entry
from databases import NOW, a_deployment
from directories import FIRST, SECOND, appoint_two
from tocsin.resolver import searching
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.directory import changes, drafts
from tocsin.store.directory.approvals import approve
from tocsin.store.directory.changes import State
from tocsin.store.directory.proposals import entry_wanted
from tocsin.store.views import held_alerts

ENTRY = an_entry("wgad@un.example", ["UN-WGAD"])


@pytest.mark.postgresql
def test_a_draft_is_signed_and_approved_and_what_is_held_is_listed(migrated: Callable[[], str], tmp_path: Path) -> None:
    engine, deployment = open_database(migrated()), a_deployment(tmp_path)
    with unit_of_work(engine) as connection:
        appoint_two(connection, deployment)
        wanted = entry_wanted(connection, deployment, ENTRY, NOW)
        assert wanted is not None
        kept, dropped = (drafts.keep(connection, deployment, FIRST.key_id, wanted, NOW).change_id for _ in range(2))
        drafts.forget(connection, dropped)
        assert drafts.propose(connection, deployment, FIRST, kept, NOW).state is State.PENDING
        approve(connection, deployment, SECOND, kept, NOW)
        history = changes.of_subject(connection, deployment.identities.recipient(ENTRY.key))
        assert [(change.change_id, change.state) for change in history] == [(kept, "approved")]
        case_id = planted.plant_case(connection, 1)
        for mandate in ("UN-WGAD", "OIF"):
            planted.plant_alert(
                connection, case_id, mandate, state="held", hold_reason="consent", rule="consent-absent"
            )
        [line] = held_alerts.listed(connection, "consent")
        assert line.mandates == {"consent-absent": ["OIF", "UN-WGAD"]}
        assert held_alerts.counts(connection) == {"consent": 1}
        assert searching.by_number(connection, deployment, ["UN-WGAD"], "22/2020") == []
    engine.dispose()
