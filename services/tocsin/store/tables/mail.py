"""The tables of mail beside deliveries: copies at the provider, suppressions, what comes in, digests and drills."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Serial, Time, metadata

sent_copies = Table(
    "sent_copies",
    metadata,
    Column("provider_message_id", String(200), primary_key=True),  # without what the provider adds for each hop
    Column("provider", String(10), nullable=False),
    Column("delivery_id", String(32), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("seen_at", Time, nullable=False),
)
"""Every mail that a provider is known to have taken. Two of one delivery are twins."""
suppressions = Table(
    "suppressions",
    metadata,
    Column("recipient_id", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("list", String(20), nullable=False),  # bounces, blocks, spam_reports, invalid_emails, unsubscribes
    Column("since", Time, nullable=False),
    Column("found_at", Time, nullable=False),
    PrimaryKeyConstraint("recipient_id", "channel", "list"),
)
inbound_mails = Table(
    "inbound_mails",
    metadata,
    Column("inbound_id", String(32), primary_key=True),  # also the subject under which the mail is sealed
    Column("digest", String(64), nullable=False, unique=True),  # keyed, over Message-ID and content
    Column("kind", String(20), nullable=False),  # reply, out_of_office, delivery_status, automatic, unknown
    Column("is_genuine", Boolean, nullable=False),  # its sender is the person written to, as the mail server vouches
    Column("delivery_id", String(32), index=True),
    Column("alert_id", String(32)),
    Column("case_id", String(32), index=True),
    Column("recipient_id", String(32)),
    Column("received_at", Time, nullable=False),
    Column("handled_by", String(64)),
    Column("handled_at", Time),
)
digests = Table(
    "digests",
    metadata,
    Column("recipient_id", String(32), nullable=False),
    Column("day", String(10), nullable=False),  # by the reader's own calendar
    Column("delivery_id", String(32), nullable=False, unique=True),
    PrimaryKeyConstraint("recipient_id", "day"),
)
drills = Table(
    "drills",
    metadata,
    Column("drill_id", String(32), primary_key=True),
    Column("mandate", String(64)),  # null: everybody
    Column("started_by", String(64), nullable=False),
    Column("started_at", Time, nullable=False),
    Column("answer_by", Time, nullable=False),
    Column("settled_at", Time),  # when it was looked at who had not answered in time
)
drill_answers = Table(
    "drill_answers",
    metadata,
    Column("drill_id", String(32), nullable=False),
    Column("recipient_id", String(32), nullable=False),
    Column("answered_at", Time, nullable=False),
    PrimaryKeyConstraint("drill_id", "recipient_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", String(32), primary_key=True),
    Column("alert_id", String(32), ForeignKey("alerts.alert_id"), index=True),  # null: of several alerts, or of none
    Column("case_id", String(32), index=True),
    Column("recipient_id", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(20), nullable=False),  # tocsin_schemas.deliveries.MailKind
    Column("update_cause", String(30)),  # tocsin_schemas.alerts.UpdateCause; of an escalation EscalationCause
    Column("priority", String(2), nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", String(32)),  # the claim that may record an outcome
    Column("claimed_at", Time),
    Column("next_attempt_at", Time),
    Column("possible_repeat", Boolean, nullable=False),
    Column("provider", String(10)),  # to whom it was handed last: sendgrid, smtp
    Column("provider_message_id", String(200)),
    Column("carried_by", String(32), index=True),  # the bundle or digest that tells it
    Column("drill_id", String(32), index=True),
    Column("fallback_at", Time),  # when another address or person was turned to, because it did not arrive
    Column("requested_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)
Index("deliveries_of_person", deliveries.c.recipient_id, deliveries.c.case_id)
Index("deliveries_of_alerts", deliveries.c.recipient_id, deliveries.c.alert_id)
Index("deliveries_by_state", deliveries.c.state, deliveries.c.updated_at, deliveries.c.delivery_id)
Index("deliveries_by_change", deliveries.c.updated_at, deliveries.c.delivery_id)
Index("deliveries_due", deliveries.c.state, deliveries.c.priority, deliveries.c.next_attempt_at)
Index(
    "deliveries_watched",
    deliveries.c.fallback_at,
    deliveries.c.state,
    deliveries.c.priority,
    deliveries.c.requested_at,
    deliveries.c.provider,
)

delivery_history = Table(
    "delivery_history",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("delivery_id", String(32), nullable=False, index=True),
    Column("state", String(12), nullable=False),
    Column("cause", String(30), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("detail", String(300), nullable=False),  # provider's code, never an address or content
    Column("at", Time, nullable=False),
)

provider_events = Table(
    "provider_events",
    metadata,
    Column("provider_event_id", String(200), primary_key=True),
    Column("delivery_id", String(32), nullable=False, index=True),
    Column("event", String(30), nullable=False),
    Column("occurred_at", Time, nullable=False),
    Column("received_at", Time, nullable=False, index=True),
)
