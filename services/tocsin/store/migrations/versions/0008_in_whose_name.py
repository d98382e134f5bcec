"""Who is said to have signed an act and has not said so; who told of an answer; withdrawals that came first."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actions") as batch:
        batch.add_column(sa.Column("named", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("replies") as batch:
        batch.add_column(sa.Column("said_by", sa.JSON(), nullable=True))
    op.create_table(
        "early_withdrawals",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
    )


def downgrade() -> None:
    op.drop_table("early_withdrawals")
    with op.batch_alter_table("replies") as batch:
        batch.drop_column("said_by")
    with op.batch_alter_table("actions") as batch:
        batch.drop_column("named")
