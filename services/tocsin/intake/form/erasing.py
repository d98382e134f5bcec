"""Drafts whose time is over are erased, whether or not anybody looks at the form."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from tocsin.intake.form.desk import FormDesk
from tocsin.store.database import unit_of_work
from tocsin.store.publishing import drafts

EVERY = timedelta(minutes=5)
_Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]
log = logging.getLogger(__name__)


def erase_expired(desk: FormDesk) -> int:
    """Returns how many there were."""
    with unit_of_work(desk.engine) as connection:
        return drafts.erase_expired(connection, desk.deployment.vault, desk.clock())


def erasing(lifespan: _Lifespan, desk: FormDesk) -> _Lifespan:
    """A lifespan that also erases, as long as the application runs."""

    @asynccontextmanager
    async def with_erasing(app: FastAPI) -> AsyncIterator[Any]:
        async with lifespan(app) as state:
            task = asyncio.create_task(_keep_erasing(desk))
            try:
                yield state
            finally:
                task.cancel()

    return with_erasing


async def _keep_erasing(desk: FormDesk) -> None:
    while True:
        try:
            await run_in_threadpool(erase_expired, desk)
        except SQLAlchemyError as error:
            log.warning("drafts not erased", extra={"cause": type(error).__name__})
        await asyncio.sleep(EVERY.total_seconds())
