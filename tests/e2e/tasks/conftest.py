"""The three kinds of people who use Tocsin, each with a browser in front of pages on which there is something to do.

A task is a test: what somebody does, by the words on the controls, and what has come of it, on the page or in the
database. ``ways.EVERY_WAY`` has it done in both languages, with scripts and without, by mouse and by keyboard.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import tocsin.console.access.pages
from forming import a_form
from intaking import Intake
from operating import House
from operations import operations
from seats import Seat, a_seat
from stage import Sayings, Stage, a_stage
from tocsin.console.access.viewer import Role
from tocsin.console.brief import words as brief_words
from tocsin.console.operator import words as operator_words
from tocsin.console.recipient import words as recipient_words
from tocsin.intake.form import words as form_words
from tocsin.runtime.catalogues import catalogue
from visitor import Visitor, Way


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def examined() -> set[tuple[str, ...]]:
    """Kinds of pages that somebody has looked at in this session."""
    return set()


@pytest.fixture
def context(way: Way) -> dict[str, Any]:
    return way.context


@pytest.fixture
def house(tmp_path: Path, stage: Stage) -> House:
    return operations(tmp_path, stage)


@pytest.fixture
def visitor(page: Page, way: Way, stage: Stage, examined: set[tuple[str, ...]]) -> Visitor:
    """Somebody at the door of the console."""
    access = catalogue(tocsin.console.access.pages.CATALOGUES, way.language)
    said = Sayings((operator_words.words(way.language), access, brief_words.words(way.language)))
    return Visitor(page, way, stage.named, said, examined)


@pytest.fixture
def officer(visitor: Visitor, house: House) -> Visitor:
    """Signed in, with every role of those who work here."""
    house.account("officer-1", Role.DUTY_OFFICER, Role.REVIEWER, Role.DIRECTORY_ADMIN, Role.AUDITOR)
    visitor.keep("tocsin-console-session", house.session("officer-1"))
    return visitor


@pytest.fixture
def seat(tmp_path: Path, stage: Stage) -> Seat:
    return a_seat(tmp_path, stage)


@pytest.fixture
def stranger(page: Page, way: Way, stage: Stage, seat: Seat, examined: set[tuple[str, ...]]) -> Visitor:
    """Somebody at the door of the recipients' pages, who has chosen a language there before."""
    visitor = Visitor(page, way, stage.url, recipient_words.words(way.language), examined)
    visitor.keep("tocsin-language", way.language)
    return visitor


@pytest.fixture
def recipient(stranger: Visitor, seat: Seat) -> Visitor:
    stranger.keep("tocsin-session", seat.session())
    return stranger


@pytest.fixture
def form(tmp_path: Path, stage: Stage) -> Intake:
    form = a_form(tmp_path)
    stage.app = form.app
    return form


@pytest.fixture
def reporter(page: Page, way: Way, stage: Stage, form: Intake, examined: set[tuple[str, ...]]) -> Visitor:
    """A focal point, at the door of the form."""
    return Visitor(page, way, stage.url, form_words.words(way.language), examined)
