"""``tocsin audit``: is the audit log whole?"""

import sys

import click

from tocsin.cli.connection import echo_json, looking
from tocsin.cli.groups import Group
from tocsin.runtime.settings import Settings
from tocsin.store.auditing import audit as audit_log


@click.group(cls=Group)
def audit() -> None:
    """Check the hash-chained audit log."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Follow every chain from its start. Exits 1 if a link is broken.

    Keep the printed heads elsewhere: compared later, they reveal a chain that was cut or written anew.
    """
    with looking(Settings()) as connection:
        faults, heads = audit_log.verify(connection), audit_log.heads(connection)
    if as_json:
        lengths = {chain: {"length": seq, "hash": digest} for chain, (seq, digest) in heads.items()}
        echo_json({"whole": not faults, "faults": faults, "heads": lengths})
    else:
        for chain, (seq, digest) in sorted(heads.items()):
            click.echo(f"{chain}: {seq} entries, head {digest}")
        for fault in faults:
            click.echo(f"BROKEN: {fault.chain}, entry {fault.seq}: {fault.kind}", err=True)
    sys.exit(1 if faults else 0)
