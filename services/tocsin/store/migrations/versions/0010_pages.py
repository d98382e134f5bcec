"""Indexes for the pages of a deployment that has stood for years, when audits ended, and what a brief counts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PLAIN = (
    ("alerts_by_state", "alerts", ["state"]),
    ("alerts_of_mandate", "alerts", ["mandate", "state", "priority", "reply_by", "alert_id"]),
    ("deliveries_by_state", "deliveries", ["state", "updated_at", "delivery_id"]),
    ("deliveries_by_change", "deliveries", ["updated_at", "delivery_id"]),
    ("ix_reviews_other_case_id", "reviews", ["other_case_id"]),
    ("audit_by_time", "audit", ["at", "chain", "seq"]),
    ("audit_by_action", "audit", ["action", "at"]),
    ("alerts_of_case", "alerts", ["case_id", "state", "priority"]),
    ("ix_actions_taken_on", "actions", ["taken_on"]),
    ("ix_recommendations_made_on", "recommendations", ["made_on"]),
)
_PARTIAL = (
    ("alerts_raised", "alerts", ["priority", "reply_by", "alert_id"], "state = 'raised'"),
    ("audit_findings_standing", "audit_findings", ["found_at"], "cleared_at IS NULL"),
    ("outbox_dead_letters", "outbox", ["id"], "topic = 'tocsin.dead-letters.v1'"),
    ("processed_dead_letters", "processed_messages", ["topic", "partition", "offset"], "outcome = 'dead-letter'"),
    ("reports_withdrawn", "reports", ["withdrawn_at"], "withdrawn_at IS NOT NULL"),
    ("reviews_open", "reviews", ["kind", "created_at", "review_id"], "resolved_at IS NULL"),
)


def upgrade() -> None:
    for name, table, columns in _PLAIN:
        op.create_index(name, table, columns)
    for name, table, columns, where in _PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "case_figures",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    by_beginning = {"subject": "varchar_pattern_ops"}
    op.create_index("audit_by_subject", "audit", ["subject"], postgresql_ops=by_beginning)
    op.create_table(
        "audits",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )


def downgrade() -> None:
    op.drop_table("case_figures")
    op.drop_table("audits")
    op.drop_index("audit_by_subject", "audit")
    for name, table, *_ in (*_PARTIAL, *_PLAIN):
        op.drop_index(name, table)
