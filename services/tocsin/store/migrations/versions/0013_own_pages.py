"""An index for the pages of recipients who were told of very many cases."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NAME, _TABLE = "deliveries_of_alerts", "deliveries"


def upgrade() -> None:
    op.create_index(_NAME, _TABLE, ["recipient_id", "alert_id"])


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
