"""Where the mail server leaves what it accepted: the ledger of the mailbox, in this process or in another."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any, Protocol

from tocsin.devtools.sendgrid.answering import Envelope
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault

Struck = tuple[Fault, float]
"""A fault that strikes, and its seconds."""


class Unreachable(OSError):
    """The mailbox cannot be reached: nothing may be accepted."""


class Desk(Protocol):
    def accept(self, line: dict[str, Any]) -> str:
        """Enter a mail; returns its id. Raises Unreachable."""
        ...

    def come_in(self, raw: bytes, envelope: Envelope, mail_id: str) -> None:
        """A mail for us has come in. Raises Unreachable."""
        ...

    def strike(self, faults: tuple[Fault, ...], to: str = "") -> Struck | None:
        """The first of ``faults`` that strikes now; none if the mailbox cannot be reached."""
        ...


class OwnDesk:
    """The simulator in this process."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def accept(self, line: dict[str, Any]) -> str:
        return self._simulator.accept(line)

    def come_in(self, raw: bytes, envelope: Envelope, mail_id: str) -> None:
        self._simulator.inbound.take_in(raw, envelope, mail_id)

    def strike(self, faults: tuple[Fault, ...], to: str = "") -> Struck | None:
        found = self._simulator.faults.first(faults, to)
        return None if found is None else (found[0], found[1].seconds)


class OtherDesk:
    """The simulator in another process. url: of its mailbox page."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def accept(self, line: dict[str, Any]) -> str:
        return str(self._post("mails", line)["id"])

    def come_in(self, raw: bytes, envelope: Envelope, mail_id: str) -> None:
        mail = {"raw": base64.b64encode(raw).decode(), "sender": envelope.sender, "to": list(envelope.to)}
        self._post("inbound", mail | {"mail_id": mail_id})

    def strike(self, faults: tuple[Fault, ...], to: str = "") -> Struck | None:
        try:
            found = self._post("strike", {"faults": [fault.value for fault in faults], "to": to})
        except Unreachable:
            return None
        return (Fault(found["fault"]), float(found["seconds"])) if found else None

    def _post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(f"{self._url}/simulator/{name}", json.dumps(body).encode())  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own address
                found: dict[str, Any] = json.loads(answer.read())
        except (urllib.error.URLError, OSError, ValueError) as failure:
            raise Unreachable(type(failure).__name__) from None
        return found
