"""What a storm of due times is about: cases whose alerts nobody answers, and a process that fires what falls due."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from tocsin.devtools import corpus
from tocsin.devtools.corpus.generator import Numbered, numbered
from tocsin.devtools.corpus.seeding import ADMINISTRATORS
from tocsin.dispatcher.alerting import Alerting
from tocsin.dispatcher.due import Firing
from tocsin.dispatcher.effects import effects_of
from tocsin.domain.claims import claim_from
from tocsin.domain.identifiers import report_id
from tocsin.knowledge import load as knowledge
from tocsin.runtime import clock
from tocsin.store import migrate
from tocsin.store.casework import cases, reports
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.directory.approvals import enter
from tocsin.store.directory.keys import read_signer
from tocsin_schemas.deliveries import Channel
from tocsin_schemas.directory import RecipientEntry, Role
from tocsin_schemas.reports import Report

LINES = ("UN-SRHRD", "UN-WGAD", "UN-TORTURE", "UN-FOE", "ACHPR-SRHRD", "OIF")
"""Mandates whose line is filled from the staff to the duty officer."""
_ROLES = (Role.STAFF, Role.MANDATE_HOLDER, Role.DEPUTY, Role.DUTY_OFFICER)


def prepare(url: str, home: Path, number: int) -> tuple[Engine, Deployment]:
    """A database with so many cases, their alerts raised and nobody told yet but the first of each line."""
    migrate.upgrade(url)
    engine, deployment = open_database(url), load_deployment(home / "deployment.key")
    with unit_of_work(engine) as connection:
        _fill_the_lines(connection, deployment, home / "administrators")
    alerting = Alerting(deployment, knowledge.load())
    for letter in numbered(number, seed=1, poison=0.0, repeats=0.0, per_case=1):
        with unit_of_work(engine) as connection:
            _raise(connection, alerting, letter)
    return engine, deployment


def firing_for(engine: Engine, deployment: Deployment) -> Firing:
    """What fires due times, as the dispatcher does."""
    return Firing(engine, effects_of(Alerting(deployment, knowledge.load())))


def fire_until_killed(url: str, home: Path, off: timedelta, period: float = 0.02) -> None:
    """Fire what is due by a clock that is ``off``; says when it begins. period: seconds between two looks."""
    firing = firing_for(open_database(url), load_deployment(home / "deployment.key"))
    print("ready", flush=True)
    while True:
        for group in firing.groups(firing.due(clock.now() + off)):
            firing.fire(group, clock.now() + off)
        time.sleep(period)


def _fill_the_lines(connection: Connection, deployment: Deployment, folder: Path) -> None:
    now = clock.now()
    corpus.seed(connection, deployment, folder, now)
    first, second = (read_signer(key_id, folder / f"{key_id}.pem") for key_id in ADMINISTRATORS)
    for mandate in LINES:
        for role in _ROLES:
            enter(connection, deployment, (first, second), _entry(mandate, role), now)


def _entry(mandate: str, role: Role) -> RecipientEntry:
    key = f"line-{mandate}-{role}".lower().replace("_", "-")
    return RecipientEntry(
        key=key, addresses={Channel.EMAIL: f"{key}@line.example"}, mandates=[mandate], role=role, languages=["en"]
    )


def _raise(connection: Connection, alerting: Alerting, numbered_letter: Numbered) -> None:
    """Without matching: each report is a case of its own."""
    report, now = Report.model_validate_json(numbered_letter.letter.body), clock.now()
    identity = report_id(report.publisher, report.publisher_reference)
    claim, case_id = claim_from(report, identity), alerting.deployment.identities.case(identity)
    cases.open_case(connection, case_id, claim, now)
    reports.add(connection, claim, "", case_id, (), now)
    alerting.evaluate(connection, case_id, now)


if __name__ == "__main__":
    fire_until_killed(sys.argv[1], Path(sys.argv[2]), timedelta(hours=int(sys.argv[3])))
