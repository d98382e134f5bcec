"""What commands that route a case again work with; apart from others, for the dispatcher takes a second to load."""

import click

from tocsin.dispatcher.alerting import Alerting
from tocsin.knowledge import load as knowledge
from tocsin.runtime.settings import Settings
from tocsin.store.deployment import load_deployment


def alerting_of(settings: Settings) -> Alerting:
    """What routes a case again. The deployment's key file must be there: a command must not make a new one."""
    if not settings.key_file.exists():
        raise click.ClickException(f"There is no key file at {settings.key_file}.")
    return Alerting(load_deployment(settings.key_file), knowledge.load())
