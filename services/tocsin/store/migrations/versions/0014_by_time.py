"""Indexes by time, for a record and a queue of which only one end is read."""

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BY = {"given_answers": "given_at", "actions": "recorded_at"}


def upgrade() -> None:
    for table, column in _BY.items():
        op.create_index(f"ix_{table}_{column}", table, [column])
    unresolved = text("resolved_at IS NULL")
    op.create_index(
        "reviews_oldest",
        "reviews",
        ["created_at", "review_id"],
        sqlite_where=unresolved,
        postgresql_where=unresolved,
    )


def downgrade() -> None:
    op.drop_index("reviews_oldest", "reviews")
    for table, column in _BY.items():
        op.drop_index(f"ix_{table}_{column}", table)
