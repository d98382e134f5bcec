"""The command line: ``tocsin …``."""

import importlib

import click

from tocsin.cli.groups import Group

_COMMANDS = {
    "demo": "tocsin.cli.demo:demo",
    "up": "tocsin.cli.up:up",
    "status": "tocsin.cli.status:status",
    "doctor": "tocsin.cli.doctor:doctor",
    "cases": "tocsin.cli.cases:cases",
    "review": "tocsin.cli.review:review",
    "alerts": "tocsin.cli.alerts:alerts",
    "actions": "tocsin.cli.acting:actions",
    "recommendations": "tocsin.cli.recommendations:recommendations",
    "triage": "tocsin.cli.triage:triage",
    "brief": "tocsin.cli.brief:brief",
    "due": "tocsin.cli.due:due",
    "inbox": "tocsin.cli.inbox:inbox",
    "explain": "tocsin.cli.explain:explain",
    "topics": "tocsin.cli.topics:topics",
    "deliveries": "tocsin.cli.deliveries:deliveries",
    "drill": "tocsin.cli.drills:drill",
    "canary": "tocsin.cli.canary:canary",
    "dead-letters": "tocsin.cli.dead_letters:dead_letters",
    "audit": "tocsin.cli.audit:audit",
    "matcher": "tocsin.cli.matcher:matcher",
    "evaluate": "tocsin.cli.evaluate:evaluate",
    "directory": "tocsin.cli.directory.commands:directory",
    "operators": "tocsin.cli.operators:operators",
    "publishers": "tocsin.cli.publishers.commands:publishers",
    "knowledge": "tocsin.cli.knowledge:knowledge",
    "route": "tocsin.cli.route:route",
    "import": "tocsin.cli.importing.command:import_",
    "sign": "tocsin.cli.signing:sign",
    "database": "tocsin.cli.database:database",
    "devtools": "tocsin.cli.devtools:devtools",
}


class _Commands(Group):
    """Loads a command when it is called, so that ``tocsin status`` does not wait for the broker's imports."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Alerts for human rights defenders in danger: many mechanisms' reports, one mail to each mandate-holder."""
