"""Every table. Coded facts and ids stand in clear; whatever is personal is sealed (see ``vault``).

Times are text in ISO 8601 UTC with microseconds, so that both databases sort and compare them alike.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from tocsin.store import operator_tables as operator_tables
from tocsin.store import wishes_tables as wishes_tables
from tocsin.store.answering_tables import given_answers as given_answers
from tocsin.store.answering_tables import sessions as sessions
from tocsin.store.answering_tables import sign_in_codes as sign_in_codes
from tocsin.store.answering_tables import viewed as viewed
from tocsin.store.audit_tables import audit as audit
from tocsin.store.audit_tables import audit_findings as audit_findings
from tocsin.store.audit_tables import audits as audits
from tocsin.store.columns import Serial, Time
from tocsin.store.columns import metadata as metadata
from tocsin.store.directory_tables import administrators as administrators
from tocsin.store.directory_tables import directory_changes as directory_changes
from tocsin.store.directory_tables import notices as notices
from tocsin.store.directory_tables import recipients as recipients
from tocsin.store.disclosure_tables import disclosures as disclosures
from tocsin.store.following_tables import acknowledgements as acknowledgements
from tocsin.store.following_tables import action_references as action_references
from tocsin.store.following_tables import actions as actions
from tocsin.store.following_tables import case_decisions as case_decisions
from tocsin.store.following_tables import due_times as due_times
from tocsin.store.following_tables import recalls as recalls
from tocsin.store.following_tables import recommendations as recommendations
from tocsin.store.following_tables import replies as replies
from tocsin.store.mail_tables import digests as digests
from tocsin.store.mail_tables import drill_answers as drill_answers
from tocsin.store.mail_tables import drills as drills
from tocsin.store.mail_tables import inbound_mails as inbound_mails
from tocsin.store.mail_tables import sent_copies as sent_copies
from tocsin.store.mail_tables import suppressions as suppressions
from tocsin.store.matching_tables import blocking_keys as blocking_keys
from tocsin.store.matching_tables import case_figures as case_figures
from tocsin.store.matching_tables import case_links as case_links
from tocsin.store.matching_tables import judgements as judgements
from tocsin.store.matching_tables import key_frequencies as key_frequencies
from tocsin.store.matching_tables import reviews as reviews
from tocsin.store.publishing_tables import allowances as allowances
from tocsin.store.publishing_tables import api_keys as api_keys
from tocsin.store.publishing_tables import drafts as drafts
from tocsin.store.publishing_tables import early_withdrawals as early_withdrawals
from tocsin.store.publishing_tables import idempotency_keys as idempotency_keys
from tocsin.store.publishing_tables import intake_sessions as intake_sessions
from tocsin.store.publishing_tables import parked_reports as parked_reports
from tocsin.store.publishing_tables import publisher_keys as publisher_keys
from tocsin.store.publishing_tables import publishers as publishers
from tocsin.store.publishing_tables import refusals as refusals
from tocsin.store.publishing_tables import signature_sequences as signature_sequences

# --- streams -------------------------------------------------------------------------------------------------------

processed_messages = Table(
    "processed_messages",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("event_id", String(256)),  # null for a repeat, so that the pair below stays unique
    Column("outcome", String(40), nullable=False),  # the service's word for what it did: joined, opened, repeat, …
    Column("processed_at", Time, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "partition", "offset"),
    UniqueConstraint("consumer", "event_id"),
)
_DEAD = text("outcome = 'dead-letter'")
_PLACE = (processed_messages.c[name] for name in ("topic", "partition", "offset"))
Index("processed_dead_letters", *_PLACE, sqlite_where=_DEAD, postgresql_where=_DEAD)
watermarks = Table(
    "watermarks",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("next_offset", BigInteger, nullable=False),  # everything below is done or predates the deployment
    PrimaryKeyConstraint("consumer", "topic", "partition"),
)
failures = Table(
    "failures",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("deaths", Integer, nullable=False),  # processes that this message has ended
    Column("reason", String(200), nullable=False),
    Column("last_at", Time, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "partition", "offset"),
)
rereads = Table(
    "rereads",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("requested_at", Time, nullable=False),
    Column("done_at", Time),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("topic", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("headers", JSON, nullable=False),  # [[name, value], …]
    Column("body", LargeBinary, nullable=False),
    Column("sealed_for", String(64)),  # subject of the vault key, if the body is sealed
    Column("created_at", Time, nullable=False),
    Column("published_at", Time),
)
Index(
    "outbox_unpublished",
    outbox.c.id,
    sqlite_where=outbox.c.published_at.is_(None),
    postgresql_where=outbox.c.published_at.is_(None),
)

LETTERS = text("topic = 'tocsin.dead-letters.v1'")
Index("outbox_dead_letters", outbox.c.id, sqlite_where=LETTERS, postgresql_where=LETTERS)

# --- the vault -----------------------------------------------------------------------------------------------------

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("subject", String(64), primary_key=True),  # report id, recipient id or dead-letter event id
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
)
sealed_contents = Table(
    "sealed_contents",
    metadata,
    Column("subject", String(64), nullable=False),
    Column("part", String(40), nullable=False),  # "revision-1", "address", …
    Column("ciphertext", LargeBinary, nullable=False),  # nonce and AES-256-GCM output
    PrimaryKeyConstraint("subject", "part"),
)

# --- reports and cases ---------------------------------------------------------------------------------------------

reports = Table(
    "reports",
    metadata,
    Column("report_id", String(36), primary_key=True),
    Column("publisher", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("claim", JSON, nullable=False),  # domain.claims.Claim
    Column("case_id", String(32), nullable=False, index=True),
    Column("accepted_at", Time, nullable=False, index=True),
    Column("placed_at", Time),  # since when it is tied to its neighbours, if that is not since its acceptance
    Column("withdrawn_at", Time),
)
_WITHDRAWN = reports.c.withdrawn_at.is_not(None)
Index("reports_withdrawn", reports.c.withdrawn_at, sqlite_where=_WITHDRAWN, postgresql_where=_WITHDRAWN)
cases = Table(
    "cases",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("founding_report_id", String(36), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, closed, merged
    Column("countries", JSON, nullable=False),
    Column("violations", JSON, nullable=False),
    Column("opened_at", Time, nullable=False, index=True),
    Column("updated_at", Time, nullable=False),
    Column("redirects_to", String(32), index=True),  # the case that it became one with, never another redirect
)

# --- alerts and deliveries -----------------------------------------------------------------------------------------

routing_decisions = Table(
    "routing_decisions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("case_revision", Integer, nullable=False),
    Column("mechanism", String(64), nullable=False),
    Column("mandate", String(64), nullable=False),
    Column("outcome", String(10), nullable=False),  # route, refusal
    Column("rule", String(64), nullable=False),
    Column("detail", String(500), nullable=False),
    Column("knowledge_version", String(64), nullable=False),
    Column("decided_at", Time, nullable=False),
)
alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("mechanism", String(64), nullable=False),
    Column("mandate", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("round", Integer, nullable=False),  # 0 for the first mail, +1 with each update that notifies
    Column("state", String(10), nullable=False),  # raised, held, closed
    Column("priority", String(2), nullable=False),
    Column("level", String(2), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("detail", String(500), nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("hold_reason", String(20)),
    Column("release_at", Time, index=True),
    Column("reply_by", Time),
    Column("raised_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("case_id", "mandate"),
)
_RAISED = text("state = 'raised'")
Index("alerts_by_state", alerts.c.state)
Index("alerts_of_case", alerts.c.case_id, alerts.c.state, alerts.c.priority)
Index("alerts_of_mandate", alerts.c.mandate, alerts.c.state, alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
_URGENCY = (alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
Index("alerts_raised", *_URGENCY, sqlite_where=_RAISED, postgresql_where=_RAISED)
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
