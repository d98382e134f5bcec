"""Indexes by time, for a record of which only the newest is read."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BY = {"given_answers": "given_at", "actions": "recorded_at"}


def upgrade() -> None:
    for table, column in _BY.items():
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in _BY.items():
        op.drop_index(f"ix_{table}_{column}", table)
