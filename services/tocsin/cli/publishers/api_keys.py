"""``tocsin publishers api-key``: keys of the HTTP intake."""

from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.text import Text

from tocsin.cli import operator
from tocsin.cli.connection import deployment_of, echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.publishers.keys import registering
from tocsin.cli.tables import narrow, whole
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.publishing import api_keys
from tocsin.store.publishing.api_keys import ApiKey, Scope


@click.group("api-key", cls=Group)
def api_key() -> None:
    """Give, list and revoke keys of the HTTP intake and its form."""


@api_key.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([s.value for s in Scope]),
    help="What it opens.",
)
@click.option("--network", "networks", multiple=True, metavar="CIDR", help="Where from. Default: anywhere.")
@click.option("--valid-days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it opens.")
@operator.by
def add(name: str, scopes: tuple[str, ...], networks: tuple[str, ...], valid_days: int, by: str) -> None:
    """Give the publisher NAME a key, which is shown this once."""
    settings, now = Settings(), clock.now()
    identities, ends = deployment_of(settings).identities, now + timedelta(days=valid_days)
    with registering(settings) as connection:
        opened = [Scope(scope) for scope in scopes]
        whole_key = api_keys.create(connection, identities, name, opened, networks, ends, by, now)
    click.echo(f"It opens {', '.join(dict.fromkeys(scopes))} until {ends:%Y-%m-%d}. It is shown this once:")
    click.echo(whole_key)


@api_key.command("list")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(name: str, as_json: bool) -> None:
    """The keys of the publisher NAME; none of their secrets is kept."""
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with looking(settings) as connection:
        found = api_keys.of_publisher(connection, identities, name)
    if as_json:
        echo_json(found)
        return
    table = narrow(whole("key", 12), whole("opens", 7), "from", whole("until", 10), whole("last used", 10))
    for key in found:
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        table.add_row(*map(Text, (key.key_id, "\n".join(key.scopes), _networks(key), _until(key, now), used)))
    Console().print(table if found else f"{name} has no API key.", markup=False)


@api_key.command()
@click.argument("key_id")
@operator.by
def revoke(key_id: str, by: str) -> None:
    """Let the key KEY_ID (what stands between tcn_ and the secret) open nothing more."""
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with registering(settings) as connection:
        api_keys.revoke(connection, identities, key_id, by, now)
    click.echo(f"{key_id} opens nothing more.")


def _networks(key: ApiKey) -> str:
    return "\n".join(key.networks) or "anywhere"


def _until(key: ApiKey, now: datetime) -> str:
    """The day on which it ends; a word, if it opens nothing more."""
    if key.revoked_at:
        return "revoked"
    return f"{key.expires_at:%Y-%m-%d}" if now < key.expires_at else "expired"
