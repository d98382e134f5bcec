"""A case whose alerts were mailed to a chain of people, and the endpoint for what they answer."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine

from builders import a_report
from dispatching import Pipeline
from inbound_mails import CORPUS, Post, a_raw, raw_fields
from mailed import mail
from tocsin.store import tables

AWAY = next(sample for sample in CORPUS if sample["name"] == "en: Exchange")
RECEIPT = next(sample for sample in CORPUS if sample["name"] == "en: a ticket system")


class Desk:
    """A pipeline whose alerts were mailed, and the endpoint beside it."""

    def __init__(self, home: Path, second: bool = False, engine: Engine | None = None) -> None:
        self.pipeline = Pipeline(home, engine=engine)
        self.people = self.pipeline.enter_chain()
        if second:
            self.people["second"] = self.pipeline.enter("wgad-second@un.example", ["UN-WGAD"])
        self.pipeline.take(a_report())
        mail(self.pipeline)
        self.now = self.alert.raised_at + timedelta(minutes=1)
        office: Any = SimpleNamespace(
            engine=self.pipeline.engine, deployment=self.pipeline.deployment, clock=lambda: self.now
        )
        self.post = Post(office, home)
        self.sent = 0

    @property
    def alert(self) -> Any:
        return self.pipeline.alert("UN-WGAD")

    def delivery(self, role: str) -> str:
        rows = self.pipeline.rows(tables.deliveries)
        mine = (self.alert.alert_id, self.people[role])
        found = [row.delivery_id for row in rows if (row.alert_id, row.recipient_id) == mine]
        return found[0]

    def answers(self, role: str, sample: dict[str, Any] = AWAY, **over: Any) -> None:
        address = over.pop("address", None) or self.post.address(self.delivery(role))
        self.sent += 1
        self.sends(sample | {"name": f"{role} {self.sent}"}, address, **over)

    def sends(self, sample: dict[str, Any], address: str, **over: Any) -> None:
        assert self.post.send(raw_fields(a_raw(sample, address), address, ""), **over) == 200

    def escalated(self) -> list[list[str]]:
        """Who is told within a second."""
        self.pipeline.fire(self.now)
        return [s["recipients"] for s in self.pipeline.said("alert.escalated") if s["mandate"] == "UN-WGAD"]
