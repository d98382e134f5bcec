"""``tocsin review``: what waits for a person, both reports side by side, and the decision."""

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy import Connection

from tocsin.cli import showing
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.domain.additive import probability
from tocsin.domain.matching import wording
from tocsin.resolver import deciding, reviewing
from tocsin.resolver.deciding import Decided, Decision
from tocsin.resolver.matching import load_matcher
from tocsin.resolver.reviewing import Opened
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.casework import cases, notes
from tocsin.store.matching import judgements, reviews
from tocsin.store.views import review_queue
from tocsin.store.views.review_queue import Line

SHORT = 8
"""Digits of an id that a list shows."""
_OPERATOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAKEN = frozenset({judgements.MATCHER, *reviews.SERVICES})
_PREFIX = re.compile(r"[0-9a-fA-F]{1,32}")
_UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))
_NARROW: dict[str, Any] = {"padding": 0, "pad_edge": False}
_WORDS = {str(decision).replace("_", "-"): decision for decision in Decision}


def _operator(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _OPERATOR.fullmatch(value) or value in _TAKEN:
        raise click.BadParameter("an identifier of your own without spaces, for example duty-officer-2; it is kept")
    return value


def _note(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not 0 < len(value.strip()) <= notes.LONGEST:
        raise click.BadParameter(f"1 to {notes.LONGEST} characters")
    return value


_by = click.option("--by", required=True, metavar="NAME", callback=_operator, help="Who decides. Kept in clear.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Group)
def review() -> None:
    """List what waits for a person, look at both reports, and decide."""


@review.command("list")
@click.option("--kind", type=click.Choice(reviews.KINDS), metavar="KIND", help="This kind alone, such as certainty.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@_json
def list_reviews(kind: str | None, page: int, as_json: bool) -> None:
    """What is open: the most urgent first, then the oldest. Without names."""
    with looking(Settings()) as connection:
        lines = review_queue.waiting(connection, kind, page)
    if as_json:
        echo_json([_plain(line) for line in lines])
        return
    if not lines:
        click.echo("Nothing waits here.")
        return
    whole = [Column(name, no_wrap=True) for name in ("id", "kind", "age", "prio", "case", "other case")]
    table = Table(*whole, "State", Column("score", justify="right"), box=SIMPLE_HEAD, **_NARROW)
    for line in lines:
        score = "–" if line.score is None else f"{probability(line.score):.2f}"
        table.add_row(
            line.review_id[:SHORT],
            line.kind.replace("_", " "),
            _age(clock.now() - line.created_at),
            line.priority or "–",
            line.reference or "–",
            line.other_reference or "–",
            ", ".join(line.countries),
            score,
        )
    Console().print(table)


@review.command()
@click.argument("review_id")
@_json
def show(review_id: str, as_json: bool) -> None:
    """Show both reports of the review REVIEW_ID (or how its id begins) side by side, and the evidence.

    It prints names: mind who can see. That they were opened is recorded in the audit log.
    """
    settings = Settings()
    with showing.working(settings) as connection:
        line = _one(connection, review_id)
        found = reviewing.opened(connection, showing.deployment_of(settings), load_matcher(), line, clock.now())
    if as_json:
        echo_json({"review": _plain(found.line)} | (showing.between_json(found.between) or {}))
    else:
        _print(found)


@review.command()
@click.argument("review_id")
@click.argument("decision", type=click.Choice(list(_WORDS)))
@_by
@click.option("--note", callback=_note, help="Why. Sealed with both reports; gone when either is erased.")
def decide(review_id: str, decision: str, by: str, note: str | None) -> None:
    """Decide the review REVIEW_ID (or how its id begins), at once.

    same: one case, they are merged. different: other people. same-person: one person, two events; linked, kept apart.
    """
    settings, now = Settings(), clock.now()
    deployment = showing.deployment_of(settings)
    with showing.working(settings) as connection:
        line = _one(connection, review_id)
        ours, theirs = _pair(line)
        word = str(_WORDS[decision])
        decided = deciding.decide(connection, deployment, load_matcher(), ours, theirs, word, by, now)
        if note is not None:
            reviewing.keep_note(connection, deployment, decided.judgement_id, note, now)
        said = _said(connection, line, _WORDS[decision], decided)
    click.echo(said)
    click.echo(f"To take it back: tocsin review undo {decided.judgement_id} --by {by}")


@review.command()
@click.argument("judgement_id", type=click.IntRange(1))
@_by
def undo(judgement_id: int, by: str) -> None:
    """Take the judgement JUDGEMENT_ID back: what it had merged stands apart again, and is asked about again."""
    settings, now = Settings(), clock.now()
    deployment = showing.deployment_of(settings)
    with showing.working(settings) as connection:
        done = deciding.undo(connection, deployment, judgement_id, by, now)
        references = sorted(cases.get(connection, case).reference for case in done.cases)
    click.echo(f"Judgement {judgement_id} is taken back. {_moved(done)}")
    if references:
        click.echo(f"Changed: {', '.join(references)}")


@review.command()
@click.argument("review_id")
@_by
def close(review_id: str, by: str) -> None:
    """Note that nothing is left to do about REVIEW_ID, a review that asks about no pair of cases."""
    now = clock.now()
    with showing.working(Settings()) as connection:
        line = _open(_one(connection, review_id))
        if line.kind in reviews.OF_PAIRS:
            raise click.ClickException("This review asks about two cases. Decide it: tocsin review decide")
        reviewing.close(connection, line, by, now)
    click.echo(f"Closed: {line.kind.replace('_', ' ')} {line.reference or ''}".rstrip())


def _one(connection: Connection, prefix: str) -> Line:
    found = review_queue.beginning_with(connection, prefix) if _PREFIX.fullmatch(prefix) else []
    if not found:
        raise click.ClickException("No review has this id. See: tocsin review list")
    if len(found) > 1:
        raise click.ClickException("Several reviews begin so: give more digits of the id.")
    return found[0]


def _open(line: Line) -> Line:
    if line.resolved_at is not None:
        raise click.ClickException(f"{line.resolved_by} resolved this on {showing.day(line.resolved_at)}.")
    return line


def _pair(line: Line) -> tuple[str, str]:
    _open(line)
    if line.kind not in reviews.OF_PAIRS or line.case_id is None or line.other_case_id is None:
        raise click.ClickException("This review asks about no pair of cases: see tocsin review show, then close.")
    return line.case_id, line.other_case_id


def _print(found: Opened) -> None:
    console, line, between = Console(), found.line, found.between
    console.print(Text(_headline(line), style="bold"))
    console.print(Text(f"reason: {wording.REASONS.get(line.reason, line.reason)}"))
    if found.merged:
        console.print(Text(f"They are one case now. See: tocsin explain {found.merged}"))
    elif between is None:
        console.print(Text("There are no two live reports to compare. See: tocsin cases show REFERENCE"))
    else:
        titles = (line.reference or "", line.other_reference or "")
        console.print(showing.side_by_side(between.ours, between.theirs, titles, console))
        showing.print_between(between, load_matcher().thresholds, console)
    if line.resolved_at is not None:
        console.print(Text(f"{line.resolved_by} resolved this on {showing.day(line.resolved_at)}."))
    elif between is not None:
        console.print(f"Decide: tocsin review decide {line.review_id[:SHORT]} same|different|same-person --by NAME")


def _headline(line: Line) -> str:
    parts = [line.kind.replace("_", " "), line.review_id[:SHORT], line.priority or "no alert", *line.countries]
    return "  ".join([*parts, f"since {showing.day(line.created_at)}"])


def _said(connection: Connection, line: Line, decision: Decision, decided: Decided) -> str:
    ours, theirs = (cases.current(connection, case or "") for case in (line.case_id, line.other_case_id))
    if ours == theirs:
        return f"Merged into {cases.get(connection, ours).reference}. {_moved(decided)}"
    if decision is Decision.SAME:
        return "Not merged: an earlier decision contradicts it. See the review component_alarm."
    if decision is Decision.SAME_PERSON:
        return f"Kept apart, and linked as one person: {line.reference}, {line.other_reference}. {_moved(decided)}"
    return f"Kept apart: {line.reference}, {line.other_reference}. {_moved(decided)}"


def _moved(done: Decided) -> str:
    number = len(done.moved)
    return "No report changed its case." if not number else f"{number} report{'s'[: number > 1]} moved."


def _age(age: timedelta) -> str:
    for unit, name in _UNITS:
        if age >= unit:
            return f"{age // unit} {name}"
    return "now"


def _plain(line: Line) -> dict[str, Any]:
    score = None if line.score is None else round(probability(line.score), 4)
    return asdict(line) | {"score": score, "age_seconds": int((clock.now() - line.created_at).total_seconds())}
