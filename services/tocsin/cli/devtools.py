"""``tocsin devtools``: what only developers and the demonstration start."""

import click


@click.group()
def devtools() -> None:
    """The SendGrid simulator."""


@devtools.command()
def sendgrid() -> None:
    """Run the SendGrid simulator, with its mailbox page."""
    from tocsin.devtools.sendgrid.__main__ import main

    main()
