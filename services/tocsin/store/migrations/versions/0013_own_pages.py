"""Indexes for the pages of recipients who were told of very many cases."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_PLAIN = (
    ("deliveries_of_alerts", "deliveries", ["recipient_id", "alert_id"]),
    ("given_answers_by_time", "given_answers", ["given_at", "answer_id"]),
    ("given_answers_of_person", "given_answers", ["recipient_id", "alert_id"]),
    ("actions_by_time", "actions", ["recorded_at", "action_id"]),
)
_RAISED = sa.text("state = 'raised'")


def upgrade() -> None:
    for name, table, columns in _PLAIN:
        op.create_index(name, table, columns)
    raised = ["alert_id", "mandate", "priority", "reply_by"]
    op.create_index("alerts_raised_by_id", "alerts", raised, sqlite_where=_RAISED, postgresql_where=_RAISED)


def downgrade() -> None:
    op.drop_index("alerts_raised_by_id", "alerts")
    for name, table, _ in _PLAIN:
        op.drop_index(name, table)
