"""Migrations: Alembic, the same on SQLite and PostgreSQL."""

from importlib.resources import files

from alembic import command
from alembic.config import Config

from tocsin.store.database import open_database


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to ``revision``; a database that is there already is left alone."""
    configured = configuration(url)
    command.upgrade(configured, revision)
    configured.attributes["engine"].dispose()


def configuration(url: str) -> Config:
    """Alembic's configuration, without a file."""
    configured = Config()
    configured.set_main_option("script_location", str(files("tocsin.store") / "migrations"))
    configured.attributes["engine"] = open_database(url)
    return configured
