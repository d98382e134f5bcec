"""The application of the intake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tocsin.intake import refusing
from tocsin.intake.api import contract, routes
from tocsin.intake.desk import Desk, desk_of
from tocsin.intake.form import routes as form
from tocsin.intake.form.desk import form_desk
from tocsin.runtime.pages.site import site_of
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web


def create_app(settings: Settings) -> FastAPI:
    """Nothing connects before the first request."""
    desk = desk_of(settings)
    app = app_of(desk)
    form.serve(app, form_desk(desk, site_of(settings.intake_url, settings.bind, "tocsin-form")))
    return app


def app_of(desk: Desk) -> FastAPI:
    """The intake of this desk; ``app.state.desk`` is for whatever else is served beside it."""
    app = create_web("Tocsin intake")
    app.state.desk = desk
    app.router.lifespan_context = _ends_with_the_producer
    refusing.refuse_so(app)
    routes.add_to(app)
    contract.publish(app)
    return app


@asynccontextmanager
async def _ends_with_the_producer(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.desk.records.close()
