"""``tocsin evaluate routes``: reports as JSON lines, each routed as a case of its own.

Every mandate has an invented holder, so that no route is missing for want of one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, BinaryIO

from pydantic import ConfigDict

from tocsin.devtools.evaluation.lines import Refuse, identity_of, objects_of
from tocsin.domain.claims import Claim, claim_from
from tocsin.domain.identifiers import report_id
from tocsin.domain.routing.consent import day_of
from tocsin.domain.routing.directory import Directory, index
from tocsin.domain.routing.jurisdiction import rule_on_all
from tocsin.domain.routing.routes import Routing, route
from tocsin.knowledge.load import load
from tocsin_schemas.dates import Instant
from tocsin_schemas.decoding import decode_as
from tocsin_schemas.directory import Recipient, Role
from tocsin_schemas.knowledge import Knowledge
from tocsin_schemas.model import Model
from tocsin_schemas.problems import InvalidEvent
from tocsin_schemas.reports import Report


class Case(Model):
    """A report, and the moment at which it is routed."""

    model_config = ConfigDict(extra="ignore")

    report: Report
    now: Instant

    @property
    def moment(self) -> datetime:
        return self.now.astimezone(UTC)

    @property
    def claim(self) -> Claim:
        return claim_from(self.report, report_id(self.report.publisher, self.report.publisher_reference))


@dataclass(frozen=True, slots=True)
class Routed:
    """id: of the line. mechanisms: those competent for the State at the date, whatever consent allows."""

    id: str | int
    mechanisms: list[str]
    routing: Routing

    def as_json(self) -> dict[str, Any]:
        found = self.routing
        return {
            "id": self.id,
            "priority": found.priority,
            "reasons": [found.triage_rule, *found.reasons],
            "mechanisms": self.mechanisms,
            "routes": [
                {"mandate": r.mandate, "level": r.level, "fields": list(r.fields), "rule": r.rule} for r in found.routes
            ],
            "refused": [{"mandate": r.mandate, "reason": r.rule} for r in found.refusals],
        }


def route_lines(source: BinaryIO, refuse: Refuse) -> Iterator[Routed]:
    """Route the report of each line ``{"id", "report", "now"}``."""
    for number, content in objects_of(source, refuse):
        try:
            identity, case = identity_of(content), case_of(content)
        except InvalidEvent as refusal:
            refuse(number, refusal)
            continue
        yield Routed(identity, mechanisms(case), routed(case))


def case_of(content: Mapping[str, Any]) -> Case:
    """Read ``report`` and ``now``; raises InvalidEvent with paths that start at the whole line."""
    asked = {name: content[name] for name in ("report", "now") if name in content}
    return decode_as(json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass"), Case)


def routed(case: Case) -> Routing:
    """The whole decision, by the knowledge as shipped."""
    return route([case.claim], holders(), load(), case.moment)


def mechanisms(case: Case) -> list[str]:
    """Keys of those that are competent for the States concerned, in the order of the alphabet."""
    rulings = rule_on_all([case.claim], load(), day_of(case.moment))
    return sorted(key for key, ruling in rulings.items() if ruling.competent)


@cache
def holders() -> Directory:
    """An invented holder of each mandate, and of no other."""
    return index(holders_of(load()))


def holders_of(knowledge: Knowledge) -> Iterator[Recipient]:
    """One for each mandate, named after it."""
    for number, mandate in enumerate(knowledge.mandates, 1):
        yield Recipient(
            key=f"holder-{mandate.key}".lower(),
            recipient_id=f"{number:032x}",
            mandates=[mandate.key],
            role=Role.MANDATE_HOLDER,
            languages=["en"],
        )
