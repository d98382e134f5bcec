"""The directory: seals, administrators, changes that wait for approval."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled with its tables."""
