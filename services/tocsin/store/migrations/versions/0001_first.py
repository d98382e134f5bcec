"""The first schema."""

from alembic import op

from tocsin.store.migrations import first_cases, first_streams

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    first_cases.make_alerts()
    first_streams.make_audit()
    first_streams.make_audit_findings()
    first_cases.make_cases()
    first_cases.make_delivery_history()
    first_streams.make_failures()
    first_cases.make_judgements()
    first_streams.make_outbox()
    first_streams.make_processed_messages()
    first_cases.make_provider_events()
    first_streams.make_recipients()
    first_cases.make_reports()
    first_streams.make_rereads()
    first_cases.make_reviews()
    first_cases.make_routing_decisions()
    first_streams.make_sealed_contents()
    first_streams.make_sealing_keys()
    first_streams.make_watermarks()
    first_cases.make_blocking_keys()
    first_cases.make_case_links()
    first_cases.make_deliveries()


_TABLES = (
    "deliveries",
    "case_links",
    "blocking_keys",
    "watermarks",
    "sealing_keys",
    "sealed_contents",
    "routing_decisions",
    "reviews",
    "rereads",
    "reports",
    "recipients",
    "provider_events",
    "processed_messages",
    "outbox",
    "judgements",
    "failures",
    "delivery_history",
    "cases",
    "audit_findings",
    "audit",
    "alerts",
)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
