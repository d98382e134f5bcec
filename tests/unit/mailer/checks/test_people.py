"""``tocsin doctor`` finds mandates whom no mail can reach, and names nobody's address."""

from pathlib import Path
from typing import Any

import pytest

from builders import an_entry
from databases import NOW, a_database, a_deployment
from directories import put_recipient
from tocsin.mailer.checks import people
from tocsin.mailer.checks.finding import Finding, Verdict
from tocsin.store.database import reading, unit_of_work
from tocsin.store.mail import suppressions
from tocsin.store.mail.suppressions import Place
from tocsin_schemas.deliveries import Channel

FINE, WRONG = Verdict.FINE, Verdict.WRONG
MANDATE, OTHER = "ACHPR-SRHRD", "UN-WGAD"


class Registry:
    """A directory. Each person has one address, ``<key>@mechanism.example``, and perhaps a second."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.deployment = a_database(folder), a_deployment(folder)

    def enter(self, key: str, mandate: str = MANDATE, backup: bool = False, **over: Any) -> str:
        entry = an_entry(f"{key}@mechanism.example", [mandate], key=key)
        if backup:
            over["addresses"] = entry.addresses | {Channel.BACKUP_EMAIL: f"{key}-2@mechanism.example"}
        with unit_of_work(self.engine) as connection:
            return put_recipient(connection, self.deployment, entry.model_copy(update=over), NOW)

    def suppress(self, recipient_id: str, name: str = "bounces") -> None:
        with unit_of_work(self.engine) as connection:
            suppressions.update(connection, name, {Place(recipient_id, "email"): NOW}, NOW)

    def found(self) -> dict[str, Finding]:
        with reading(self.engine) as connection:
            return {finding.check: finding for finding in people.of_directory(connection, self.deployment, NOW)}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def test_an_empty_directory_is_wrong(registry: Registry) -> None:
    assert registry.found()["reachability"].verdict is WRONG


def test_a_directory_in_order_is_fine(registry: Registry) -> None:
    registry.enter("desk-1")
    assert {finding.verdict for finding in registry.found().values()} == {FINE}


def test_a_mandate_whose_only_desk_is_suppressed_reaches_nobody(registry: Registry) -> None:
    registry.enter("desk-1")
    registry.suppress(registry.enter("desk-2", OTHER))
    found = registry.found()
    assert found["suppressions"].verdict is WRONG
    assert found["reachability"].verdict is WRONG
    assert OTHER in found["reachability"].sentence
    assert MANDATE not in found["reachability"].sentence
    assert "mechanism.example" not in str(found)


@pytest.mark.parametrize(("backup", "name"), [(True, "bounces"), (False, "blocks")])
def test_a_second_address_or_a_mere_block_leaves_a_mandate_reachable(
    registry: Registry, backup: bool, name: str
) -> None:
    registry.suppress(registry.enter("desk-1", backup=backup), name)
    found = registry.found()
    assert found["suppressions"].verdict is WRONG
    assert found["reachability"].verdict is FINE


def test_whose_term_is_over_is_not_counted(registry: Registry) -> None:
    registry.enter("desk-1", valid_to=NOW.date())
    assert registry.found()["reachability"].verdict is WRONG
