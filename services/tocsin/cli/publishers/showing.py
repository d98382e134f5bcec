"""How publishers and their keys are shown, and why one was not registered."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from tocsin.cli.tables import narrow, whole
from tocsin.store.views.publisher_standings import KeyStanding, Standing

SENTENCES = {
    "expiry-invalid": "An API key ends within 366 days.",
    "key-exists": "There is a key with this id, or this very key, already.",
    "key-unknown": "No key with this id is in force. See: tocsin publishers list, and api-key list NAME",
    "key-weak": "With this key anybody could sign; make another one.",
    "name-invalid": "Names and key ids have letters, digits and . _ : - only, at most 64 of them.",
    "name-reserved": "Names that begin with tocsin are the service's own.",
    "network-invalid": "Write networks as 192.0.2.0/24 or 2001:db8::/32.",
    "publisher-exists": "There is, or was, a publisher of this name. A new key: tocsin publishers rotate",
    "publisher-unknown": "No publisher of this name is in force. See: tocsin publishers list",
    "scope-none": "Say with --scope what the key opens.",
}
_STYLES = {"closing": "yellow", "expired": "red", "revoked": "red", "ended": "red"}


def show(found: Sequence[Standing], altered: Sequence[str], undone: Sequence[str]) -> None:
    """A line for each publisher, one for each of its keys, and below what is not as Tocsin wrote it."""
    console = Console()
    table = narrow("publisher, and its keys", whole("state", 7), whole("until", 10), whole("last number", 16))
    for standing in found:
        refused = f"  {standing.refused:,} refused" if standing.refused else ""
        table.add_row(Text.assemble((standing.publisher.publisher_id, "bold"), (refused, "yellow")))
        for key in standing.keys or (None,):
            table.add_row(*_key_cells(standing, key))
    if found:
        console.print(table)
    else:
        console.print("No publisher is registered. See: tocsin publishers add --help")
    for name in altered:
        console.print(Text(f"ALTERED: {name} is not as Tocsin wrote it, and does not count.", style="bold red"))
    for name in undone:
        line = f"PUT BACK: {name} was ended, and an old row stands in its place. Revoke or end it again."
        console.print(Text(line, style="bold red"))


def as_json(found: Sequence[Standing]) -> list[dict[str, Any]]:
    return [
        {
            "publisher_id": standing.publisher.publisher_id,
            "state": "ended" if standing.publisher.ended_at else "in force",
            "acts_for": list(standing.publisher.acts_for),
            "added_at": standing.publisher.added_at,
            "ended_at": standing.publisher.ended_at,
            "kafka_user": standing.publisher.kafka_user,
            "refused": standing.refused,
            "keys": [_key_json(key) for key in standing.keys],
        }
        for standing in found
    ]


def _key_cells(standing: Standing, told: KeyStanding | None) -> tuple[Text, ...]:
    if told is None:
        state = "ended" if standing.publisher.ended_at else "no key"
        return Text("  –"), _state(state), Text(""), Text("")
    state = "ended" if standing.publisher.ended_at else told.state.value
    until = f"{told.key.valid_to:%Y-%m-%d}" if told.key.valid_to else "for ever"
    last = "" if told.last_sequence is None else str(told.last_sequence)
    return Text(f"  {told.key.key_id}"), _state(state), Text(until), Text(last)


def _state(state: str) -> Text:
    return Text(state, style=_STYLES.get(state, ""))


def _key_json(told: KeyStanding) -> dict[str, Any]:
    return {
        "key_id": told.key.key_id,
        "state": told.state.value,
        "valid_from": told.key.valid_from,
        "valid_to": told.key.valid_to,
        "revoked_at": told.key.revoked_at,
        "last_sequence": told.last_sequence,
    }
