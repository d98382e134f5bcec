"""All pages of the operators, as one router."""

from fastapi import APIRouter
from sqlalchemy import Engine

from tocsin.console.operator import (
    audit_log,
    case,
    dead_letters,
    deliveries,
    drills,
    knowledge,
    overview,
    reviews,
    search,
    stuck,
    unrouted,
)
from tocsin.console.operator.desk import Desk
from tocsin.console.operator.directory import changes as directory_changes
from tocsin.console.operator.directory import entries, proposing, signing
from tocsin.console.operator.publishers import changes as publisher_changes
from tocsin.console.operator.publishers import standings
from tocsin.runtime.kafka_access import Access
from tocsin.store.deployment import Deployment

_PAGES = (
    overview,
    case,
    stuck,
    reviews,
    search,
    dead_letters,
    deliveries,
    directory_changes,
    entries,
    proposing,
    signing,
    audit_log,
    standings,
    publisher_changes,
    knowledge,
    unrouted,
    drills,
)


def pages(engine: Engine, deployment: Deployment, broker: str | Access | None = None) -> APIRouter:
    """broker: where dead letters are published again; without it they are only shown."""
    return pages_of(Desk(engine, deployment, broker))


def pages_of(desk: Desk) -> APIRouter:
    """The pages of this desk."""
    router = APIRouter()
    for page in _PAGES:
        router.routes.extend(page.routes(desk).routes)  # to include a router builds each of its routes anew
    return router
