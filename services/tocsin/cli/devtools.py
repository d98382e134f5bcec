"""``tocsin devtools``: what only developers and the demonstration start."""

import click

from tocsin.cli.groups import Group


@click.group(cls=Group)
def devtools() -> None:
    """The simulated mail providers."""


@devtools.command()
def sendgrid() -> None:
    """Run the SendGrid simulator, with its mailbox page."""
    from tocsin.devtools.sendgrid.__main__ import main

    main()


@devtools.command()
def smtp() -> None:
    """Run the SMTP simulator, in front of the mailbox of the SendGrid simulator."""
    from tocsin.devtools.smtp.__main__ import main

    main()
