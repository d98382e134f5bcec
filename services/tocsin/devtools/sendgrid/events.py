"""Signed events: what becomes of each mail, posted to the webhook until it answers 2xx.

The local part of an address scripts the outcome by its beginning: bounce, block, drop, defer, spam or silent; any other
address receives its mail. A mail's events are a function of the mail, so that a restart makes the same ones.
"""

import base64
import hashlib
import heapq
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.ledger import Entry
from tocsin.mailer.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER
from tocsin.runtime import clock

Event = dict[str, Any]
Script = tuple[tuple[float, str, dict[str, str]], ...]
_BATCH = 200
_GATHER_SECONDS = 0.05
_LONGEST_WAIT = 3.0
_SCRIPTS: dict[str, Script] = {
    "bounce": ((0.05, "processed", {}), (0.3, "bounce", {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1"})),
    "block": ((0.05, "processed", {}), (0.3, "bounce", {"type": "blocked", "status": "5.7.1", "reason": "554 5.7.1"})),
    "drop": ((0.05, "dropped", {"reason": "Bounced Address", "status": "5.0.0"}),),
    "defer": (
        (0.05, "processed", {}),
        (0.3, "deferred", {"response": "451 4.7.1 try again later", "attempt": "1"}),
        (0.8, "delivered", {"response": "250 OK"}),
    ),
    "spam": ((0.05, "processed", {}), (0.3, "delivered", {"response": "250 OK"}), (0.8, "spamreport", {})),
    "silent": (),
}
_DELIVERED: Script = ((0.05, "processed", {}), (0.3, "delivered", {"response": "250 OK"}))


def timeline(mail: Entry) -> list[tuple[datetime, Event]]:
    """What happens to ``mail``, and when."""
    local = mail.to.partition("@")[0].casefold()
    script = next((s for prefix, s in _SCRIPTS.items() if local.startswith(prefix)), _DELIVERED)
    accepted = datetime.fromisoformat(mail.at)
    return [
        (at := accepted + timedelta(seconds=seconds), _event(mail, number, name, at, facts))
        for number, (seconds, name, facts) in enumerate(script)
    ]


def _event(mail: Entry, number: int, name: str, at: datetime, facts: dict[str, str]) -> Event:
    digest = hashlib.sha256(f"{mail.id} {number} {name}".encode()).digest()[:16]
    return {
        "email": mail.to,
        "event": name,
        "timestamp": int(at.timestamp()),
        "sg_event_id": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "sg_message_id": f"{mail.id}.recvd-simulator-1-1.0",
        "smtp-id": f"<{mail.id}@simulator.example>",
        **({"ip": "127.0.0.1", "tls": 1} if name == "delivered" else {}),
        **facts,
        **mail.custom_args,
    }


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Signs posts as SendGrid does."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, public_key_file: Path) -> "Signer":
        """A new key pair; the public half is left where the webhook looks for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        public_key_file.parent.mkdir(parents=True, exist_ok=True)
        draft = public_key_file.with_suffix(".draft")
        draft.write_bytes(pem)
        draft.replace(public_key_file)
        return cls(key)

    def headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signature = self.key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
        return {SIGNATURE_HEADER: base64.b64encode(signature).decode(), TIMESTAMP_HEADER: timestamp}


class Poster:
    """Posts events when they are due, from a thread of its own, and remembers which mails are done with.

    done_file: ids of the mails whose every event was taken, so that a restart posts the others.
    """

    def __init__(self, signer: Signer, webhook_url: str, done_file: Path, faults: Faults) -> None:
        self._signer, self._url, self._faults = signer, webhook_url, faults
        self._waiting: list[tuple[float, int, Event, str | None]] = []
        self._count, self._changed, self._stopped = 0, threading.Condition(), threading.Event()
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
            self._changed.notify()
        self._thread.join(timeout=5)
        self._done_file.close()

    def schedule(self, mail: Entry) -> None:
        if self._faults.strike(Fault.EVENTS_LOST):
            return
        events = timeline(mail)
        with self._changed:
            for position, (at, event) in enumerate(events, start=1):
                self._count += 1
                last = mail.id if position == len(events) else None
                heapq.heappush(self._waiting, (at.timestamp(), self._count, event, last))
            self._changed.notify()

    def _run(self) -> None:
        while not self._stopped.is_set():
            batch = self._next_batch()
            if batch and self._post_until_taken([event for event, _ in batch]):
                self._done_file.write("".join(f"{mail_id}\n" for _, mail_id in batch if mail_id))
                self._done_file.flush()

    def _next_batch(self) -> list[tuple[Event, str | None]]:
        with self._changed:
            if not self._waiting:
                self._changed.wait(1.0)
                return []
            wait = self._waiting[0][0] - clock.now().timestamp()
        self._stopped.wait(max(wait, _GATHER_SECONDS))
        now = clock.now().timestamp()
        batch: list[tuple[Event, str | None]] = []
        with self._changed:
            while self._waiting and self._waiting[0][0] <= now and len(batch) < _BATCH:
                _, _, event, mail_id = heapq.heappop(self._waiting)
                batch.append((event, mail_id))
        return batch

    def _post_until_taken(self, events: list[Event]) -> bool:
        if self._faults.strike(Fault.EVENTS_TWICE):
            events = [*events, *reversed(events)]
        body, wait = json.dumps(events).encode(), 0.1
        while not self._stopped.is_set():
            if self._post(body):
                return True
            self._stopped.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        return False

    def _post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", **self._signer.headers(body)}
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return 200 <= int(answer.status) < 300
        except (urllib.error.URLError, OSError):
            return False
