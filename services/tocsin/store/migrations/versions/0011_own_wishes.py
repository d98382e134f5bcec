"""What recipients decide alone: how they are told, and of which cases they hear more, or less."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "recipient_id"),
    )
    op.create_index("ix_subscriptions_recipient_id", "subscriptions", ["recipient_id"])


def downgrade() -> None:
    op.drop_table("subscriptions")
    op.drop_table("preferences")
