"""The application of the recipients' pages."""

from fastapi import FastAPI

from tocsin.console.access.provider import read_mechanism_providers
from tocsin.console.recipient import answer_routes, openid_routes, own_routes, pages, reading_routes, sign_in_routes
from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.limits import SmallForms
from tocsin.console.recipient.people import People
from tocsin.knowledge import load as knowledge
from tocsin.runtime import clock
from tocsin.runtime.pages.site import site_of
from tocsin.runtime.settings import Settings
from tocsin.runtime.web import create_web
from tocsin.store.database import open_database
from tocsin.store.deployment import load_deployment


def create_app(settings: Settings) -> FastAPI:
    """Nothing connects before the first request. Raises UnusableAccessFile."""
    deployment = load_deployment(settings.key_file)
    desk = Desk(
        engine=open_database(settings.database),
        deployment=deployment,
        knowledge=knowledge.load(),
        people=People(deployment),
        site=site_of(settings.pages_url, settings.bind),
        clock=clock.now,
        providers=read_mechanism_providers(settings.pages_access_file) if settings.pages_access_file else {},
    )
    return app_of(desk)


def app_of(desk: Desk) -> FastAPI:
    """The pages of this desk."""
    app = create_web("Tocsin for recipients")
    app.state.desk = desk
    app.add_middleware(SmallForms)
    app.mount("/static", pages.PAGES.static())
    for routes in (sign_in_routes, openid_routes, reading_routes, answer_routes, own_routes):
        app.include_router(routes.router)
    return app
