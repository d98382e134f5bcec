"""What a brief counts of a case stands in columns, so that the database counts it; cases are weighed anew."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CODES = (("state", 10, True), ("reporters", 4, False), ("reprisal", 10, False), ("marks", 100, False))
_DAYS = ("attacked", "unpunished")


def upgrade() -> None:
    op.drop_table("case_figures")
    op.create_table(
        "case_figures",
        *_head(),
        *(sa.Column(name, sa.String(length=most), nullable=may_lack) for name, most, may_lack in _CODES),
        *(sa.Column(name, sa.String(length=10), nullable=True) for name in _DAYS),
        sa.PrimaryKeyConstraint("case_id"),
    )


def downgrade() -> None:
    op.drop_table("case_figures")
    figures = sa.Column("figures", sa.JSON(), nullable=False)
    op.create_table("case_figures", *_head(), figures, sa.PrimaryKeyConstraint("case_id"))


def _head() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
    ]
