"""Matching: how common each key is, verdicts on judgements, and merged cases.

The keys of the exact matching before it are dropped: ``tocsin.resolver.indexing`` makes new ones from the reports.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_VERDICTS = (("positive", "duplicate"), ("unsure", "possible_duplicate"), ("negative", "same_person_new_case"))
_CERTAIN = 10.0
_ENDS = ("left_report_id", "right_report_id")


def upgrade() -> None:
    _make_blocking_keys(sqlite_with_rowid=False)
    op.create_table(
        "key_frequencies",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("placed_at", sa.String(length=32), nullable=True))
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_founding_report_id"), ["founding_report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_redirects_to"), ["redirects_to"], unique=False)
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verdict", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("vetoed", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("counts_from", sa.String(length=32), nullable=True))
    judged = sa.table("judgements", *map(sa.column, ("judgement", "verdict", "vetoed", "score")))
    for judgement, verdict in _VERDICTS:
        bits = {"positive": _CERTAIN, "unsure": 0.0, "negative": -_CERTAIN}[judgement]
        values = {"verdict": verdict, "vetoed": False, "score": bits}
        op.execute(judged.update().where(judged.c.judgement == judgement).values(values))
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        batch_op.alter_column("verdict", existing_type=sa.String(length=24), nullable=False)
        batch_op.alter_column("vetoed", existing_type=sa.Boolean(), nullable=False)
        for end in _ENDS:
            by_people = sa.text("author <> 'matcher'")
            where = {"sqlite_where": by_people, "postgresql_where": by_people}
            batch_op.create_index(f"judgements_by_people_{end}", [end], unique=False, **where)


def downgrade() -> None:
    with op.batch_alter_table("judgements", schema=None) as batch_op:
        for end in _ENDS:
            batch_op.drop_index(f"judgements_by_people_{end}")
        batch_op.drop_column("counts_from")
        batch_op.drop_column("vetoed")
        batch_op.drop_column("verdict")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_redirects_to"))
        batch_op.drop_index(batch_op.f("ix_cases_founding_report_id"))
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_column("placed_at")
    op.drop_table("key_frequencies")
    _make_blocking_keys()


def _make_blocking_keys(**options: bool) -> None:
    op.drop_table("blocking_keys")
    op.create_table(
        "blocking_keys",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("key", "report_id"),
        **options,
    )
    with op.batch_alter_table("blocking_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocking_keys_report_id"), ["report_id"], unique=False)
