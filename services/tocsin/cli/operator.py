"""What commands that decide something ask for: who decides, why, and of which case."""

import re

import click
from sqlalchemy import Connection

from tocsin.store.casework import cases, labels
from tocsin.store.casework.cases import Case
from tocsin.store.matching import judgements, reviews

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAKEN = frozenset({judgements.MATCHER, *reviews.SERVICES})


def _operator(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _NAME.fullmatch(value) or value in _TAKEN:
        raise click.BadParameter("an identifier of your own without spaces, for example duty-officer-2")
    return value


def _reason(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not 0 < len(value.strip()) <= labels.LONGEST_REASON or not value.isprintable():
        raise click.BadParameter(f"one line of 1 to {labels.LONGEST_REASON} characters")
    return value.strip()


by = click.option("--by", required=True, metavar="NAME", callback=_operator, help="Who decides. Kept in clear.")
reason = click.option(
    "--reason", required=True, metavar="TEXT", callback=_reason, help="Why. Kept sealed, and shown to operators."
)


def case_of(connection: Connection, reference: str) -> Case:
    """The case that people call ``reference``, or a message that there is none."""
    case = cases.by_reference(connection, reference)
    if case is None:
        raise click.ClickException("No case has this reference. See: tocsin cases list")
    return case
