"""What several commands need: an existing database, and the broker's offsets if it answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from kafka.errors import KafkaError
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from tocsin.runtime import kafka
from tocsin.runtime.settings import Settings
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment, load_deployment
from tocsin_schemas.topics import TOPICS


def settings_of_home() -> Settings:
    """Those of the services here: the environment, and what ``tocsin up`` or ``tocsin demo`` left in its folder.

    The keys in that folder are of the simulator: without the rest, SendGrid itself would be asked with them.
    """
    return Settings(_env_file=Settings().home / "settings.env")


def existing_database(settings: Settings) -> Engine:
    """The deployment's database; a command that only looks must not create one."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise click.ClickException(f"There is no database at {url.database}. Start Tocsin first: tocsin up")
    return open_database(settings.database)


def deployment_of(settings: Settings) -> Deployment:
    """The deployment whose key file is there; a command that only looks must not make a new one."""
    if not settings.key_file.exists():
        raise click.ClickException(f"There is no key file at {settings.key_file}: nothing sealed can be read.")
    return load_deployment(settings.key_file)


@contextmanager
def changing(settings: Settings) -> Iterator[Connection]:
    """One transaction; a failure becomes one line, and nothing of it remains."""
    try:
        with unit_of_work(existing_database(settings)) as connection:
            yield connection
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be used ({type(error).__name__}).") from None


@contextmanager
def looking(settings: Settings) -> Iterator[Connection]:
    """A read-only view of the database; a failure becomes one line."""
    try:
        with reading(existing_database(settings)) as connection:
            yield connection
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be read ({type(error).__name__}).") from None


def broker_ends(settings: Settings) -> dict[tuple[str, int], int] | None:
    """What the broker holds of every topic; None if it does not answer."""
    try:
        return kafka.end_offsets(settings.kafka, [topic.name for topic in TOPICS])
    except (KafkaError, OSError):
        return None


def echo_json(value: Any) -> None:
    click.echo(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return list(value)
