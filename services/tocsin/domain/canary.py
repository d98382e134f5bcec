"""The drill report that goes through everything, time and again, to show that everything works."""

from datetime import datetime

from tocsin.domain.identifiers import report_id
from tocsin_schemas.consent import ConsentDecision
from tocsin_schemas.directory import Seat
from tocsin_schemas.reports import Narrative, Report, Source, Verification
from tocsin_schemas.victims import AllegedVictim, DefenderActivity, PersonName
from tocsin_schemas.violations import Violation
from tocsin_schemas.vocabulary import Audience, Certainty, ConsentStatus, Purpose, SourceRelation, Topic, ViolationType

CANARY = "tocsin-canary"
"""The publisher of drill reports: a name that no mechanism can have."""
MANDATE = "TOCSIN-CANARY"
"""What the canary mailbox holds in the directory; no case is ever routed to it."""


def drill_report(reference: str, at: datetime) -> Report:
    """The whole report; nothing but its reference and its time ever differs.

    reference: opaque. at: when it is published.
    """
    return Report(
        publisher=CANARY,
        publisher_reference=reference,
        language="en",
        received_at=at,
        alleged_victims=[
            AllegedVictim(names=[PersonName(value="Drill Canary")], defender=DefenderActivity(topics=[Topic.OTHER]))
        ],
        violation=Violation(types=[ViolationType.ARREST], date=at.date().isoformat(), country="CHE"),
        source=Source(relation=SourceRelation.ORGANISATION, name="Drill", contact="drill@tocsin.example"),
        consent=[
            ConsentDecision(
                recipient=Audience.ALL_MECHANISMS, purpose=Purpose.ALERT, status=ConsentStatus.GRANTED, informed=True
            )
        ],
        verification=Verification(certainty=Certainty.LIKELY, independent_sources=1),
        narratives=[Narrative(language="en", text="This is a drill. Nobody was arrested.")],
    )


def is_drill(report: Report) -> bool:
    """Whether it is a drill report to the letter. Anything else that its publisher signs is taken as any report."""
    return report.publisher == CANARY and report == drill_report(report.publisher_reference, report.received_at)


def drill_id(reference: str) -> str:
    """32 hexadecimal digits."""
    return report_id(CANARY, reference).replace("-", "")


def is_canary_mailbox(seat: Seat) -> bool:
    """Whether drills may be sent there: somebody who holds any true mandate is never written to."""
    return seat.mandates == [MANDATE]
