"""``python -m tocsin.devtools.faults.mail_storm``: kills and a faulty provider under 2,000 deliveries."""

import time
from pathlib import Path

import click

from tocsin.devtools.faults.provider import MAIL_FAULTS
from tocsin.devtools.faults.storm import Storm
from tocsin.devtools.faults.verdict import tell

MOST_REPEATS = 0.001
SENDING = ("mailer", "webhook", "resolver", "dispatcher")
"""On SQLite the relay runs inside the resolver."""


def mail_storm(home: Path, kills: int, reports: int, seed: int, pause: tuple[float, float] = (0.4, 1.2)) -> Storm:
    """A storm in which each report is a case of its own, and the provider drops, delays and repeats."""
    return Storm(
        home,
        reports=reports,
        kills=kills,
        seed=seed,
        pause=pause,
        targets=SENDING,
        broker=False,
        per_case=1,
        faults=MAIL_FAULTS,
        repeats=MOST_REPEATS,
        doubt=10.0,
    )


@click.command()
@click.option("--kills", default=60, show_default=True, help="Processes to SIGKILL.")
@click.option("--reports", default=165, show_default=True, help="Cases, each with several deliveries.")
@click.option("--seed", default=1, show_default=True)
@click.option("--home", type=click.Path(path_type=Path), default=Path(".tocsin/mail-storm"), show_default=True)
def main(kills: int, reports: int, seed: int, home: Path) -> None:
    """Kill whoever sends while the provider fails, then check that no mail is lost, and each repeat says so."""
    started = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    verdict = mail_storm(home, kills, reports, seed).run()
    tell(verdict, f"{kills} kills in {time.monotonic() - started:.0f} s", "No mail lost, each repeat marked.")


if __name__ == "__main__":
    main()
