"""``tocsin publishers``: who may publish, by which signing keys, and as whom they come to the broker."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from tocsin.cli import operator
from tocsin.cli.connection import deployment_of, echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.publishers import showing
from tocsin.cli.publishers.api_keys import api_key
from tocsin.cli.publishers.kafka import Door, door_options
from tocsin.cli.publishers.keys import KeyOffer, key_options, offered, registering
from tocsin.domain.identifiers import Identities
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.publishing import api_keys
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.publishers import Publisher, PublisherKey
from tocsin.store.views import publisher_standings
from tocsin.store.views.publisher_standings import signs, standings

_OVERLAP = 7


@click.group(cls=Group)
def publishers() -> None:
    """Register who may publish, and give, change and end their keys."""


publishers.add_command(api_key)


@publishers.command()
@click.argument("name")
@click.option("--acts-for", multiple=True, metavar="NAME", help="A mechanism or seat in whose name it records actions.")
@key_options
@door_options
@operator.by
def add(name: str, acts_for: tuple[str, ...], by: str, offer: KeyOffer, door: Door) -> None:
    """Register the publisher NAME, with the key by which it signs, and let it write to the broker.

    Without a key it publishes by the HTTP intake alone: see tocsin publishers api-key.
    """
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with registering(settings) as connection:
        registry.check_name(name)
        if registry.find(connection, identities, name) is not None:
            raise registry.Unregistrable("publisher-exists")
    key = offered(offer, name, by, now)
    publisher = Publisher(name, acts_for, now, by)
    with registering(settings) as connection:
        registry.add(connection, identities, publisher)
        if key is not None:
            registry.add_key(connection, identities, key, now)
    click.echo(f"{name} is registered.")
    _say_key(key, offer)
    if key is not None:
        door.open(settings, publisher, by, now)


@publishers.command()
@click.argument("name")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 365),
    default=_OVERLAP,
    show_default=True,
    help="How long the earlier keys still sign.",
)
@key_options
@door_options
@operator.by
def rotate(name: str, overlap_days: int, by: str, offer: KeyOffer, door: Door) -> None:
    """Give NAME a new key; those that it has sign for some days yet, so that none of its systems stands still.

    Its password to the broker changes too, at once, for connections from now on.
    """
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with registering(settings) as connection:
        publisher = _in_force(registry.find(connection, identities, name))
        known = registry.keys_of(connection, identities, name)
        key = offered(offer, name, by, now)
        if key is None:
            raise click.UsageError("Give the new key: --key-file or --make-key.")
        registry.add_key(connection, identities, key, now)
        ends = now + timedelta(days=overlap_days)
        for old in (old for old in known if signs(old, now)):
            registry.close_key(connection, identities, old.key_id, ends, by, now)
    _say_key(key, offer)
    click.echo(f"What {name} signed with before is valid until {_day(ends)}.")
    door.change(settings, publisher, by, now)


@publishers.command()
@click.argument("name")
@door_options
@operator.by
def password(name: str, by: str, door: Door) -> None:
    """Give NAME a new password to the broker, or a user there if it has none."""
    settings, now = Settings(), clock.now()
    with registering(settings) as connection:
        publisher = _in_force(registry.find(connection, deployment_of(settings).identities, name))
    door.change(settings, publisher, by, now)


@publishers.command()
@click.argument("key_id")
@operator.by
def revoke(key_id: str, by: str) -> None:
    """Take nothing more that the key KEY_ID signed, whenever it was signed: for a key in wrong hands.

    If no other key of the publisher signs, its user at the broker is deleted too. May be said again.
    """
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with registering(settings) as connection:
        key = registry.find_key(connection, identities, key_id)
        if key is None or key.revoked_at is None:
            registry.revoke_key(connection, identities, key_id, by, now)
        owner, others = _others(connection, identities, key_id, now)
    click.echo(f"{key_id} is revoked.")
    if others:
        click.echo(f"{owner.publisher_id} still signs with: {', '.join(others)}.")
        click.echo("If its password may be in wrong hands too: tocsin publishers password")
    else:
        Door().shut(settings, owner, by, now)


@publishers.command()
@click.argument("name")
@operator.by
def end(name: str, by: str) -> None:
    """Take nothing more from NAME: its keys, API keys and its user at the broker end at once. May be said again."""
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with registering(settings) as connection:
        publisher = registry.find(connection, identities, name)
        if publisher is None or publisher.ended_at is None or publisher.kafka_user is None:
            publisher = _in_force(publisher)
            for opened in api_keys.of_publisher(connection, identities, name):
                if opened.revoked_at is None:
                    api_keys.revoke(connection, identities, opened.key_id, by, now)
            registry.end(connection, identities, name, by, now)
    click.echo(f"Nothing more is taken from {name}.")
    Door().shut(settings, publisher, by, now)


@publishers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_publishers(as_json: bool) -> None:
    """Publishers, their keys and how these stand, the last number signed, and how many events were refused."""
    settings, now = Settings(), clock.now()
    identities = deployment_of(settings).identities
    with looking(settings) as connection:
        found = standings(connection, identities, now)
        altered = [*registry.altered(connection, identities), *api_keys.altered(connection, identities)]
        undone = publisher_standings.undone(connection, identities)
    if as_json:
        echo_json({"publishers": showing.as_json(found), "altered": altered, "put_back": undone})
    else:
        showing.show(found, altered, undone)
    if altered or undone:
        raise SystemExit(1)


@publishers.command("sealing-key")
def sealing_key() -> None:
    """The public key (JWK) to which bodies may be sealed, so that the broker holds no name in clear."""
    echo_json(deployment_of(Settings()).keys.opening.public())


def _in_force(publisher: Publisher | None) -> Publisher:
    if publisher is None or publisher.ended_at is not None:
        raise registry.Unregistrable("publisher-unknown")
    return publisher


def _others(connection: Connection, identities: Identities, key_id: str, now: datetime) -> tuple[Publisher, list[str]]:
    """Whose key it is, and the keys by which that publisher still signs."""
    key = registry.find_key(connection, identities, key_id)
    owner = registry.find(connection, identities, key.publisher_id) if key is not None else None
    if owner is None:
        raise registry.Unregistrable("publisher-unknown")
    known = registry.keys_of(connection, identities, owner.publisher_id)
    return owner, [other.key_id for other in known if signs(other, now)]


def _say_key(key: PublisherKey | None, offer: KeyOffer) -> None:
    if key is None:
        click.echo("It has no key: it publishes by the HTTP intake alone.")
        return
    until = f" until {_day(key.valid_to)}" if key.valid_to else ""
    click.echo(f"It signs with the key {key.key_id}{until}.")
    if offer.make is not None:
        click.echo(f"The private key is in {Path(offer.make).name}: give it to the publisher, and keep no copy.")


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
