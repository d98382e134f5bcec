"""``tocsin topics``: create the topics of the contract, and see whether the broker has them as they should be."""

from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from tocsin.cli.groups import Group
from tocsin.runtime import kafka
from tocsin.runtime.kafka_access import Access, UnusablePasswordFile
from tocsin.runtime.settings import Settings
from tocsin_schemas.topics import TOPICS, Topic


@click.group(cls=Group)
def topics() -> None:
    """The Kafka topics of the contract."""


@topics.command()
@click.option("--replication", default=1, show_default=True, help="Copies of each partition; 3 in production.")
def create(replication: int) -> None:
    """Create the topics that are missing; existing ones are left as they are."""
    created = _or_fail(lambda address: kafka.create_topics(address, replication=replication))
    for name in created:
        click.echo(f"created {name}")
    click.echo(f"{len(created)} created, {len(TOPICS) - len(created)} there before")


@topics.command()
def check() -> None:
    """Compare the broker's topics with the contract; exit with 1 if they differ."""
    differences = _or_fail(kafka.check_topics)
    for difference in differences:
        click.echo(difference)
    if differences:
        raise SystemExit(1)
    click.echo(f"{len(TOPICS)} topics, as they should be")


@topics.command()
def show() -> None:
    """The topics of the contract; needs no broker."""
    table = Table("topic", "key", "partitions", "kept", "events", "from → to")
    for topic in TOPICS:
        events = "\n".join(topic.events) or "any, as it came"
        table.add_row(topic.name, topic.key, str(topic.partitions), _kept(topic), events, topic.direction)
    Console().print(table)


def _kept(topic: Topic) -> str:
    return "for ever" if topic.configuration()["retention.ms"] == "-1" else str(topic.retention)


def _or_fail(work: Callable[[Access], list[str]]) -> list[str]:
    try:
        return work(Settings().kafka)
    except UnusablePasswordFile as error:
        raise click.ClickException(f"[password-unusable] {error}.") from None
    except kafka.BrokerUnreachable as error:
        raise click.ClickException(f"[broker-unreachable] {error}. Set TOCSIN_KAFKA_BOOTSTRAP, or start it.") from None
