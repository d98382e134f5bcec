"""``tocsin alerts``: who has taken what in hand, and answers that operators enter for a recipient who called them."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from sqlalchemy import Connection

from tocsin.cli import operator, showing
from tocsin.cli.alerting import alerting_of
from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.cli.tables import narrow, whole
from tocsin.dispatcher.acknowledging import Unentitled, acknowledge
from tocsin.dispatcher.answering import Answering
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.recipients import heard_answers
from tocsin.store.views import alert_lists
from tocsin_schemas.answers import Answer, AnswerGiven, NotMineReason

SHORT = 8
"""Digits of an id that a list shows."""
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_case = click.option("--case", "reference", metavar="REFERENCE", help="Of this case alone.")
_alert = click.argument("alert_id", metavar="ALERT")
_as = click.option("--as", "key", required=True, metavar="KEY", help="The directory's key of who answers.")
_SAID = {
    "repeat": "It was heard before.",
    "not-raised": "The alert is not raised: nothing is awaited.",
    "handed-over": "Handed over: that person is told, and the time to answer begins anew.",
    "in-hand": "Somebody else has it in hand.",
    "passed-on": "The next in line is told within a second.",
    "passed-on-before": "The next in line has been told already.",
    "others-asked": "Nobody is left to tell; others who were told may still answer.",
    "nobody-left": "Nobody is left to tell. See: tocsin review list --kind unanswered",
    "reopened": "Nobody has it in hand any more: those in line are asked again.",
    "revoked": "Taken back.",
    "known": "It was taken back already.",
}
_REFUSED = {
    "not-entitled": "This person was not told of it, or has not said to have it in hand.",
    "nobody-to-take-it": "That person does not stand for the mandate, or has already said that it is for others.",
    "not-to-be-told": "Nothing may be told of this case to the mandate now.",
}


@click.group(cls=Group)
def alerts() -> None:
    """List the alerts that wait for an answer, or answer one."""


@alerts.command("list")
@_case
@_json
def list_alerts(reference: str | None, as_json: bool) -> None:
    """Raised alerts: those that nobody has taken in hand first, the most urgent before."""
    with looking(Settings()) as connection:
        case_id = operator.case_of(connection, reference).case_id if reference else None
        found = alert_lists.raised(connection, case_id)
    if as_json:
        echo_json([asdict(line) for line in found])
        return
    latter = (whole("told", 2), whole("reply by", 16))
    table = narrow(whole("alert", SHORT), whole("case", 12), whole("", 2), "mandate", *latter, "in hand")
    for line in found:
        by = showing.day(line.reply_by) if line.reply_by else ""
        hand = f"since {showing.day(line.acknowledged_at)}" if line.acknowledged_at else ""
        told = str(len(line.recipients))
        table.add_row(line.alert_id[:SHORT], line.reference, line.priority, line.mandate, told, by, hand)
    Console().print(table)


@alerts.command("acknowledge")
@_alert
@_as
def acknowledge_alert(alert_id: str, key: str) -> None:
    """Take ALERT in hand: nobody else is told because of silence."""
    settings, now = Settings(), clock.now()
    deployment = showing.deployment_of(settings)
    with showing.working(settings) as connection:
        found = _one(connection, alert_id)
        try:
            mandates = acknowledge(connection, deployment, found, deployment.identities.recipient(key), now)
        except Unentitled:
            raise click.ClickException("This person was not told of it, and stands in no line to be told.") from None
    click.echo(f"In hand: {', '.join(mandates)}" if mandates else "It was in hand already, or is not raised.")


@alerts.command()
@_alert
@_as
def release(alert_id: str, key: str) -> None:
    """Take back that KEY has ALERT in hand: if nobody else has, those in line are asked again."""
    _answer(alert_id, key, Answer.REVOKED)


@alerts.command("hand-over")
@_alert
@_as
@click.option("--to", required=True, metavar="KEY", help="The directory's key of who takes it over.")
def hand_over(alert_id: str, key: str, to: str) -> None:
    """Let another person of the mandate answer ALERT. It waits until they do."""
    _answer(alert_id, key, Answer.HANDED_OVER, to=to)


@alerts.command("not-mine")
@_alert
@_as
@click.option("--reason", required=True, type=click.Choice([r.value for r in NotMineReason]), help="Why.")
def not_mine(alert_id: str, key: str, reason: str) -> None:
    """Say that ALERT is not for KEY: the next in line is told at once."""
    _answer(alert_id, key, Answer.NOT_MINE, reason=reason)


@alerts.command("declined")
@_json
def list_declined(as_json: bool) -> None:
    """How often each rule told somebody who said that it was not for them, and why."""
    with looking(Settings()) as connection:
        found = heard_answers.declined(connection)
    if as_json:
        echo_json([asdict(line) for line in found])
    elif found:
        Console().print(_table(found))
    else:
        click.echo("Nobody has said that an alert was not for them.")


def _table(found: Sequence[heard_answers.Declined]) -> object:
    table = narrow("mandate", "rule", "reason", whole("times", 5))
    for line in found:
        table.add_row(line.mandate, line.rule, line.reason.replace("_", " "), str(line.times))
    return table


def _answer(alert_id: str, key: str, answer: Answer, to: str | None = None, reason: str | None = None) -> None:
    settings, now = Settings(), clock.now()
    alerting = alerting_of(settings)
    recipient = alerting.deployment.identities.recipient
    with showing.working(settings) as connection:
        said = AnswerGiven(
            answer_id=secrets.token_hex(16),
            alert_id=_one(connection, alert_id),
            recipient=recipient(key),
            answer=answer,
            to=recipient(to) if to else None,
            reason=NotMineReason(reason) if reason else None,
            at=now,
        )
        outcome = Answering(alerting).follow(connection, said, now)
        if outcome in _REFUSED:
            raise click.ClickException(_REFUSED[outcome])
    click.echo(_SAID[outcome])


def _one(connection: Connection, alert_id: str) -> str:
    found = alert_lists.beginning_with(connection, alert_id)
    if len(found) != 1:
        raise click.ClickException("No alert has this id." if not found else "Give more digits of the id.")
    return found[0]
