"""Years of what a mandate answered and did, made by chance: as lines, as the database has it, and as pages show it."""

import csv
import io
import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from random import Random

from sqlalchemy import insert, select

from databases import NOW
from tocsin.console.recipient.words import words
from tocsin.domain.following.acting import Action, ActionState
from tocsin.runtime.isolates import bare
from tocsin.store import tables
from tocsin.store.database import unit_of_work
from tocsin.store.following import actions
from tocsin.store.following.actions import Kept
from tocsin.store.recipients import given_answers
from tocsin_schemas.answers import Answer, AnswerGiven
from tocsin_schemas.vocabulary import ActionType
from visiting import DESK, HOLDER, MANDATE, NEIGHBOUR, OTHER, Browser, Place, links_of

_DAYS = (-1, 0, 1, 4, 5, 19, 20, 21, 83, 84, 85, 340, 341, 2_000)
"""Ago; on both sides of where a reading reaches, and so few that many things happened at one instant."""
_GIVEN = {Answer.ACKNOWLEDGED: "Taken in hand", Answer.REVOKED: "Answer taken back"}
_ACT = "urgent appeal"
_PART = "part-of-the-case"


def a_long_record(place: Place, seed: int, size: int = 120) -> Counter[tuple[str, str]]:
    """Make it; returns how often DESK is to read each thing at each instant, as it is written in English."""
    chance, seen = Random(seed), Counter[tuple[str, str]]()
    _join(place)
    for number in range(size):
        at = NOW - timedelta(days=chance.choice(_DAYS))
        if chance.random() < 0.5:
            what, is_theirs = _answer(place, chance, number, at)
        else:
            what, is_theirs = _act(place, chance, number, at)
        seen[bare(words("en").instant(at, "UTC")), what] += is_theirs
    return +seen


def _join(place: Place) -> None:
    """Another case became part of the one, and has actions of its own."""
    with unit_of_work(place.engine) as connection:
        case = connection.execute(select(tables.cases)).one()._asdict()
        part = {"case_id": _PART, "reference": "HRD-PART-001", "redirects_to": case["case_id"], "state": "merged"}
        connection.execute(insert(tables.cases), case | part | {"founding_report_id": "of-the-part"})


def _answer(place: Place, chance: Random, number: int, at: datetime) -> tuple[str, bool]:
    who, mandate = chance.choice((DESK, HOLDER, NEIGHBOUR)), chance.choice((MANDATE, OTHER))
    answer = chance.choice(sorted(_GIVEN))
    said = AnswerGiven(
        answer_id=f"{number:032x}",
        alert_id=place.alert_ids[mandate],
        recipient=place.people[who],
        answer=answer,
        to=None,
        reason=None,
        at=at,
    )
    with unit_of_work(place.engine) as connection:
        given_answers.give(connection, said, at)
    return _GIVEN[answer], mandate == MANDATE or who == DESK


def _act(place: Place, chance: Random, number: int, at: datetime) -> tuple[str, bool]:
    by, signed = chance.choice((MANDATE, "OSCE-ODIHR")), chance.choice(((), (MANDATE,), ("AU-ACHPR", f"{MANDATE}-X")))
    case_id = chance.choice((place.case.case_id, _PART))
    states = ("TGO",)
    action = Action(
        f"{number:032x}", ActionState.ANSWERED, by, ActionType.URGENT_APPEAL, signed, states, at.date(), None, at
    )
    with unit_of_work(place.engine) as connection:
        actions.add(connection, Kept(action, case_id, None, None), at)
    return _ACT, MANDATE in (by, *signed)


def downloaded(browser: Browser) -> list[tuple[str, str]]:
    """When and what, of each line of the tables of all years, the newest first."""
    years = range(NOW.year, (NOW - timedelta(days=max(_DAYS))).year - 1, -1)
    tables = [browser.get(f"/record.csv?year={year}").content.decode("utf-8-sig") for year in years]
    return [(row[0], row[4]) for table in tables for row in list(csv.reader(io.StringIO(table)))[1:]]


def turned(browser: Browser) -> list[list[tuple[str, str]]]:
    """As ``downloaded``, by page: from the newest to the last that has an older one after it, and that."""
    path, pages = "/record", list[list[tuple[str, str]]]()
    while path:
        page = browser.get(path)
        found = re.findall(r'<p class="soft">(.*?)</p>\s*<h2>(.*?)</h2>', page.text)
        pages.append([(_read(when), _read(what)) for when, what in found])
        path = next((link for link in links_of(page) if link.startswith("/record?from=")), "")
    return pages


def _read(cell: str) -> str:
    return bare(unescape(re.sub(r"</?bdi>", "", cell)))
