"""All pages of the operators, as one router."""

from fastapi import APIRouter
from sqlalchemy import Engine

from tocsin.console.operator import dead_letters, reviews, search, stuck
from tocsin.console.operator.desk import Desk
from tocsin.runtime.kafka_access import Access
from tocsin.store.deployment import Deployment

_PAGES = (stuck, reviews, search, dead_letters)


def pages(engine: Engine, deployment: Deployment, broker: str | Access | None = None) -> APIRouter:
    """broker: where dead letters are published again; without it they are only shown."""
    desk, router = Desk(engine, deployment, broker), APIRouter()
    for page in _PAGES:
        router.include_router(page.routes(desk))
    return router
