"""``tocsin brief``: the brief for a meeting of mechanisms, as a page or as PDF."""

from datetime import datetime
from pathlib import Path

import click

from tocsin.cli.connection import existing_database
from tocsin.console.brief import drawing
from tocsin.console.brief.making import brief_of
from tocsin.console.brief.pdf import Unavailable
from tocsin.console.brief.words import LANGUAGES
from tocsin.domain.briefing.periods import Period
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, required=True, help="The first day of a quarter.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day of a quarter.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file .html or .pdf.")
def brief(first: datetime, last: datetime, language: str, out: Path) -> None:
    """Write what the mechanisms did together in a period of whole quarters. Small counts are withheld."""
    if out.suffix not in (".html", ".pdf"):
        raise click.BadParameter("the file must end in .html or .pdf", param_hint="--out")
    try:
        period = Period(first.date(), last.date())
    except ValueError as error:
        raise click.ClickException(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
    now = clock.now()
    html = drawing.period_page(brief_of(existing_database(Settings()), period, now), now.date(), language)
    try:
        out.write_bytes(drawing.as_pdf(html) if out.suffix == ".pdf" else _standing_alone(html).encode())
    except Unavailable:
        raise click.ClickException("PDF needs Pango (apt-get install libpango-1.0-0 libpangoft2-1.0-0).") from None
    click.echo(f"Written: {out.name}")


def _standing_alone(html: str) -> str:
    """The page with its style sheets in it, and without what only works where it is served."""
    files = drawing.files()
    sheets = "\n".join(files[name][0].decode() for name in drawing.SHEETS)
    return html.replace("</head>", f"<style>\n{sheets}.skip, .top, .screen {{ display: none; }}\n</style>\n</head>")
