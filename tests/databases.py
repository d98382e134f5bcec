"""Databases for tests: an empty one with the real migrations, a deployment, and the messages of a topic."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from tocsin.runtime.stream import Message
from tocsin.store.database import open_database
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.migrate import upgrade
from tocsin_schemas.events import encode_headers

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def a_database(folder: Path) -> Engine:
    url = f"sqlite:///{folder / 'tocsin.db'}"
    upgrade(url)
    return open_database(url)


def a_deployment(folder: Path) -> Deployment:
    return load_deployment(folder / "deployment.key")


def a_message(
    body: bytes, offset: int = 0, event_type: str = "report.submitted", topic: str = "tocsin.reports.v1", **over: str
) -> Message:
    """A CloudEvent in binary mode as it comes from the broker. ``over``: event_id."""
    headers = tuple(encode_headers(over.get("event_id", f"event-{offset}"), event_type, "/tests", NOW))
    return Message(topic, 0, offset, b"key", body, headers, NOW)
