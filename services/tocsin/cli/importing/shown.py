"""How an import is shown at 80 columns: what would be sent, what is wrong and where, what came of it."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.table import Column
from rich.text import Text

from tocsin.cli.tables import narrow, whole
from tocsin.importing.faults import Fault, said_of
from tocsin.importing.mapping.targets import TARGETS, Kind
from tocsin.importing.sending.running import Act, Planned, Told
from tocsin_schemas.reports import Report
from tocsin_schemas.vocabulary import Audience, ConsentStatus

SHOWN = 50
"""Rows of a table; of more, the number is told."""
_MOST_TYPES = 3
_MARKS = {
    ConsentStatus.GRANTED: "+",
    ConsentStatus.REFUSED: "-",
    ConsentStatus.WITHDRAWN: "x",
    ConsentStatus.UNKNOWN: "?",
}
_AUDIENCES = {
    Audience.ALL_MECHANISMS.value: "mechanisms",
    Audience.NGOS.value: "NGOs",
    Audience.GOVERNMENT.value: "State",
    Audience.PUBLIC.value: "public",
}
_KINDS = {
    Kind.LINE: "a line of text",
    Kind.PROSE: "a text, of several lines if need be",
    Kind.DATE: "a date: day, month, year or period",
    Kind.DAY: "a day",
    Kind.INSTANT: "a day, with the time if it is known",
    Kind.COUNTRY: "a country: its code, or its name in six languages",
    Kind.YES_NO: "yes or no",
    Kind.WHOLE: "a whole number",
    Kind.NUMBER: "a number",
    Kind.POSITION: "latitude and longitude: 6.13|1.22",
}
RowName = Callable[[int], str]


def planned_table(console: Console, going: Sequence[Planned], total: int, names: bool, row_name: RowName = str) -> None:
    """What would be sent: the first of ``total``. names: whether the persons' names are shown."""
    if not going:
        return
    columns = [Column("row", overflow="fold"), Column("reference", overflow="fold", ratio=2)]
    columns += [Column("who", overflow="fold", ratio=2)] if names else []
    table = narrow(
        *columns,
        whole("State", 5),
        Column("what", ratio=3),
        Column("consent", ratio=2, overflow="fold"),
        whole("rev", 3),
    )
    for each in going:
        report = each.report
        who = [Text(", ".join(victim.names[0].value for victim in report.alleged_victims))] if names else []
        facts = (report.violation.country, _types(report), _consent(report), str(report.revision))
        table.add_row(row_name(each.sending.row), Text(report.publisher_reference), *who, *facts)
    console.print(table)
    if total > len(going):
        console.print(f"… and {total - len(going):,} more.")
    console.print("Consent: + granted, - refused, x withdrawn, ? not known; what is not there counts as refused.")


def faults_table(console: Console, faults: Iterable[Fault], language: str, row_name: RowName = str) -> None:
    """Each fault by row and column, with what to do."""
    found = sorted(faults)
    if not found:
        return
    table = narrow(
        Column("row", overflow="fold"), Column("column", overflow="fold", ratio=2), Column("what is wrong", ratio=5)
    )
    for fault in found[:SHOWN]:
        words = said_of(fault, language)
        told = Text.assemble(
            _sentence(words.sentence), " ", (_sentence(words.remedy), "bold"), (f" {fault.code}", "dim")
        )
        table.add_row(row_name(fault.row) if fault.row else "", Text(fault.column), told)
    console.print(table)
    if len(found) > SHOWN:
        console.print(f"… and {len(found) - SHOWN:,} more; --problems FILE.csv writes them all.")


def summary(console: Console, told: Told, dry: bool) -> None:
    """Numbers, and what has vanished from the source since."""
    verb = "would be sent" if dry else "sent"
    console.print(
        f"{told.rows:,} rows: {told.counts[Act.NEW]:,} new and {told.counts[Act.CORRECTION]:,} corrections {verb}, "
        f"{told.counts[Act.UNCHANGED]:,} unchanged, {told.faulty_rows:,} with problems."
    )
    if told.unpublished:
        console.print(f"{told.unpublished:,} unpublished entities were left out.")
    if told.vanished:
        console.print(f"Sent before and not in the source any more ({len(told.vanished):,}); nothing was withdrawn:")
        table = narrow(Column("reference", overflow="fold"), whole("rev", 3), whole("was row", 7))
        for reference, sending in told.vanished[:SHOWN]:
            table.add_row(Text(reference), str(sending.revision), str(sending.row))
        console.print(table)


def targets_table(console: Console) -> None:
    """Every place of a report that a column may fill."""
    table = narrow(whole("into", 29), whole("several", 7), Column("what a cell holds", ratio=1))
    for target in TARGETS.values():
        holds = ", ".join(target.codes) if target.codes is not None else _KINDS.get(target.kind, target.kind.value)
        table.add_row(target.name, "yes" if target.many else "", holds)
    console.print(table)


def _types(report: Report) -> str:
    types = [kind.value.replace("_", " ") for kind in report.violation.types]
    more = f" +{len(types) - _MOST_TYPES}" if len(types) > _MOST_TYPES else ""
    return ", ".join(types[:_MOST_TYPES]) + more


def _consent(report: Report) -> str:
    marks = {f"{_MARKS[d.status]}{_AUDIENCES.get(str(d.recipient), str(d.recipient))}" for d in report.consent}
    return " ".join(sorted(marks)) or "none"


def _sentence(text: str) -> str:
    """The words of the published language are written to stand after a code: here they stand alone."""
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ("", ".", "?", "!") else ".")
