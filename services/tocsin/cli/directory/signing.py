"""What every command that changes the directory needs: who signs, with which key, and why a change was refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Connection

from tocsin.cli.showing import working
from tocsin.runtime.settings import Settings
from tocsin.store.directory.administrators import Unappointable
from tocsin.store.directory.changes import Unacceptable
from tocsin.store.directory.keys import PassphraseNeeded, Signer, UnusableKey, read_signer

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SENTENCES = {
    "administrator-exists": "There is an administrator with this id or this key already.",
    "administrator-not-in-force": "The one who signs is no administrator, or no longer.",
    "administrator-unknown": "There is no such administrator in force.",
    "change-expired": "It has waited too long; propose it again.",
    "change-not-pending": "It was decided before.",
    "change-pending": "Another change of the same entry waits; decide on it, or withdraw it, first.",
    "change-unknown": "No change, or more than one, has an id that begins so.",
    "entry-changed-meanwhile": "The entry was changed since this was proposed; propose it again.",
    "key-not-registered": "The key is not the one that is registered for this administrator.",
    "not-the-proposer": "Only its proposer can withdraw a change; others reject it.",
    "proposer-not-in-force": "Its proposer is no administrator any more; propose it again.",
    "recipient-still-named": "Another entry names this one as deputy or delegate; change that one first.",
    "recipient-unknown": "There is no entry with this key.",
    "second-person-required": "A second administrator must sign it: not the one who proposed it.",
    "too-few-administrators": "Two administrators must remain; add another first.",
}


def signed(command: Command) -> Command:
    """Adds ``--as ID --key KEYFILE``; the command gets ``key_id`` and ``key_file``."""
    command = click.option("--key", "key_file", required=True, type=FILE, help="Your private key.")(command)
    return click.option("--as", "key_id", required=True, metavar="ID", help="You, as an administrator.")(command)


def signer_of(key_id: str, key_file: Path) -> Signer:
    """Asks for the passphrase if there is one."""
    try:
        return _read(key_id, key_file)
    except UnusableKey as error:
        raise click.ClickException(f"key-unusable: {key_file.name}: {error}.") from None


@contextmanager
def changing(settings: Settings) -> Iterator[Connection]:
    """One transaction; a refusal becomes one line with its code, and nothing has changed."""
    try:
        with working(settings) as connection:
            yield connection
    except (Unacceptable, Unappointable) as refusal:
        sentence = _SENTENCES.get(refusal.code, "What was proposed is not what lies here: propose it again, and look.")
        raise click.ClickException(f"{refusal.code}: {sentence}") from None


def _read(key_id: str, key_file: Path) -> Signer:
    try:
        return read_signer(key_id, key_file)
    except PassphraseNeeded:
        passphrase = click.prompt(f"Passphrase of {key_file.name}", hide_input=True, err=True)
        return read_signer(key_id, key_file, passphrase)
