"""What is done at the broker for a publisher, and what a page says of it. The database is changed before, and stays so.

A publisher whose user at the broker could not be changed is in no danger: what it sends is refused by its keys. The
page says what is left to do, and by which command.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.console.operator.desk import Desk
from tocsin.runtime.kafka import BrokerUnreachable
from tocsin.runtime.kafka_access import Access, as_access
from tocsin.runtime.kafka_principals import PrincipalRefused, Quota, let_in, let_in_again, shut_out
from tocsin.store.database import unit_of_work
from tocsin.store.publishing import publishers as registry
from tocsin.store.publishing.publishers import Publisher


@dataclass(frozen=True, slots=True, repr=False)
class AtBroker:
    """code: of the words below ``broker``. secret: a new password, shown this once. command: what is left to run."""

    code: str
    user: str = ""
    secret: str = ""
    command: str = ""


def open_for(desk: Desk, publisher: Publisher, by: str, now: datetime) -> AtBroker:
    """A user for a publisher who has none, or another password for the one it has."""
    name, user = publisher.publisher_id, publisher.kafka_user or publisher.publisher_id
    command = f"tocsin publishers password {name}"

    def ask(access: Access) -> AtBroker:
        is_known = publisher.kafka_user is not None
        secret = let_in_again(access, user) if is_known else let_in(access, user, Quota())
        if secret is None:
            return AtBroker("open")
        if not is_known:
            _name(desk, name, user, by, now)
        return AtBroker("password", user, secret)

    return _asked(desk, ask, command)


def shut(desk: Desk, publisher: Publisher, by: str, now: datetime, command: str) -> AtBroker:
    """Delete its user, if it has one. command: what does the same, and may be said again."""
    user = publisher.kafka_user
    if user is None:
        return AtBroker("no_user")

    def ask(access: Access) -> AtBroker:
        if not shut_out(access, user):
            return AtBroker("open")
        _name(desk, publisher.publisher_id, None, by, now)
        return AtBroker("shut", user)

    return _asked(desk, ask, command)


def _asked(desk: Desk, ask: Callable[[Access], AtBroker], command: str) -> AtBroker:
    if desk.broker is None:
        return AtBroker("none", command=command)
    try:
        return ask(as_access(desk.broker))
    except PrincipalRefused as refusal:
        return AtBroker(refusal.code.replace("-", "_"), command=command)
    except BrokerUnreachable:
        return AtBroker("unreachable", command=command)


def _name(desk: Desk, publisher_id: str, user: str | None, by: str, now: datetime) -> None:
    with unit_of_work(desk.engine) as connection:
        registry.name_kafka_user(connection, desk.deployment.identities, publisher_id, user, by, now)
