"""The one table of topics: name, key, partitions, retention, and the event types that each carries."""

from dataclasses import dataclass, field
from datetime import timedelta

from tocsin_schemas import actions, alerts, answers, cases, deliveries, drills, reports
from tocsin_schemas.model import Model

PREFIX = "org.tocsin."
MAX_EVENT_BYTES = 256 * 1024
"""Of an event's JSON."""
MAX_SEALED_BYTES = 352 * 1024
"""Of a body that is sealed: base64 makes it a third larger (RFC 7516), and the header of the JWE has some room."""
_HEADERS_BYTES = 16 * 1024
_MARKS_BYTES = 64 * 1024
"""What may be said of a dead letter, beside the whole of the message."""
FOREVER = timedelta(milliseconds=-1)


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic and what may be published on it."""

    name: str
    key: str
    """What the message key holds, in words."""
    events: dict[str, type[Model]] = field(default_factory=dict)
    """Event type without prefix -> model of its ``data``."""
    partitions: int = 6
    retention: timedelta = FOREVER
    direction: str = ""
    message_bytes: int = MAX_SEALED_BYTES + _HEADERS_BYTES

    def configuration(self) -> dict[str, str]:
        """Topic settings as Kafka names them.

        The broker unpacks what was compressed, so that its limit of size is that of what we read, and no reader needs
        every codec; and it sets the time, which is ours to trust then.
        """
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(int(self.retention.total_seconds() * 1000)) if self.retention is not FOREVER else "-1",
            "compression.type": "uncompressed",
            "message.timestamp.type": "LogAppendTime",
            "max.message.bytes": str(self.message_bytes),
        }


REPORTS = Topic(
    name="tocsin.reports.v1",
    key="report id (UUIDv5 of publisher and reference)",
    events={
        "report.submitted": reports.Report,
        "report.corrected": reports.Report,
        "report.withdrawn": reports.Withdrawal,
    },
    direction="mechanisms → resolver",
)
CASES = Topic(
    name="tocsin.cases.v1",
    key="case id",
    events={
        "case.opened": cases.CaseOpened,
        "case.corroborated": cases.CaseCorroborated,
        "case.updated": cases.CaseUpdated,
        "case.linked": cases.CaseLinked,
        "case.merged": cases.CaseMerged,
        "case.split": cases.CaseSplit,
        "case.closed": cases.CaseClosed,
        "review.requested": cases.ReviewRequested,
        "drill.resolved": drills.DrillResolved,
    },
    direction="resolver → dispatcher, console",
)
ALERTS = Topic(
    name="tocsin.alerts.v1",
    key="alert id",
    events={
        "alert.raised": alerts.AlertRaised,
        "alert.updated": alerts.AlertUpdated,
        "alert.held": alerts.AlertHeld,
        "alert.released": alerts.AlertReleased,
        "alert.acknowledged": alerts.AlertAcknowledged,
        "alert.reopened": alerts.AlertReopened,
        "alert.reminded": alerts.AlertReminded,
        "alert.escalated": alerts.AlertEscalated,
        "alert.closed": alerts.AlertClosed,
        "drill.dispatched": drills.DrillDispatched,
    },
    direction="dispatcher, console → mailer",
)
DELIVERIES = Topic(
    name="tocsin.deliveries.v1",
    key="delivery id",
    events={"delivery.requested": deliveries.DeliveryRequested, "delivery.changed": deliveries.DeliveryChanged},
    direction="mailer → dispatcher, console",
)
ACTIONS = Topic(
    name="tocsin.actions.v1",
    key="case id",
    events={
        "action.planned": actions.ActionPlanned,
        "action.taken": actions.ActionTaken,
        "state.replied": actions.StateReplied,
        "recommendation.made": actions.RecommendationMade,
        "follow-up.due": actions.FollowUpDue,
    },
    direction="mechanisms, console → dispatcher",
)
ANSWERS = Topic(
    name="tocsin.answers.v1",
    key="alert id",
    events={"answer.given": answers.AnswerGiven},
    direction="console → dispatcher",
)
DEAD_LETTERS = Topic(
    name="tocsin.dead-letters.v1",
    key="origin (topic-partition-offset)",
    partitions=1,
    direction="any → console, replay",
    message_bytes=MAX_SEALED_BYTES + _HEADERS_BYTES + _MARKS_BYTES,
)

TOPICS = (REPORTS, CASES, ALERTS, DELIVERIES, ACTIONS, ANSWERS, DEAD_LETTERS)
EVENT_MODELS: dict[str, type[Model]] = {name: model for topic in TOPICS for name, model in topic.events.items()}
TOPIC_OF: dict[str, Topic] = {name: topic for topic in TOPICS for name in topic.events}
