"""How two reports and what speaks for and against their being one case are shown, on a terminal and in a pipe."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from unicodedata import bidirectional

import click
from cryptography.exceptions import InvalidTag
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy import Connection

from tocsin.cli.connection import changing, looking
from tocsin.cli.connection import deployment_of as deployment_of
from tocsin.domain.matching import wording
from tocsin.domain.matching.account import Account, Victim
from tocsin.domain.matching.deciding import Thresholds
from tocsin.domain.matching.explanation import Explanation, Question
from tocsin.domain.matching.verdicts import Verdict
from tocsin.resolver.deciding import Undecidable
from tocsin.resolver.explaining import Between, Told
from tocsin.resolver.reviewing import record as record
from tocsin.runtime.settings import Settings
from tocsin.store.views.evidence import Edge
from tocsin_schemas.vocabulary import Gender

_WRONG_KEY = "The key file does not belong to this database."
WITHHELD = "withheld by its publisher"
ERASED = "erased: nothing of it can be read"
_JOINERS = "\u200c\u200d"
_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
"""Bidirectional types (UAX #9) of what is written from right to left, and of the digits that go with it."""


@contextmanager
def working(settings: Settings) -> Iterator[Connection]:
    """As ``changing``, for what opens sealed contents, or decides about matches."""
    try:
        with changing(settings) as connection:
            yield connection
    except Undecidable as refusal:
        raise click.ClickException(str(refusal)) from None
    except InvalidTag:
        raise click.ClickException(_WRONG_KEY) from None


@contextmanager
def reading_sealed(settings: Settings) -> Iterator[Connection]:
    """As ``looking``, for what opens sealed contents."""
    try:
        with looking(settings) as connection:
            yield connection
    except InvalidTag:
        raise click.ClickException(_WRONG_KEY) from None


def day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def shown(written: str, console: Console) -> str:
    """Without what could move the cursor. On a terminal, words from right to left stand apart from their neighbours."""
    clean = "".join(c if c.isprintable() or c in _JOINERS else "·" for c in written)
    turns = console.is_terminal and any(bidirectional(c) in _RIGHT_TO_LEFT for c in clean)
    return f"{_ISOLATE}{clean}{_END}" if turns else clean


def side_by_side(ours: Told, theirs: Told, titles: tuple[str, str], console: Console) -> Table:
    """Two reports, fact by fact."""
    heads = [Column(title, ratio=1, overflow="fold") for title in titles]
    table = Table(Column("", no_wrap=True), *heads, box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, expand=True)
    columns = [dict(_facts(told, console)) for told in (ours, theirs)]
    for name in dict.fromkeys([*columns[0], *columns[1]]):
        table.add_row(name, *(Text(column.get(name, "")) for column in columns))
    return table


def reasons(explained: Explanation, at: Thresholds, console: Console) -> Iterator[RenderableType]:
    """The evidence, what forbids, and how the chances stand to the thresholds."""
    yield _question("One person?", explained.person, console)
    yield _question("One event?", explained.event, console)
    if explained.vetoes:
        yield Text("Forbids joining without a person:", style="bold")
        yield bullets(wording.VETOES.get(code, code) for code in explained.vetoes)
    if explained.remarks:
        yield Text("Note:", style="bold")
        yield bullets(wording.REMARKS.get(code, code) for code in explained.remarks)
    person, event = explained.person.probability, explained.event.probability
    yield Text(
        f"P(one case) = {person:.3f} × {event:.3f} = {explained.score:.3f}; joins by itself from {at.join:.2f}, "
        f"is reviewed from {at.review:.2f}. {explained.model_version}: {wording.VERDICTS[explained.verdict]}."
    )


def print_between(between: Between, at: Thresholds, console: Console) -> None:
    """What was judged of two reports, and what the matcher says of them now."""
    for edge in between.edges:
        console.print(_judged(edge))
        if note := between.notes.get(edge.judgement_id):
            console.print(Text(f"  {edge.author} noted: {shown(note, console)}"))
    if between.explained is None:
        console.print(Text("The matcher cannot compare them: one of them is erased, or cannot be read."))
        return
    for part in reasons(between.explained, at, console):
        console.print(part)


def bullets(lines: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(" –", Text(line))
    return table


def _judged(edge: Edge) -> Text:
    who = f"{edge.author} decided" if edge.by_person else f"the matcher ({edge.model_version}) said"
    said = wording.VERDICTS[Verdict(edge.verdict)]
    return Text(f"{day(edge.created_at)}: {who}: {said} (judgement {edge.judgement_id})")


def names_of(told: Told, console: Console) -> str:
    """Every spelling of every victim, in one line."""
    if told.account is None:
        return ERASED
    victims = [" = ".join(shown(name, console) for name in victim.names) for victim in told.account.victims]
    known = "; ".join(filter(None, victims)) or shown(told.account.group, console)
    return known or (WITHHELD if "victims" in told.account.withheld else "")


def told_json(told: Told) -> dict[str, Any]:
    member = told.member
    return {
        "report_id": member.report_id,
        "publisher": member.publisher,
        "case_id": member.case_id,
        "accepted_at": member.accepted_at,
        "account": None if told.account is None else asdict(told.account),
    }


def between_json(between: Between | None) -> dict[str, Any] | None:
    if between is None:
        return None
    return {
        "reports": [told_json(between.ours), told_json(between.theirs)],
        "judgements": [edge._asdict() | {"note": between.notes.get(edge.judgement_id)} for edge in between.edges],
        "explanation": None if between.explained is None else asdict(between.explained),
    }


def _facts(told: Told, console: Console) -> Iterator[tuple[str, str]]:
    account = told.account
    if account is None or "publisher" not in account.withheld:
        yield "publisher", told.member.publisher
    if account is None:
        yield "content", ERASED
        return
    yield "number", shown(account.publisher_reference, console)
    yield "received", day(account.received_at) if account.received_at else ""
    yield "victim", "\n\n".join(_victim(victim, console) for victim in account.victims)
    if account.group:
        yield "group", shown(account.group, console)
    yield from _event(account, console)


def _event(account: Account, console: Console) -> Iterator[tuple[str, str]]:
    yield "State", ", ".join(account.states)
    yield "place", shown(account.place, console)
    yield "dates", "\n".join(f"{role} {date}" for role, date in account.dates)
    yield "violations", ", ".join(account.violations).replace("_", " ")
    yield "references", "\n".join(shown(reference, console) for reference in account.references)
    if account.withheld:
        yield "withheld", ", ".join(sorted(account.withheld))


def _victim(victim: Victim, console: Console) -> str:
    born = f"born {victim.birth}" if victim.birth else ""
    gender = "" if victim.gender in ("", Gender.UNDISCLOSED) else victim.gender
    known = ", ".join(filter(None, (born, gender)))
    return "\n".join(filter(None, [*(shown(name, console) for name in victim.names), known]))


def _question(title: str, question: Question, console: Console) -> Table:
    heading = Text(f"{title} P = {question.probability:.3f} ({question.bits:+.1f} bits)", style="bold")
    table = Table(box=None, show_header=False, title=heading, title_justify="left", title_style="", padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for evidence in question.evidence:
        table.add_row(f"{evidence.bits:+.1f}", Text(shown(wording.told(evidence), console)))
    return table
