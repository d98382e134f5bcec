"""``tocsin import``: a spreadsheet, an export or a Uwazi collection becomes reports."""

import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.groups import Group
from tocsin.cli.importing import shown
from tocsin.cli.importing.doors import Doors, door_options, secret
from tocsin.cli.importing.run import BROKEN_OFF, PROBLEMS, Import, Source, Wanted
from tocsin.importing.faults import Fault, NotImportable, said_of
from tocsin.importing.mapping.building import Builder, nearest
from tocsin.importing.mapping.drafting import draft
from tocsin.importing.mapping.file import Mapping, load_mapping
from tocsin.importing.mapping.suggesting import suggest
from tocsin.importing.reading.forms import FileForm
from tocsin.importing.reading.sheets import open_sheet
from tocsin.importing.sending.doors import Forbidden, Unavailable
from tocsin.importing.sending.kept import Kept
from tocsin.importing.uwazi.client import Account, Uwazi
from tocsin.importing.uwazi.collecting import Collected, collect
from tocsin.runtime import clock

_SAMPLE = 500
"""Rows that a draft looks at."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_MANNER = (
    click.option("--dry-run", is_flag=True, help="Show what would be sent and every problem; send nothing."),
    click.option("--show-names", is_flag=True, help="Show the persons' names in the table of a dry run."),
    click.option("--all-or-nothing", is_flag=True, help="Send nothing while a row has a problem."),
    click.option("--problems", type=_NEW, help="Write every problem to this CSV file."),
    click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="Of what is said about problems."),
)


class _FileOrSource(Group):
    """``tocsin import FILE …`` is ``tocsin import file FILE …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["file", *args]
        return super().parse_args(ctx, args)


def _manner_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_MANNER):
        command = option(command)
    return command


@click.group("import", cls=_FileOrSource)
def import_() -> None:
    """Turn a spreadsheet, an export or a Uwazi collection into reports, and send each once.

    tocsin import FILE is short for tocsin import file FILE. Start with: tocsin import FILE --suggest
    """


@import_.command("file")
@click.argument("file", type=_FILE)
@click.option("--mapping", type=_NEW, help="What the columns mean (TOML).")
@click.option("--suggest", "drafting", is_flag=True, help="Draft the mapping: to --mapping, or to the screen.")
@click.option("--sheet", help="Sheet of a workbook; without it, the first.")
@click.option("--limit", type=click.IntRange(1), help="Only so many rows.")
@click.option("--state", type=_NEW, help="File that remembers what was sent; without it, FILE.tocsin-import.")
@_manner_options
@door_options
def import_file(
    file: Path, mapping: Path | None, drafting: bool, sheet: str | None, limit: int | None, **rest: Any
) -> None:
    """Import a CSV, XLSX or Uwazi CSV file."""
    console = Console()
    try:
        if drafting:
            _write_draft(file, mapping, sheet)
            return
        if mapping is None:
            raise click.UsageError("Say with --mapping what the columns mean; --suggest drafts such a file.")
        found = load_mapping(mapping)
        code = _import_file(console, file, found, sheet, limit, rest)
    except NotImportable as refusal:
        _tell(console, refusal.faults, rest["language"])
        code = PROBLEMS
    raise SystemExit(code)


@import_.command("uwazi")
@click.argument("url")
@click.option("--template", required=True, help="Name or id of the template.")
@click.option("--mapping", type=_FILE, required=True, help="What its properties mean (TOML).")
@click.option("--account", type=_FILE, help="TOML file with username, password and token, or with session.")
@click.option("--texts", default="en", show_default=True, help="Languages of the texts, the main one first: es,en")
@click.option("--unpublished", is_flag=True, help="Unpublished entities as well.")
@click.option("--since-state", is_flag=True, help="Only what changed since the last time, as the state file says.")
@click.option("--every", type=click.IntRange(10), metavar="SECONDS", help="Look again and again.")
@click.option("--state", type=_NEW, help="File that remembers what was sent; without it, MAPPING.tocsin-import.")
@_manner_options
@door_options
def import_uwazi(
    url: str,
    template: str,
    mapping: Path,
    account: Path | None,
    texts: str,
    unpublished: bool,
    since_state: bool,
    every: int | None,
    **rest: Any,
) -> None:
    """Import the entities of a Uwazi collection, by its API, that are new or have changed."""
    console = Console()
    try:
        found = load_mapping(mapping)
        wanted = _wanted(rest, mapping)
        main, *others = [language.strip() for language in texts.split(",")]
        collection = Uwazi(url, main)
        try:
            if account is not None:
                collection.sign_in(_account(account))
            shape = collection.template(template)
            while True:
                since = _cursor(wanted.state) if since_state or every else 0
                collected = collect(collection, shape, others, since, unpublished)
                code = _import_collected(console, collected, found, wanted, whole=since == 0)
                if not every:
                    raise SystemExit(code)
                time.sleep(every)
        finally:
            collection.close()
    except NotImportable as refusal:
        _tell(console, refusal.faults, rest["language"])
        raise SystemExit(PROBLEMS) from None
    except (Forbidden, Unavailable) as trouble:
        console.print(f"Broken off: {trouble}.")
        raise SystemExit(BROKEN_OFF) from None


