"""``python -m tocsin.devtools.bench.mails``: mails a second through a provider that takes 50 ms to answer.

Ours claims, writes, searches, sends and records each mail; the peer posts the same mails with the official client, from
as many threads, and keeps nothing.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click

from tocsin.devtools.faults.due_subject import prepare
from tocsin.devtools.faults.mail_subject import MAILS_OF_A_CASE, request, sending_for
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.stack import HURRIED
from tocsin.knowledge.pacing import load_pacing
from tocsin.mailer.providers.sendgrid import Clients, SendGridSender
from tocsin.mailer.providers.sendgrid_payload import payload
from tocsin.mailer.sender import Mail, Outcome, Sender
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

FROM = "alerts@tocsin.example"


@dataclass(slots=True)
class Keeping:
    """Keeps each mail that goes through it, so that the peer can post the same."""

    sender: Sender
    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return self.sender.send(mail)


def ours(home: Path, sender: Keeping, threads: int, mails: int) -> float:
    """Mails a second."""
    engine, deployment = prepare(f"sqlite:///{home / 'tocsin.db'}", home, mails // MAILS_OF_A_CASE + 1)
    request(engine, deployment, clock.now(), load_pacing(Path(HURRIED["pacing_file"])))
    sending = sending_for(engine, deployment, sender, clock.now, threads)
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        while sending.send_batch(pool):
            pass
    seconds = time.perf_counter() - began
    engine.dispose()
    return len(sender.mails) / seconds


def peer(clients: Clients, mails: list[Mail], threads: int) -> float:
    """The same by the client alone."""

    def post(mail: Mail) -> None:
        clients.current().mail.send.post(request_body=payload(mail, FROM))

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(post, mails))
    return len(mails) / (time.perf_counter() - began)


@click.command()
@click.option("--mails", default=1500, show_default=True)
@click.option("--latency", default=0.05, show_default=True, help="Seconds that the provider takes to answer.")
@click.option("--threads", default=Settings().sending_threads, show_default=True)
def main(mails: int, latency: float, threads: int) -> None:
    """Measure how many mails a second leave, beside the bare client."""
    with tempfile.TemporaryDirectory(prefix="tocsin-mails-") as folder:
        home = Path(folder)
        with Simulator.create(Settings(home=home, simulator_port=0), "http://127.0.0.1:9/") as simulator:
            simulator.faults.latency = latency
            clients = Clients(simulator.url, home / "sendgrid.key", 8.0)
            sender = Keeping(SendGridSender(clients, FROM, clock.now))
            measured, bare = ours(home, sender, threads, mails), peer(clients, sender.mails, threads)
    click.echo(
        f"{len(sender.mails)} mails, {threads} threads, the provider answers after {latency * 1000:.0f} ms: "
        f"{measured:.0f} mails/s; the bare client {bare:.0f}/s (ratio {measured / bare:.2f})"
    )


if __name__ == "__main__":
    main()
