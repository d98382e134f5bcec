"""The options by which a signing key is given to a command, and the transaction in which it is registered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from tocsin.cli.connection import changing
from tocsin.cli.publishers.showing import SENTENCES
from tocsin.runtime.key_files import UnusableKey, read_public_key, usual_key_id, write_key_pair
from tocsin.runtime.settings import Settings
from tocsin.store.publishing.publishers import PublisherKey, Unregistrable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """file: with the public key. make: where a new private key is written. key_id: None for the usual one."""

    file: Path | None
    make: Path | None
    key_id: str | None
    valid_days: int


def key_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what names a key; the command gets it as ``offer``."""

    @click.option(
        "--key-file", type=_FILE, metavar="PUB.pem", help="Its public key (Ed25519): it made the pair itself."
    )
    @click.option("--make-key", type=_NEW_FILE, metavar="FILE", help="Make the pair: FILE is private, FILE.pub public.")
    @click.option("--key-id", metavar="ID", help="What it is called in signatures. Default: NAME and some digits.")
    @click.option(
        "--valid-days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long the key signs."
    )
    @wraps(command)
    def with_key(
        *given: Any, key_file: Path | None, make_key: Path | None, key_id: str | None, valid_days: int, **named: Any
    ) -> Any:
        if key_file is not None and make_key is not None:
            raise click.UsageError("Give a key or have one made, not both.")
        return command(*given, offer=KeyOffer(key_file, make_key, key_id, valid_days), **named)

    return with_key


def offered(offer: KeyOffer, name: str, by: str, now: datetime) -> PublisherKey | None:
    """The key as it is to be registered, read or made now; None if none was given."""
    if offer.file is None and offer.make is None:
        return None
    try:
        public_key = read_public_key(write_key_pair(offer.make) if offer.make is not None else offer.file or Path())
    except FileExistsError:
        raise click.ClickException("There is such a file already; a key is never replaced.") from None
    except UnusableKey as error:
        raise click.ClickException(f"key-unusable: {error}.") from None
    except OSError as error:
        raise click.ClickException(f"The key file cannot be used ({error.strerror}).") from None
    ends = now + timedelta(days=offer.valid_days)
    return PublisherKey(offer.key_id or usual_key_id(name, public_key), name, public_key, now, ends, by)


@contextmanager
def registering(settings: Settings) -> Iterator[Connection]:
    """One transaction; a refusal becomes one line with its code, and nothing has changed."""
    try:
        with changing(settings) as connection:
            yield connection
    except Unregistrable as refusal:
        raise click.ClickException(f"{refusal.code}: {SENTENCES[refusal.code]}") from None