@import_.command("targets")
def targets() -> None:
    """List every place of a report that a column may fill."""
    shown.targets_table(Console())


def _import_file(
    console: Console, file: Path, mapping: Mapping, sheet: str | None, limit: int | None, rest: dict[str, Any]
) -> int:
    form = mapping.file.model_copy(update={"sheet": sheet}) if sheet else mapping.file
    opened = open_sheet(file, form)
    console.print("; ".join(opened.found) + ".", highlight=False, markup=False)
    builder = _builder(mapping, opened.headers, console)
    source = Source(lambda: islice(open_sheet(file, form).records(), limit), limit is None)
    return Import(_wanted(rest, file), mapping, builder, console, clock.now()).carry_out(source)


def _import_collected(console: Console, collected: Collected, mapping: Mapping, wanted: Wanted, whole: bool) -> int:
    """The point moves only after everything before it was sent: what has a problem is read again the next time."""
    as_export = mapping.model_copy(update={"file": mapping.file.model_copy(update={"kind": "uwazi"})})
    builder = _builder(as_export, collected.headers, console)
    source = Source(lambda: collected.rows, whole, lambda number: collected.ids[number - 1])
    code = Import(wanted, as_export, builder, console, clock.now()).carry_out(source)
    if code == 0 and not wanted.dry_run:
        with Kept(wanted.state) as kept:
            kept.move_cursor(collected.point)
    return code


def _builder(mapping: Mapping, headers: Sequence[str], console: Console) -> Builder:
    try:
        return Builder(mapping, headers)
    except NotImportable as refusal:
        for fault in refusal.faults:
            if (near := nearest(fault.column, headers)) is not None:
                console.print(f"For “{fault.column}”: the file has “{near}”.", highlight=False, markup=False)
        raise


def _write_draft(file: Path, mapping: Path | None, sheet: str | None) -> None:
    opened = open_sheet(file, FileForm(sheet=sheet))
    rows = [row.cells for row in islice(opened.records(), _SAMPLE) if len(row.cells) <= len(opened.headers)]
    text = draft(file, opened, *suggest(opened.headers, rows))
    if mapping is None:
        click.echo(text)
    elif mapping.exists():
        raise click.ClickException(f"{mapping.name} exists already; it is not overwritten.")
    else:
        mapping.write_text(text + "\n", encoding="utf-8")
        click.echo(f"Drafted {mapping.name}. Check it, above all what says SAY THIS; then: --mapping … --dry-run")


def _wanted(rest: dict[str, Any], beside: Path) -> Wanted:
    doors = Doors(**{field.name: rest[field.name] for field in fields(Doors)})
    state = rest["state"] or beside.with_name(beside.name + ".tocsin-import")
    manner = {name: rest[name] for name in ("dry_run", "show_names", "all_or_nothing", "problems", "language")}
    return Wanted(state=state, doors=doors, **manner)


def _cursor(state: Path) -> int:
    with Kept(state, create=False) as kept:
        return kept.cursor


def _account(path: Path) -> Account:
    try:
        return Account(**tomllib.loads(secret(path)))
    except (tomllib.TOMLDecodeError, TypeError):
        raise click.ClickException(f"{path.name} must hold username and password, or session, as TOML.") from None


def _tell(console: Console, faults: Iterable[Fault], language: str) -> None:
    """What is wrong with the file or the mapping as a whole."""
    for fault in faults:
        words = said_of(fault, language)
        place = f"row {fault.row}: " if fault.row else f"{fault.column}: " if fault.column else ""
        console.print(f"{place}{words.sentence} {words.remedy}", highlight=False, markup=False)
