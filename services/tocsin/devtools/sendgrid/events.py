"""Signed events: what becomes of each mail, posted to the webhook until it answers 2xx."""

import heapq
import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.ledger import Entry
from tocsin.devtools.sendgrid.outcomes import Event, timeline
from tocsin.devtools.sendgrid.signing import Signer as Signer

_BATCH = 200
_GATHER_SECONDS = 0.05
_LONGEST_WAIT = 3.0
MANY = 46
"""How often one user was told of each event."""
_NO_EVENTS: list[Any] = [
    None,
    7,
    "delivered",
    [],
    {},
    {"event": 3, "sg_event_id": "x"},
    {"event": "delivered", "sg_event_id": "", "d": [], "timestamp": "never"},
    {"event": "delivered", "sg_event_id": "y", "d": "0" * 32, "timestamp": 1e300},
    {"email": {"a": [1]}, "event": "x" * 5000, "sg_event_id": "z", "timestamp": None},
]
_Waiting = tuple[float, int, Event | None, str | None]


class Poster:
    """Posts events when they are due, from a thread of its own, and remembers which mails are done with.

    done_file: ids of the mails whose every event was taken, so that a restart posts the others.
    """

    def __init__(self, signer: Signer, webhook_url: str, done_file: Path, faults: Faults, clock: Clock) -> None:
        self._signer, self._url, self._faults, self._clock = signer, webhook_url, faults, clock
        self._waiting: list[_Waiting] = []
        self._count, self._changed, self._stopped = 0, clock.moved, threading.Event()
        done_file.parent.mkdir(parents=True, exist_ok=True)
        self._done = set(done_file.read_text().split()) if done_file.exists() else set()
        self._done_file = done_file.open("a")
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self, mails: Iterable[Entry]) -> None:
        """Begin, with the events of earlier ``mails`` that were not taken yet."""
        for mail in mails:
            if mail.id not in self._done:
                self.schedule(mail)
        self._done.clear()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self._done_file.close()

    def schedule(self, mail: Entry) -> None:
        """Post the events of ``mail`` when they are due, unless a fault has it otherwise."""
        for due, event, done in self._planned(mail):
            with self._changed:
                self._count += 1
                heapq.heappush(self._waiting, (due, self._count, event, done))
        with self._changed:
            self._changed.notify_all()

    def _planned(self, mail: Entry) -> list[tuple[float, Event | None, str | None]]:
        events = timeline(mail)
        times = [at.timestamp() for at, _ in events]
        if not events or self._faults.strike(Fault.EVENTS_LOST, mail.to):
            return [(0.0, None, mail.id)]
        if self._faults.strike(Fault.EVENTS_REORDERED, mail.to):
            times.reverse()
        if delay := self._faults.strike(Fault.EVENTS_DELAYED, mail.to):
            times = [at + delay.seconds for at in times]
        latest = max(range(len(times)), key=times.__getitem__)
        return [
            (times[position], event, mail.id if position == latest else None)
            for position, (_, event) in enumerate(events)
        ]

    def _run(self) -> None:
        while not self._stopped.is_set():
            batch = self._next_batch()
            if batch and self._post_until_taken([event for event, _ in batch if event is not None]):
                self._done_file.write("".join(f"{mail_id}\n" for _, mail_id in batch if mail_id))
                self._done_file.flush()

    def _next_batch(self) -> list[tuple[Event | None, str | None]]:
        with self._changed:
            wait = self._waiting[0][0] - self._clock.now().timestamp() if self._waiting else 1.0
            if wait > _GATHER_SECONDS or not self._waiting:
                if not self._stopped.is_set():
                    self._changed.wait(min(wait, 1.0))
                return []
        self._stopped.wait(_GATHER_SECONDS)
        now = self._clock.now().timestamp()
        batch: list[tuple[Event | None, str | None]] = []
        with self._changed:
            while self._waiting and self._waiting[0][0] <= now and len(batch) < _BATCH:
                _, _, event, mail_id = heapq.heappop(self._waiting)
                batch.append((event, mail_id))
        return batch

    def _post_until_taken(self, events: list[Event]) -> bool:
        if not events:
            return True
        addresses = {event["email"] for event in events}
        if self._strikes(Fault.EVENTS_TWICE, addresses):
            events = [*events, *reversed(events)]
        if self._strikes(Fault.EVENTS_MALFORMED, addresses):
            events = [*_NO_EVENTS[:5], *events, *_NO_EVENTS[5:]]
        if self._strikes(Fault.EVENTS_NOT_JSON, addresses):
            self._post(json.dumps(events).encode()[:-3])
        body = json.dumps(events).encode()
        times = MANY if self._strikes(Fault.EVENTS_MANY, addresses) else 1
        return all(self._post_one_until_taken(body, addresses) for _ in range(times))

    def _strikes(self, fault: Fault, addresses: Iterable[str]) -> bool:
        return any(self._faults.strike(fault, address) for address in addresses)

    def _post_one_until_taken(self, body: bytes, addresses: Iterable[str]) -> bool:
        wait = 0.1
        while not self._stopped.is_set():
            if self._post(body, is_bad=self._strikes(Fault.EVENTS_BADLY_SIGNED, addresses)):
                return True
            self._stopped.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        return False

    def _post(self, body: bytes, is_bad: bool = False) -> bool:
        signed = self._signer.wrong_headers(body) if is_bad else self._signer.headers(body)
        status = post(self._url, body, {"Content-Type": "application/json", **signed})
        return status is not None and 200 <= status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
    """The status of the answer to a post; None if there is none."""
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return None
