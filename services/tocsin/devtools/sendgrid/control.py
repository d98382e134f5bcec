"""``/simulator/…``: what tests, checkers and the SMTP simulator ask of a simulator in another process."""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from tocsin.devtools.sendgrid.account import Account
from tocsin.devtools.sendgrid.answering import Envelope
from tocsin.devtools.sendgrid.answers import Answer, as_json
from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.inbound import Inbound
from tocsin.devtools.sendgrid.ledger import Ledger

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Control:
    """The parts that can be asked, each under its name. ``accept`` enters a mail that came by another way."""

    ledger: Ledger
    faults: Faults
    account: Account
    inbound: Inbound
    clock: Clock
    accept: Callable[[Body], str]

    def answer(self, method: str, name: str, query: dict[str, list[str]], body: bytes) -> Answer:
        asked = {
            ("GET", "ledger"): lambda _: self._ledger(with_bodies="bodies" not in query),
            ("GET", "count"): lambda _: {"mails": len(self.ledger)},
            ("GET", "faults"): lambda _: self.faults.pending(),
            ("POST", "faults"): self._plan,
            ("POST", "strike"): self._strike,
            ("POST", "mails"): lambda line: {"id": self.accept(line)},
            ("POST", "inbound"): self._take_in,
            ("GET", "inbound"): lambda _: self._inbound(),
            ("POST", "clock"): self._advance,
            ("POST", "account"): self._change_account,
        }.get((method, name))
        if asked is None:
            return as_json(404, {"error": "not found"})
        try:
            found = json.loads(body) if body else {}
            return as_json(200, asked(found))
        except (ValueError, KeyError, TypeError, AttributeError):
            return as_json(400, {"error": "cannot be read", "faults": [fault.value for fault in Fault]})

    def _ledger(self, with_bodies: bool) -> Body:
        """Every accepted mail, the oldest first; ``?bodies=no`` leaves out what is long."""
        if with_bodies:
            return {"mails": list(self.ledger.whole())}
        return {"mails": [asdict(mail) for mail in self.ledger.newest(len(self.ledger))[::-1]]}

    def _plan(self, wanted: Body) -> Body:
        """``{"fault": "drop_after", "times": 1, "seconds": 0, "to": "", "chance": 1, "seed": 0}``.

        Or ``{"clear": true}``, or ``{"latency": 0.05}``: seconds before each answer of the API.
        """
        if "latency" in wanted:
            self.faults.latency = float(wanted["latency"])
        elif wanted.get("clear"):
            self.faults.clear()
        else:
            self.faults.plan(
                Fault(wanted["fault"]),
                int(wanted.get("times", 1)),
                float(wanted.get("seconds", 0)),
                str(wanted.get("to", "")),
                float(wanted.get("chance", 1)),
                int(wanted.get("seed", 0)),
            )
        return self.faults.pending()

    def _strike(self, asked: Body) -> Body:
        """``{"faults": […], "to": ""}``: the first of them that strikes now."""
        found = self.faults.first(tuple(Fault(name) for name in asked["faults"]), str(asked.get("to", "")))
        return {} if found is None else {"fault": found[0].value, "seconds": found[1].seconds}

    def _take_in(self, mail: Body) -> Body:
        """``{"raw": base64, "sender": "", "to": [], "mail_id": ""}``: a mail that has come in."""
        envelope = Envelope(str(mail["sender"]), tuple(map(str, mail["to"])))
        incoming = self.inbound.take_in(base64.b64decode(mail["raw"]), envelope, str(mail.get("mail_id", "")))
        return {"id": incoming.id}

    def _inbound(self) -> Body:
        return {
            "mails": [
                {"id": one.id, "mail_id": one.mail_id, "state": one.state, "statuses": one.statuses}
                for one in self.inbound.all()
            ]
        }

    def _advance(self, asked: Body) -> Body:
        """``{"advance": seconds}``: the simulator's time moves ahead."""
        self.clock.advance(timedelta(seconds=float(asked["advance"])))
        return {"now": self.clock.now().isoformat()}

    def _change_account(self, wanted: Body) -> Body:
        """Settings by name, merged; ``{"suppress": {"list": "bounces", "email": "…"}}``."""
        if "suppress" in wanted:
            self.account.suppress(wanted["suppress"]["list"], wanted["suppress"]["email"], self.clock.now())
        settings = self.account.settings
        for name, change in ((name, change) for name, change in wanted.items() if name in settings):
            settings[name] = change if isinstance(change, list) else settings[name] | change
        self.account.save()
        return dict(settings)
